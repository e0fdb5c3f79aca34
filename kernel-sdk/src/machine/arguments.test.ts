import { expect, it } from 'vitest';
import { machineTypeOf, qemuArguments, quoted } from './arguments';
import type { MachineSpec } from './model';

const SPEC: MachineSpec = {
  image: '/tmp/a b/hello',
  architecture: 'x86_64',
  memory: '64M',
  cpus: 2,
  accelerator: 'auto',
  paused: true,
};
const CHANNELS = { qmp: 'socket,path=/q', serial: 'socket,path=/s', gdb: 'unix:/g,server=on,wait=off' };

it('names an image with blanks as one argument, and the host’s CPU only under KVM', () => {
  const tcg = qemuArguments(SPEC, 'tcg', CHANNELS);
  expect(tcg).toEqual(expect.arrayContaining(['/tmp/a b/hello', '64M', '-nodefaults', '-S']));
  expect(tcg[tcg.indexOf('-cpu') + 1]).toBe('max');
  const kvm = qemuArguments(SPEC, 'kvm', CHANNELS);
  expect(kvm[kvm.indexOf('-cpu') + 1]).toBe('host');
});

it('hands a command line on only where there is one', () => {
  expect(qemuArguments(SPEC, 'tcg', CHANNELS)).not.toContain('-append');
  expect(qemuArguments({ ...SPEC, commandLine: 'hello x' }, 'tcg', CHANNELS)).toContain('hello x');
});

it('doubles commas, at which QEMU’s options end', () => {
  expect(quoted('/tmp/a,b')).toBe('/tmp/a,,b');
});

/** The values behind every `-name`. */
function valuesOf(args: readonly string[], name: string): string[] {
  return args.flatMap((arg, i) => (args[i - 1] === name ? [arg] : []));
}

const DEVICES: Partial<MachineSpec> = {
  initrd: '/root.cpio',
  disks: [
    { path: '/a,b.img', format: 'raw', readOnly: false },
    { path: '/c.qcow2', format: 'qcow2', readOnly: true },
  ],
  networks: [
    { forwards: [{ protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: 8080, guestPort: 80 }] },
    { forwards: [] },
  ],
  shares: [{ path: '/data', tag: 'fs0', readOnly: true }],
  rng: true,
  extraArguments: ['-d', 'int'],
};

const NAMES = [
  'virtio-net-device,netdev=net0',
  'virtio-net-device,netdev=net1',
  'virtio-blk-device,drive=disk0',
  'virtio-blk-device,drive=disk1',
  'virtio-9p-device,fsdev=share0,mount_tag=fs0',
  'virtio-rng-device,rng=rng0',
];
const mmio = (slots: readonly number[]) => NAMES.map((name, i) => `${name},bus=virtio-mmio-bus.${slots[i]}`);
const PCI = [
  'virtio-net-pci,netdev=net0,romfile=,disable-legacy=on',
  'virtio-net-pci,netdev=net1,romfile=,disable-legacy=on',
  'virtio-blk-pci,drive=disk0,disable-legacy=on',
  'virtio-blk-pci,drive=disk1,disable-legacy=on',
  'virtio-9p-pci,fsdev=share0,mount_tag=fs0,disable-legacy=on',
  'virtio-rng-pci,rng=rng0,disable-legacy=on',
];
const X86_ENDS = ['isa-debug-exit,iobase=0xf4,iosize=0x04', 'pvpanic'];

it.each([
  ['microvm', 'x86_64', [...X86_ENDS, ...mmio([0, 1, 2, 4, 5, 6])], 'max'],
  ['pc', 'x86_64', [...X86_ENDS, ...PCI], 'max'],
  ['q35', 'x86_64', [...X86_ENDS, ...PCI], 'max'],
  ['virt', 'arm64', ['pvpanic-pci', ...mmio([0, 1, 2, 3, 4, 5])], 'cortex-a72'],
] as const)('puts the devices of %s on its bus, modern ones alone', (machine, architecture, devices, cpu) => {
  const args = qemuArguments({ ...SPEC, ...DEVICES, machine, architecture }, 'tcg', CHANNELS);
  expect(valuesOf(args, '-device')).toEqual(devices);
  expect(valuesOf(args, '-machine')[0]?.split(',')[0]).toBe(machine);
  expect(valuesOf(args, '-cpu')).toEqual([cpu]);
  const onMmio = machine === 'microvm' || machine === 'virt';
  expect(valuesOf(args, '-global')).toEqual(onMmio ? ['virtio-mmio.force-legacy=false'] : []);
  expect(args.includes('-semihosting-config')).toBe(architecture === 'arm64');
});

it('names what is behind the devices, and puts extra arguments last', () => {
  const args = qemuArguments({ ...SPEC, ...DEVICES }, 'tcg', CHANNELS);
  expect(valuesOf(args, '-netdev')).toEqual(['user,id=net0,hostfwd=tcp:127.0.0.1:8080-:80', 'user,id=net1']);
  expect(valuesOf(args, '-drive')).toEqual([
    'file=/a,,b.img,format=raw,if=none,id=disk0',
    'file=/c.qcow2,format=qcow2,if=none,id=disk1,readonly=on',
  ]);
  expect(valuesOf(args, '-fsdev')).toEqual([
    'local,id=share0,path=/data,security_model=none,multidevs=remap,readonly=on',
  ]);
  expect(valuesOf(args, '-initrd')).toEqual(['/root.cpio']);
  expect(args.slice(-2)).toEqual(['-d', 'int']);
});

it('takes microvm for x86_64 and virt for arm64 unless told, with modern devices always', () => {
  expect(machineTypeOf(SPEC)).toBe('microvm');
  expect(machineTypeOf({ ...SPEC, architecture: 'arm64' })).toBe('virt');
  expect(qemuArguments(SPEC, 'tcg', CHANNELS)).toContain('virtio-mmio.force-legacy=false');
});
