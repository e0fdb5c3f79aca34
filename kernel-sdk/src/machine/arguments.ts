/** A machine's QEMU command line, as an argument array. */
import type { Accelerator, MachineSpec } from './model';

/** The built-in kernel's way out: a write of N ends QEMU with `(N << 1) | 1` (hw/misc/debugexit.c). */
export const DEBUG_EXIT_PORT = 0xf4;

export interface Channels {
  /** Chardev options without `id`, for QMP and for the serial line. */
  readonly qmp: string;
  readonly serial: string;
  /** What `-gdb` takes. */
  readonly gdb: string;
}

export function qemuArguments(spec: MachineSpec, accelerator: Accelerator, channels: Channels): string[] {
  return [
    // Nothing that the built-in kernel does not drive: 26 ms to the first serial byte, not 114 ms.
    ...['-machine', 'microvm', '-accel', accelerator, '-nodefaults', '-no-user-config', '-display', 'none'],
    ...['-m', spec.memory, '-smp', String(spec.cpus)],
    ...(accelerator === 'kvm' ? ['-cpu', 'host'] : ['-cpu', 'max']),
    // A reset ends the machine, so that a triple fault is seen rather than booted again.
    '-no-reboot',
    ...['-chardev', `${channels.qmp},id=qmp`, '-mon', 'chardev=qmp,mode=control'],
    ...['-chardev', `${channels.serial},id=serial`, '-serial', 'chardev:serial'],
    ...['-device', `isa-debug-exit,iobase=0x${DEBUG_EXIT_PORT.toString(16)},iosize=0x04`],
    ...['-device', 'pvpanic'],
    ...['-gdb', channels.gdb],
    // Nothing runs before somebody is there to hear how it ends.
    '-S',
    ...['-kernel', spec.image],
    ...(spec.commandLine === undefined ? [] : ['-append', spec.commandLine]),
  ];
}
