/** A machine's QEMU command line, as an argument array. */
import type { Accelerator, Architecture, Disk, MachineSpec, MachineType, PortForward } from './model';

/** The built-in kernel's way out: a write of N ends QEMU with `(N << 1) | 1` (hw/misc/debugexit.c). */
export const DEBUG_EXIT_PORT = 0xf4;

export interface Channels {
  /** Chardev options without `id`, for QMP and for the serial line. */
  readonly qmp: string;
  readonly serial: string;
  /** What `-gdb` takes. */
  readonly gdb: string;
}

interface MachineFacts {
  readonly architecture: Architecture;
  readonly options: string;
  /** Where virtio devices sit; it is the end of their names, too. */
  readonly bus: 'device' | 'pci';
  /** How many virtio devices it has room for. */
  readonly room: number;
  /** The place of the nth one on virtio-mmio; QEMU fills them from the last one on, and kernels look from the first. */
  readonly slot?: (index: number) => number;
  /** The processor where the host's is not used. */
  readonly cpu: string;
  /** How a guest ends with a code, and how it tells of a panic. */
  readonly ends: readonly string[];
}

const X86_ENDS = [
  ...['-device', `isa-debug-exit,iobase=0x${DEBUG_EXIT_PORT.toString(16)},iosize=0x04`],
  ...['-device', 'pvpanic'],
];

export const MACHINES: Readonly<Record<MachineType, MachineFacts>> = {
  microvm: {
    architecture: 'x86_64',
    // Without ACPI: 40 ms to the end of a hello, not 75 ms; eight virtio-mmio places from 0xfeb00000 on, on the
    // IOAPIC's lines 5 to 12. QEMU would tell a kernel of them in its command line, as the app's arguments.
    options: 'microvm,acpi=off,auto-kernel-cmdline=off,rtc=on',
    bus: 'device',
    // Place 3 shares its line with the clock.
    room: 7,
    slot: (index) => (index < 3 ? index : index + 1),
    cpu: 'max',
    ends: X86_ENDS,
  },
  pc: { architecture: 'x86_64', options: 'pc', bus: 'pci', room: 28, cpu: 'max', ends: X86_ENDS },
  q35: { architecture: 'x86_64', options: 'q35', bus: 'pci', room: 28, cpu: 'max', ends: X86_ENDS },
  virt: {
    architecture: 'arm64',
    options: 'virt,gic-version=2',
    bus: 'device',
    room: 32,
    slot: (index) => index,
    // A processor that is the same in every release of QEMU, unlike `max`.
    cpu: 'cortex-a72',
    // SYS_EXIT_EXTENDED ends QEMU with the guest's own code (Arm's semihosting specification, 0x20).
    ends: ['-semihosting-config', 'enable=on,target=native', '-device', 'pvpanic-pci'],
  },
};

const DEFAULT_MACHINES: Readonly<Record<Architecture, MachineType>> = { x86_64: 'microvm', arm64: 'virt' };

export function machineTypeOf({ machine, architecture }: MachineSpec): MachineType {
  return machine ?? DEFAULT_MACHINES[architecture];
}

export function qemuArguments(spec: MachineSpec, accelerator: Accelerator, channels: Channels): string[] {
  const machine = MACHINES[machineTypeOf(spec)];
  return [
    // Nothing that the built-in kernel does not drive: 26 ms to the first serial byte, not 114 ms.
    ...['-machine', machine.options, '-accel', accelerator],
    ...['-nodefaults', '-no-user-config', '-display', 'none'],
    ...['-m', spec.memory, '-smp', String(spec.cpus)],
    ...['-cpu', accelerator === 'kvm' ? 'host' : (spec.cpu ?? machine.cpu)],
    // A reset ends the machine, so that a triple fault is seen rather than booted again.
    '-no-reboot',
    ...['-chardev', `${channels.qmp},id=qmp`, '-mon', 'chardev=qmp,mode=control'],
    ...['-chardev', `${channels.serial},id=serial`, '-serial', 'chardev:serial'],
    ...machine.ends,
    ...deviceArguments(spec, machine),
    ...recordingArguments(spec),
    ...['-gdb', channels.gdb],
    // Nothing runs before somebody is there to hear how it ends.
    '-S',
    ...['-kernel', spec.image],
    ...(spec.initrd === undefined ? [] : ['-initrd', spec.initrd]),
    ...(spec.commandLine === undefined ? [] : ['-append', spec.commandLine]),
    ...(spec.extraArguments ?? []),
  ];
}

