/** machine/: what was built of a project in, a running QEMU with private sockets for GDB, QMP and serial out. */
export { type AttachedEnd, type AttachedMachine, type AttachRequest, attachMachine } from './attach';
export { elfEntry, type HeldImage, holdAtEntry, reachEntry } from './efi';
export { endpointText, readEndpoint } from './endpoint';
export { FullDisk } from './full-disk';
export * from './image-file';
export * from './model';
export {
  type Assignment,
  type Bootable,
  DEFAULT_MEMORY,
  type DiskRequest,
  isMachineType,
  MACHINE_TYPES,
  type MachineOverrides,
  type PlanResult,
  planMachine,
} from './plan';
export { type Program, planProgram } from './plan-program';
export { planUnikraft, type UnikraftPlan } from './plan-unikraft';
export { QmpClient, QmpError, type QmpEvent, type QmpValue } from './qmp';
export { recordingObstacle, recordMachine } from './record-replay';
export { RecordedMachine } from './recorded-machine';
export { Snapshots, type SnapshotTag } from './snapshots';
export { startMachine } from './start';
