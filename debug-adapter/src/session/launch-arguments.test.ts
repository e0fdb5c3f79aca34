import { expect, it } from 'vitest';
import { readLaunchArguments } from './launch-arguments';

// DAP's type leaves a debugger's own attributes out.
const read = (fields: Record<string, unknown>) => {
  const raw: Record<string, unknown> = { manifest: '/app/Kraftfile', ...fields };
  return readLaunchArguments(raw);
};

it('has a default for everything but the manifest', () => {
  expect(read({})).toEqual({
    subject: { kind: 'manifest', manifest: '/app/Kraftfile' },
    machine: { accelerator: 'tcg', paused: true },
    instantRestart: true,
    timeTravel: false,
    stopOnEntry: true,
    sourceMap: [],
    console: 'debugConsole',
    trace: false,
    noDebug: false,
    skipLibraries: [],
    showLibraries: false,
  });
  expect(() => readLaunchArguments({})).toThrow("'manifest' is missing");
  expect(() => read({ manifest: 'Kraftfile' })).toThrow('absolute path');
});

it('takes what is given, and nothing for empty texts', () => {
  const { machine, ...launch } = read({
    ...{ target: '', args: ['a'], stopOnEntry: 'kernel', memory: '1G', gdbPath: '/g', rootfs: './root' },
    ...{ machine: 'q35', cpus: 2, ports: ['8080:80'], volumes: ['./a:/a:ro'], qemuArguments: ['-d', 'int'] },
    disks: ['a.img', { path: 'b.img', size: '16M', readonly: true }],
    env: { A: '1' },
    kernelArguments: ['netdev.ip=10.0.2.15/24'],
  });
  expect(launch).toMatchObject({ stopOnEntry: 'kernel', gdbPath: '/g', subject: { rootfs: './root' } });
  expect(launch.subject).not.toHaveProperty('target');
  expect(machine).toMatchObject({
    ...{ args: ['a'], memory: '1G', machine: 'q35', cpus: 2, extraArguments: ['-d', 'int'] },
    ports: [{ protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: 8080, guestPort: 80 }],
    disks: [{ path: 'a.img' }, { path: 'b.img', size: 16 << 20, readOnly: true }],
    volumes: [{ source: './a', destination: '/a', readOnly: true }],
    kernelArguments: [{ name: 'netdev.ip', value: '10.0.2.15/24' }],
    env: [{ name: 'A', value: '1' }],
  });
  expect(read({ env: ['B=2'] }).machine.env).toEqual([{ name: 'B', value: '2' }]);
});

it('takes an image that is built already in place of a manifest', () => {
  const fields = { program: '/app/out/../image', symbols: '/app/image.dbg', append: 'image -- one' };
  expect(read(fields).subject).toEqual({
    kind: 'program',
    program: '/app/image',
    symbols: '/app/image.dbg',
    append: 'image -- one',
  });
  expect(() => read({ program: 'image' })).toThrow("'program' takes an absolute path, not 'image'");
});

it('takes a source map as an object or as pairs', () => {
  expect(read({ sourceMap: { '/build': '/here' } }).sourceMap).toEqual([['/build', '/here']]);
  expect(read({ sourceMap: [['../', '/here']] }).sourceMap).toEqual([['../', '/here']]);
});

it.each([
  [{ sourceMap: 'x' }, "'sourceMap' takes pairs"],
  [{ sourceMap: { '/a': 1 } }, "'sourceMap' takes pairs"],
  [{ console: 'integratedTerminal' }, "'console' takes 'terminal' or 'debugConsole'"],
  [{ memory: 5 }, "'memory' takes a text"],
  [{ memory: '-1M' }, "'memory': '-1M' is not a size"],
  [{ args: [1] }, "'args' takes a list"],
  [{ stopOnEntry: 'main' }, "'stopOnEntry' takes"],
  [{ accelerator: 'hvf' }, "'accelerator' takes"],
  [{ machine: 'q53' }, "'machine' takes 'microvm', 'pc', 'q35', 'virt', not 'q53'"],
  [{ cpus: 0 }, "'cpus' takes a whole number"],
  [{ ports: ['80:80', 'web'] }, "'ports[1]': 'web' is not HOST:GUEST"],
  [{ ports: '80:80' }, "'ports' takes a list"],
  [{ volumes: ['./a'] }, "'volumes[0]': './a' is not"],
  [{ disks: [{ size: '1M' }] }, "'disks[0]' takes a path"],
  [{ disks: ['a', { path: 'b', size: '1X' }] }, "'disks[1]': '1X' is not a size"],
  [{ kernelArguments: ['quiet'] }, "'kernelArguments[0]': 'quiet' is not"],
  [{ env: { A: 1 } }, "'env.A' takes a text"],
  [{ env: ['=1'] }, "'env[0]': '=1' is not NAME=VALUE"],
  [{ qemuArguments: '-d int' }, "'qemuArguments' takes a list"],
])('refuses %j', (fields, words) => {
  expect(() => read(fields)).toThrow(words);
});
