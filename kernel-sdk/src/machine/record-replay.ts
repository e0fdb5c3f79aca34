/** Boots a machine whose run is recorded as it goes (QEMU's record/replay). */
import { rm } from 'node:fs/promises';
import { messageOf } from '../problem';
import type { MachineSpec } from './model';
import { findObstacle } from './obstacles';
import { createPrivateFolder, explainRoom } from './private-folder';
import { RecordedMachine } from './recorded-machine';
import { createFiles } from './recording-files';
import { startMachine } from './start';

/** Options of QEMU of which nothing is known here, and that bring what a log does not hold. */
const UNKNOWN_OPTIONS =
  /^--?(accel|blockdev|cdrom|chardev|device|drive|enable-kvm|fsdev|hd[a-d]|icount|mtdblock|netdev|nic|pflash|sd|serial|smp|usb|virtfs)$/;

/** Why a run cannot be recorded, with what to do; undefined where it can. */
export function recordingObstacle(spec: MachineSpec): string | undefined {
  const {
    shares: [share] = [],
    disks: [disk] = [],
    networks = [],
    cpus,
    accelerator,
    architecture,
    extraArguments = [],
  } = spec;
  if (accelerator === 'kvm') {
    return "Time travel needs emulation, and KVM is none: set the accelerator to 'tcg'.";
  }
  if (cpus > 1) {
    return `Time travel records one virtual CPU, and this machine has ${cpus}: set 'cpus' to 1.`;
  }
  if (share !== undefined) {
    return `Time travel does not cover the folder '${share.path}', which the unikernel shares with the host: launch without 'volumes'.`;
  }
  // What a device has done is told where QEMU runs a timer; a machine of arm64 that waits for it has none.
  if (disk !== undefined && architecture === 'arm64') {
    return `Time travel does not cover the disk '${disk.path}' on arm64, where QEMU never ends its first request: launch with "disks": [], or for x86_64.`;
  }
  if (networks.length > 0 && architecture === 'arm64') {
    return "Time travel does not cover a network on arm64, whose replay QEMU loses: launch for x86_64, or without 'timeTravel'.";
  }
  const option = extraArguments.find((argument) => UNKNOWN_OPTIONS.test(argument));
  if (option !== undefined) {
    return `Time travel does not cover what '${option}' brings: launch without it in 'qemuArguments'.`;
  }
  return undefined;
}

export type RecordResult =
  | { readonly ok: true; readonly machine: RecordedMachine }
  /** One sentence or more: what failed and what to do. Nothing is left running. */
  | { readonly ok: false; readonly message: string };

/** Boots like `startMachine`, and records. */
export async function recordMachine(spec: MachineSpec): Promise<RecordResult> {
  // A disk that is made on first use is there before something lies over it.
  const obstacle = recordingObstacle(spec) ?? (await findObstacle(spec));
  if (obstacle !== undefined) return { ok: false, message: obstacle };
  let folder: string | undefined;
  try {
    folder = await createPrivateFolder();
    const files = await createFiles(folder, spec.disks ?? []);
    const recorded: MachineSpec = { ...spec, accelerator: 'tcg' };
    const started = await startMachine({ ...recorded, recording: { ...files, mode: 'record' } });
    if (started.ok)
      return { ok: true, machine: new RecordedMachine(started.machine, recorded, files, folder) };
    throw new Error(started.message);
  } catch (error) {
    if (folder === undefined) return { ok: false, message: messageOf(error) };
    const { message } = await explainRoom(error, folder, 'A recording of the run has');
    await rm(folder, { recursive: true, force: true });
    return { ok: false, message };
  }
}
