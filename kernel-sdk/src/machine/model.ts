/** What a machine is asked to be, and what becomes of it. */
import type { Duplex, Readable } from 'node:stream';
import type { PortForward } from '../manifest';
import type { QmpClient } from './qmp';
import type { Snapshots } from './snapshots';

export type { PortForward } from '../manifest';

/** How guest instructions run. `auto` takes KVM where a probe boot succeeds, else TCG. */
export type Accelerator = 'tcg' | 'kvm';
export type AcceleratorChoice = Accelerator | 'auto';

export type Architecture = 'x86_64' | 'arm64';

/** QEMU's machines that images boot on: `virt` is arm64's, the others x86_64's. */
export type MachineType = 'microvm' | 'pc' | 'q35' | 'virt';

/** A disk on virtio-blk. */
export interface Disk {
  /** Absolute path of its file. */
  readonly path: string;
  readonly format: 'raw' | 'qcow2';
  readonly readOnly: boolean;
  /** In bytes: a file that is missing is made, empty, of this size. Absent: it has to be there. */
  readonly size?: number;
}

/** A virtio-net device on QEMU's user network: 10.0.2.0/24, with a DHCP server, the host at 10.0.2.2. */
export interface Network {
  readonly forwards: readonly PortForward[];
}

/** A folder of the host on virtio-9p. */
export interface Share {
  /** Absolute path of the folder. */
  readonly path: string;
  /** What the guest knows it by. */
  readonly tag: string;
  readonly readOnly: boolean;
}

/** The files of a part of a recorded run. */
export interface RecordingFiles {
  /** Absolute paths: what came to the guest from outside, and the qcow2 image that states are kept in. */
  readonly log: string;
  readonly states: string;
  /** What the guest writes to each disk; undefined for a disk that it only reads. */
  readonly overlays: readonly (string | undefined)[];
  /** The name of the state that the part begins with. */
  readonly first: string;
}

export interface Recording extends RecordingFiles {
  readonly mode: 'record' | 'replay';
  /** The state, by its name, that the machine is put into before it is recorded; the reset's unless told. */
  readonly from?: string;
}

export interface MachineSpec {
  /** Absolute path of the image that QEMU boots: what QEMU's `-kernel` takes. */
  readonly image: string;
  readonly architecture: Architecture;
  /** `microvm` for x86_64 and `virt` for arm64 unless told. */
  readonly machine?: MachineType;
  /** Absolute path of a file that is loaded into memory beside the image. */
  readonly initrd?: string;
  readonly disks?: readonly Disk[];
  readonly networks?: readonly Network[];
  readonly shares?: readonly Share[];
  /** A virtio-rng device, fed from the host. */
  readonly rng?: boolean;
  /** On PCI, devices that a driver for virtio 0.9 finds as well; only those of virtio 1 unless told. */
  readonly legacyDevices?: boolean;
  /** What an isa-debug-exit device says, where there is one: the app's exit code unless told. */
  readonly exitCodes?: 'unikraft';
  /** Arguments of QEMU that stand behind all others. */
  readonly extraArguments?: readonly string[];
  /** As QEMU's `-m` takes it: `128M`, `1G`. */
  readonly memory: string;
  /** What is emulated where the host's processor is not used, as QEMU's `-cpu` takes it; the machine's usual one unless told. */
  readonly cpu?: string;
  /** Virtual CPUs, 1 or more. */
  readonly cpus: number;
  /** The kernel command line, which `kernelCommandLine` writes. */
  readonly commandLine?: string;
  readonly accelerator: AcceleratorChoice;
  /** True: the vCPUs wait for a debugger (or QMP `cont`) before the first instruction. */
  readonly paused: boolean;
  /** Only of machines of record-replay.ts. */
  readonly recording?: Recording;
  /** QEMU's program: a path or a name on PATH; `qemu-system-ARCHITECTURE` unless told. */
  readonly qemu?: string;
  /** Unix sockets in a private folder where the host has them, else loopback TCP. Told by tests only. */
  readonly transport?: Transport;
}

export type Transport = 'unix' | 'tcp';

/** Where GDB's `target remote` finds the stub. */
export type GdbEndpoint =
  | { readonly transport: 'unix'; readonly path: string }
  /** This machine's unless a host is told. */
  | { readonly transport: 'tcp'; readonly port: number; readonly host?: string };

/** How a machine ended; exactly one of these, once. */
export type MachineEnd =
  /** The guest ended by itself with the app's exit code: 0 to 127, on arm64 0 to 255. */
  | { readonly kind: 'exited'; readonly code: number }
  /** The guest's kernel reported a panic. */
  | { readonly kind: 'panicked' }
  /** The guest reset itself, which a triple fault does too. */
  | { readonly kind: 'reset' }
  /** The guest powered the machine off without an exit code. */
  | { readonly kind: 'poweredOff' }
  /** We, or the debugger, ended QEMU. */
  | { readonly kind: 'stopped' }
  /** QEMU died of a signal that nobody here sent, or failed while it ran. */
  | { readonly kind: 'died'; readonly message: string };

export interface Machine {
  /** QEMU's process id. */
  readonly pid: number;
  readonly accelerator: Accelerator;
  readonly gdb: GdbEndpoint;
  readonly qmp: QmpClient;
  /** Its states that one can go back to. */
  readonly snapshots: Snapshots;
  /** The guest's serial line, both ways, bytes as they are. Ends before `ended` settles. */
  readonly serial: Duplex;
  /** What QEMU says itself, as text: its standard error. Ends before `ended` settles. */
  readonly words: Readable;
  /** Settles once, when QEMU and its sockets are gone. Never rejects. */
  readonly ended: Promise<MachineEnd>;
  /** Ends QEMU if it runs and removes its sockets. May be called again. */
  dispose(): Promise<void>;
}

export type StartResult =
  | { readonly ok: true; readonly machine: Machine }
  /** One sentence or more: what failed and what to do. Nothing is left running. */
  | { readonly ok: false; readonly message: string };
