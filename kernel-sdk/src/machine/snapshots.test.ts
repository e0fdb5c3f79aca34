import { expect, it } from 'vitest';
import type { Disk, MachineSpec } from './model';
import { snapshotObstacle } from './snapshots';

const SPEC: MachineSpec = {
  image: '/hello',
  architecture: 'x86_64',
  memory: '64M',
  cpus: 1,
  accelerator: 'tcg',
  paused: true,
};

const disk = (readOnly: boolean): Disk => ({ path: '/data.img', format: 'raw', readOnly });

it.each([
  ['KVM', SPEC, 'kvm', "launch with the accelerator 'tcg'"],
  ['a folder', { ...SPEC, shares: [{ path: '/data', tag: 'fs0', readOnly: true }] }, 'tcg', "'/data'"],
  ['a disk', { ...SPEC, disks: [disk(true), disk(false)] }, 'tcg', "the disk '/data.img'"],
  ['a drive', { ...SPEC, extraArguments: ['-drive', 'file=x'] }, 'tcg', "'-drive'"],
] as const)('%s stands in the way of snapshots, and is named', (_, spec, accelerator, words) => {
  expect(snapshotObstacle(spec, accelerator)).toContain(words);
});

it('nothing stands in the way for a disk that is not written to, a network and firmware', () => {
  const spec = {
    ...SPEC,
    disks: [disk(true)],
    networks: [{ forwards: [] }],
    extraArguments: ['-bios', '/firmware'],
  };
  expect(snapshotObstacle(spec, 'tcg')).toBeUndefined();
});
