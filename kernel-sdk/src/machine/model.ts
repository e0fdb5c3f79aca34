/** What a machine is asked to be, and what becomes of it. */
import type { Duplex } from 'node:stream';
import type { QmpClient } from './qmp';

/** How guest instructions run. `auto` takes KVM where a probe boot succeeds, else TCG. */
export type Accelerator = 'tcg' | 'kvm';
export type AcceleratorChoice = Accelerator | 'auto';

export type Architecture = 'x86_64';

export interface MachineSpec {
  /** Absolute path of the image that QEMU boots (ELF64 with a PVH note). */
  readonly image: string;
  readonly architecture: Architecture;
  /** As QEMU's `-m` takes it: `128M`, `1G`. */
  readonly memory: string;
  /** Virtual CPUs, 1 or more. */
  readonly cpus: number;
  /** The kernel command line: the image's name, then the app's arguments, quoted as QEMU passes them on. */
  readonly commandLine?: string;
  readonly accelerator: AcceleratorChoice;
  /** True: the vCPUs wait for a debugger (or QMP `cont`) before the first instruction. */
  readonly paused: boolean;
  /** QEMU's program: a path or a name on PATH; `qemu-system-ARCHITECTURE` unless told. */
  readonly qemu?: string;
  /** Unix sockets in a private folder where the host has them, else loopback TCP. Told by tests only. */
  readonly transport?: Transport;
}

export type Transport = 'unix' | 'tcp';

/** Where GDB's `target remote` finds the stub. */
export type GdbEndpoint =
  | { readonly transport: 'unix'; readonly path: string }
  | { readonly transport: 'tcp'; readonly port: number };

/** How a machine ended; exactly one of these, once. */
export type MachineEnd =
  /** The guest ended by itself with the app's exit code, 0 to 127. */
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
  /** The guest's serial line, both ways, bytes as they are. Ends before `ended` settles. */
  readonly serial: Duplex;
  /** Settles once, when QEMU and its sockets are gone. Never rejects. */
  readonly ended: Promise<MachineEnd>;
  /** Ends QEMU if it runs and removes its sockets. May be called again. */
  dispose(): Promise<void>;
}

export type StartResult =
  | { readonly ok: true; readonly machine: Machine }
  /** One sentence or more: what failed and what to do. Nothing is left running. */
  | { readonly ok: false; readonly message: string };
