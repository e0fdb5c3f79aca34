import { expect, it } from 'vitest';
import { qemuArguments } from './arguments';
import { kernelCommandLine } from './command-line';
import type { MachineSpec } from './model';
import { quoted } from './sockets';

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

it('quotes arguments as the kernel reads them, and commas as QEMU does', () => {
  expect(kernelCommandLine('hello', ['a', 'b c', 'd"e', 'f\\g', ''])).toBe(
    'hello a "b c" "d\\"e" "f\\\\g" ""',
  );
  expect(quoted('/tmp/a,b')).toBe('/tmp/a,,b');
});
