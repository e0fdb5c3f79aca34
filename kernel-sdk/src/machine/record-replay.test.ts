import { expect, test } from 'vitest';
import type { MachineSpec } from './model';
import { recordingObstacle } from './record-replay';

const spec: MachineSpec = {
  image: '/image',
  architecture: 'x86_64',
  memory: '128M',
  cpus: 1,
  accelerator: 'auto',
  paused: true,
};

test('a machine whose inputs are all known is recorded, also with networks', () => {
  expect(recordingObstacle({ ...spec, networks: [{ forwards: [] }], rng: true })).toBeUndefined();
  expect(recordingObstacle({ ...spec, architecture: 'arm64' })).toBeUndefined();
  const disks = [{ path: '/disk', format: 'raw', readOnly: false }] as const;
  expect(recordingObstacle({ ...spec, disks })).toBeUndefined();
});

test.each([
  [{ accelerator: 'kvm' }, "the accelerator to 'tcg'"],
  [{ cpus: 4 }, 'this machine has 4'],
  [
    { architecture: 'arm64', disks: [{ path: '/disk', format: 'raw', readOnly: true }] },
    "the disk '/disk' on arm64",
  ],
  [{ architecture: 'arm64', networks: [{ forwards: [] }] }, 'a network on arm64'],
  [{ shares: [{ path: '/data', tag: 'fs0', readOnly: true }] }, "the folder '/data'"],
  [{ extraArguments: ['-netdev', 'user'] }, "what '-netdev' brings"],
] as const)('what is not recorded is refused by name: %j', (more, words) => {
  expect(recordingObstacle({ ...spec, ...more })).toContain(words);
});