function recordingArguments({ recording, architecture, networks = [] }: MachineSpec): string[] {
  if (recording === undefined) return [];
  const { mode, log, states, first, from } = recording;
  return [
    // One nanosecond an instruction: time is what has been run.
    ...['-icount', `shift=0,rr=${mode},rrfile=${quoted(log)},rrsnapshot=${first}`],
    ...(from === undefined ? [] : ['-loadvm', from]),
    // Its reset, as a state is loaded, waits for the vCPU's thread, which may wait for the lock of the one that loads:
    // going back would hang for ever.
    ...(architecture === 'x86_64' ? ['-global', 'apic.vapic=off'] : []),
    // No device has it: QEMU keeps states there, and waits for no disk of the host's to have them.
    ...['-drive', `file=${quoted(states)},format=qcow2,cache=unsafe,if=none,id=states`],
    ...networks.flatMap((_, i) => ['-object', `filter-replay,id=replay${i},netdev=net${i}`]),
  ];
}

/** Devices of virtio 1 alone unless told: the legacy ones that QEMU offers beside them have another register layout. */
function deviceArguments(spec: MachineSpec, { bus, slot }: MachineFacts): string[] {
  let count = 0;
  const modern = spec.legacyDevices === true ? [] : ['disable-legacy=on'];
  const device = (name: string, options: string) => {
    const place = slot === undefined ? modern : [`bus=virtio-mmio-bus.${slot(count++)}`];
    return ['-device', [`${name}-${bus}`, options, ...place].join(',')];
  };
  const networks = (spec.networks ?? []).flatMap(({ forwards }, i) => [
    '-netdev',
    ['user', `id=net${i}`, ...forwards.map((forward) => `hostfwd=${forwardRule(forward)}`)].join(','),
    // Network boot is nobody's business here, and its ROM is a package of its own.
    ...device('virtio-net', `netdev=net${i}${bus === 'pci' ? ',romfile=' : ''}`),
  ]);
  const disks = (spec.disks ?? []).flatMap((disk, i) => [
    ...driveArguments(disk, `disk${i}`, spec.recording?.overlays[i], spec.recording !== undefined),
    ...device('virtio-blk', `drive=disk${i}`),
  ]);
  const shares = (spec.shares ?? []).flatMap(({ path, tag, readOnly }, i) => [
    '-fsdev',
    // `none` leaves plain files that belong to whoever runs QEMU, which is what a developer looks at.
    // `passthrough` needs root for the guest's owners, and the `mapped` models hide modes and links from the
    // host in attributes that not every file system has.
    `local,id=share${i},path=${quoted(path)},security_model=none,multidevs=remap${readOnly ? ',readonly=on' : ''}`,
    ...device('virtio-9p', `fsdev=share${i},mount_tag=${quoted(tag)}`),
  ]);
  const rng =
    spec.rng === true ? ['-object', 'rng-builtin,id=rng0', ...device('virtio-rng', 'rng=rng0')] : [];
  const all = [...networks, ...disks, ...shares, ...rng];
  // Also for devices that the caller adds.
  return bus === 'device' ? ['-global', 'virtio-mmio.force-legacy=false', ...all] : all;
}

/** @param overlay What takes the writes, and reads what was not written from the disk itself. */
function driveArguments(
  { path, format, readOnly }: Disk,
  id: string,
  overlay: string | undefined,
  isRecorded: boolean,
): string[] {
  const access = readOnly ? ',readonly=on' : '';
  const file = (name: string) =>
    overlay === undefined
      ? `file=${quoted(path)},format=${format},if=none,id=${name}${access}`
      : `file=${quoted(overlay)},format=qcow2,if=none,id=${name}`;
  if (!isRecorded) return ['-drive', file(id)];
  // The log has when each request ends.
  return [
    ...['-drive', file(`${id}-file`)],
    ...['-drive', `driver=blkreplay,if=none,image=${id}-file,id=${id}${access}`],
  ];
}

/** A forward as QEMU's `hostfwd` takes it, and repeats it when it fails. */
export function forwardRule({ protocol, hostAddress, hostPort, guestPort }: PortForward): string {
  return `${protocol}:${hostAddress}:${hostPort}-:${guestPort}`;
}

/** How many places for virtio devices a machine needs. */
export function virtioDevices({ networks = [], disks = [], shares = [], rng }: MachineSpec): number {
  return networks.length + disks.length + shares.length + (rng === true ? 1 : 0);
}

/** QEMU's option lists end at a comma; a doubled comma is one in the value. */
export function quoted(value: string): string {
  return value.replaceAll(',', ',,');
}
