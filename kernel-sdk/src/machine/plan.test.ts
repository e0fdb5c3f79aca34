import { describe, expect, it } from 'vitest';
import { configureProject, loadProject, realFileSystem, withTexts } from '../project';
import { kernelCommandLine, listParameter, parameter } from './command-line';
import { type MachineOverrides, planMachine } from './plan';

const HEAD = 'spec: v0.7\nname: web\nx-kernel: sdk\ntargets: [qemu/x86_64]\n';
/** The options of every driver, whatever the kernel calls them today. */
const DRIVERS = ['NET', 'BLK', '9P', 'RNG'].map((name) => `LIBVIRTIO_${name}`);
const ALL = DRIVERS.map((name) => `CONFIG_${name}`);

/** `drivers` are the options that are on. */
function plan(manifest: string, drivers: readonly string[] = ALL, overrides: Partial<MachineOverrides> = {}) {
  const files: Record<string, string> = {
    '/web/Kraftfile': HEAD + manifest,
    '/web/Makefile.uk': '$(eval $(call addlib,appweb))\nAPPWEB_SRCS-y += $(APPWEB_BASE)/main.c\n',
  };
  const fileSystem = withTexts(realFileSystem, new Map(Object.entries(files)));
  const loaded = loadProject('/web/Kraftfile', { fileSystem });
  if (!loaded.ok) throw new Error(loaded.message);
  const result = configureProject(loaded.project);
  if (!result.ok) throw new Error(result.message);
  const values = new Map(result.configured.configuration.values);
  for (const option of ALL) values.set(option, drivers.includes(option) ? 'y' : 'n');
  const configured = {
    ...result.configured,
    configuration: { ...result.configured.configuration, values },
  };
  const initrd = manifest.includes('rootfs') ? { initrd: '/web/initrd.cpio' } : {};
  return planMachine(
    configured,
    { image: '/web/image', ...initrd },
    {
      accelerator: 'tcg',
      paused: true,
      ...overrides,
    },
  );
}

function spec(...args: Parameters<typeof plan>) {
  const result = plan(...args);
  if (!result.ok) throw new Error(result.message);
  return result.spec;
}

describe('a machine', () => {
  it('has what the manifest says, for the drivers that the kernel has', () => {
    const manifest =
      'x-memory: 64M\nx-machine: q35\nx-ports: ["8080:80"]\nx-disks: [data.qcow2, {path: /b, size: 1M}]\nvolumes: ["./a:/a", "/b:/b:ro"]\n';
    expect(spec(manifest)).toEqual({
      image: '/web/image',
      architecture: 'x86_64',
      memory: '64M',
      machine: 'q35',
      cpus: 1,
      commandLine: 'web vfs.fstab=[ "fs0:/a:9pfs:::mkmp" "fs1:/b:9pfs:::mkmp" ] --',
      accelerator: 'tcg',
      paused: true,
      networks: [
        { forwards: [{ protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: 8080, guestPort: 80 }] },
      ],
      rng: true,
      disks: [
        { path: '/web/data.qcow2', format: 'qcow2', readOnly: false },
        { path: '/b', format: 'raw', readOnly: false, size: 1 << 20 },
      ],
      shares: [
        { path: '/web/a', tag: 'fs0', readOnly: false },
        { path: '/b', tag: 'fs1', readOnly: true },
      ],
    });
  });

  it('has no devices where nothing drives them, and one network where something does', () => {
    expect(spec('', [])).toEqual({
      image: '/web/image',
      architecture: 'x86_64',
      memory: '128M',
      cpus: 1,
      commandLine: 'web',
      accelerator: 'tcg',
      paused: true,
    });
    expect(spec('', ['CONFIG_LIBVIRTIO_NET']).networks).toEqual([{ forwards: [] }]);
  });

  it('is changed by what a command line says, which adds variables and replaces the rest', () => {
    const changed = spec('x-ports: ["1:1"]\nenv: {A: "1", B: "2"}\ncmd: [x]\n', ALL, {
      ports: [],
      machine: 'pc',
      memory: '1G',
      cpus: 2,
      args: ['y z'],
      env: [
        { name: 'B', value: '3' },
        { name: 'C', value: 'a "b"' },
      ],
      kernelArguments: [{ name: 'netdev.ip', value: '10.0.2.15/24' }],
      disks: [{ path: 'own.img', readOnly: true }],
      extraArguments: ['-d', 'int'],
    });
    expect(changed).toMatchObject({
      ...{ machine: 'pc', memory: '1G', cpus: 2, extraArguments: ['-d', 'int'] },
      networks: [{ forwards: [] }],
      disks: [{ path: '/web/own.img', format: 'raw', readOnly: true }],
      commandLine: 'web env.vars=[ "A=1" "B=3" "C=a \\"b\\"" ] netdev.ip=10.0.2.15/24 -- "y z"',
    });
  });

  it('is told to extract an initrd, unless the mounts are written by hand', () => {
    expect(spec('rootfs: ./root\n', [])).toMatchObject({
      initrd: '/web/initrd.cpio',
      commandLine: 'web vfs.fstab=[ "initrd0:/:extract:::" ] --',
    });
    const kernelArguments = [{ name: 'vfs.fstab', value: '[ "initrd0:/:cpio" ]' }];
    expect(spec('rootfs: ./root\n', [], { kernelArguments }).commandLine).toBe(
      'web vfs.fstab=[ "initrd0:/:cpio" ] --',
    );
  });

  it.each([
    ['x-ports: ["8080:80"]', 'CONFIG_LIBVIRTIO_NET'],
    ['x-disks: [a.img]', 'CONFIG_LIBVIRTIO_BLK'],
    ['volumes: ["./a:/a"]', 'CONFIG_LIBVIRTIO_9P'],
  ])('says which driver is missing for %s', (line, option) => {
    expect(plan(`${line}\n`, [])).toMatchObject({ ok: false, message: expect.stringContaining(option) });
  });

  it('says which driver of a volume there is not', () => {
    const volume = (driver: string) => `volumes: [{driver: ${driver}, source: a, destination: /a}]\n`;
    expect(plan(volume('virtiofs'))).toMatchObject({ message: expect.stringContaining("Write '9pfs'") });
    expect(plan(volume('initrd'))).toMatchObject({ message: expect.stringContaining("'rootfs'") });
    expect(plan(volume('9pfs'))).toMatchObject({ ok: true });
  });
});

describe('a command line', () => {
  it('has no separator without parameters, unless an argument looks like one', () => {
    expect(kernelCommandLine('hello', ['a', 'b c', 'd"e', 'f\\g', ''])).toBe(
      'hello a "b c" "d\\"e" "f\\\\g" ""',
    );
    expect(kernelCommandLine('hello', ['--', 'a'])).toBe('hello -- -- a');
  });

  it('has parameters as Unikraft’s libraries read them', () => {
    expect(listParameter('env.vars', ['A=b', 'C="d"'])).toBe('env.vars=[ "A=b" "C=\\"d\\"" ]');
    expect(parameter('a.b', 'c d')).toBe('a.b="c d"');
    expect(parameter('a.b', '[ "c d" ]')).toBe('a.b=[ "c d" ]');
  });
});
