import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type LaunchArguments, readLaunchArguments } from './launch-arguments';
import type { Made } from './origin';
import { recallMachine, rememberMachine } from './remembered-machine';

const MADE: Made = {
  image: { image: '/p/hello', symbols: '/p/hello.dbg', map: '/p/hello.map' },
  spec: {
    image: '/p/hello',
    architecture: 'x86_64',
    memory: '128M',
    cpus: 2,
    commandLine: 'hello -- a b',
    accelerator: 'tcg',
    paused: true,
    networks: [{ forwards: [{ protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: 8080, guestPort: 80 }] }],
    rng: true,
  },
};
function launched(more: object = {}): LaunchArguments {
  const raw: object = { manifest: '/p/Kraftfile', ...more };
  return readLaunchArguments(raw);
}

let cache = '';
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'remembered-test-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});

/** The one file that is kept. */
function kept(): string {
  const folder = join(cache, 'unikernel-tools/machines');
  const [name, ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  return join(folder, name ?? '');
}

it('knows the machine of a launch with the same arguments, and of no other', () => {
  rememberMachine(launched(), MADE);
  expect(recallMachine(launched())).toEqual(MADE);
  for (const other of [{ memory: '64M' }, { target: 'x' }, { args: ['a'] }, { manifest: '/q/Kraftfile' }]) {
    expect(recallMachine(launched(other))).toBeUndefined();
  }
  expect(statSync(kept()).mode & 0o077).toBe(0);
});

it('takes the emulator from the launch', () => {
  const own = launched({ qemuPath: '/opt/qemu' });
  rememberMachine(own, { ...MADE, spec: { ...MADE.spec, qemu: '/opt/qemu' } });
  expect(recallMachine(own)?.spec.qemu).toBe('/opt/qemu');
  writeFileSync(kept(), readFileSync(kept(), 'utf8').replace(/"qemu":"[^"]*"\}\}$/, '"qemu":"/tmp/evil"}}'));
  expect(readFileSync(kept(), 'utf8')).toContain('/tmp/evil');
  expect(recallMachine(own)).toBeUndefined();
});

it.each([
  ['a disk', { disks: [{ path: '/d', format: 'raw', readOnly: false }] }],
  ['a shared folder', { shares: [{ path: '/', tag: 'fs0', readOnly: false }] }],
  ['arguments of its own', { extraArguments: ['-pidfile', '/tmp/x'] }],
  ['another accelerator', { accelerator: 'kvm' }],
  ['a guest that runs at once', { paused: false }],
  ['an unknown field', { surprise: 1 }],
  ['no image', { image: undefined }],
  ['a path that is relative', { image: 'hello' }],
  ['memory that is an option', { memory: '128M,maxmem=1T' }],
  ['more processors than there are', { cpus: 1e9 }],
  [
    'a forward from a name',
    { networks: [{ forwards: [{ protocol: 'tcp', hostAddress: 'a,b', hostPort: 1, guestPort: 1 }] }] },
  ],
])('guesses no machine with %s', (_, more) => {
  rememberMachine(launched(), MADE);
  const [head = ''] = readFileSync(kept(), 'utf8').split('\n');
  writeFileSync(kept(), `${head}\n${JSON.stringify({ ...MADE, spec: { ...MADE.spec, ...more } })}`);
  expect(recallMachine(launched())).toBeUndefined();
});

it('keeps nothing of a machine that is not to be guessed', () => {
  const share = { path: '/', tag: 'fs0', readOnly: true };
  rememberMachine(launched(), { ...MADE, spec: { ...MADE.spec, shares: [share] } });
  rememberMachine(launched(), { ...MADE, loadedByFirmware: true });
  expect(recallMachine(launched())).toBeUndefined();
});
