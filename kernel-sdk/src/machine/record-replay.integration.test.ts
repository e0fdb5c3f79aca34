import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasSmallDisks, SmallDisk } from '../testing';
import { probeImage } from './accelerator';
import { createOverlay } from './disks';
import type { MachineSpec } from './model';
import { recordMachine } from './record-replay';
import { startMachine } from './start';

const folder = mkdtempSync(join(tmpdir(), 'record-test-'));
const image = join(folder, 'probe');
const temporary = join(folder, 'tmp');
const spec: MachineSpec = {
  ...{ image, architecture: 'x86_64', memory: '16M', cpus: 1, accelerator: 'tcg', paused: true },
};

beforeAll(() => {
  writeFileSync(image, probeImage());
  mkdirSync(temporary);
  vi.stubEnv('TMPDIR', temporary);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('a replay that is given up while it starts leaves nothing behind', async () => {
  const recorded = await recordMachine(spec);
  if (!recorded.ok) throw new Error(recorded.message);
  const { machine } = recorded;
  const end = await machine.position();
  await machine.finish(end, end);
  const seeking = machine.seek(0);
  const refused = expect(seeking).rejects.toThrow('The unikernel has ended, and its recording with it.');
  await machine.dispose();
  expect(readdirSync(temporary)).toEqual([]);
  await refused;
});

test('a recording whose QEMU hangs as it is ended is told as lost, and goes on as another one', async () => {
  const recorded = await recordMachine(spec);
  if (!recorded.ok) throw new Error(recorded.message);
  const { machine } = recorded;
  try {
    await machine.leave();
    const end = await machine.position();
    process.kill(machine.pid, 'SIGSTOP');
    await expect(machine.finish(end, end)).rejects.toThrow(/was killed\. .* cannot be played/);
    expect([machine.isReplay, machine.start]).toEqual([false, end]);
    expect(await machine.position()).toBe(end);
  } finally {
    await machine.dispose();
  }
  expect(readdirSync(temporary)).toEqual([]);
});

describe.skipIf(!hasSmallDisks)('a temporary folder without room (only root can make one)', () => {
  let disk: SmallDisk;
  const isTold = expect.stringMatching(
    / has no room in '.*small-disk-.*'\. Free some space there, or set TMPDIR/,
  );

  beforeAll(() => {
    disk = new SmallDisk();
    vi.stubEnv('TMPDIR', disk.folder);
  });
  afterAll(() => {
    vi.stubEnv('TMPDIR', temporary);
    disk.dispose();
  });

  test('leaves nothing of a disk over another one', async () => {
    const path = join(folder, 'user.img');
    writeFileSync(path, 'mine');
    disk.fill(100_000);
    const made = createOverlay(join(disk.folder, 'over.qcow2'), { path, format: 'raw', readOnly: false });
    await expect(made).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(readdirSync(disk.folder)).toEqual(['filler']);
  });

  // For its files, and for QEMU's first state in them.
  test.each([100_000, 300_000])('is told where a recording does not begin in %i bytes', async (room) => {
    disk.fill(room);
    expect(await recordMachine(spec)).toEqual({ ok: false, message: isTold });
    expect(readdirSync(disk.folder)).toEqual(['filler']);
  });

  test('is told before a recording is ended, whose machine runs on and goes back when there is room', async () => {
    disk.empty();
    const recorded = await recordMachine(spec);
    if (!recorded.ok) throw new Error(recorded.message);
    const { machine } = recorded;
    try {
      disk.fill(100_000);
      await expect(machine.leave()).rejects.toMatchObject({ message: isTold });
      await expect(machine.requireRoom()).rejects.toMatchObject({ message: isTold });
      expect(machine.isReplay).toBe(false);
      disk.empty();
      await machine.leave();
      await machine.requireRoom();
      const end = await machine.position();
      await machine.finish(end, end);
      await machine.goOn();
      expect(machine.isReplay).toBe(false);
    } finally {
      await machine.dispose();
    }
  });

  test('is told as why the way back is lost, where it is missed behind that, and the machine runs on', async () => {
    disk.empty();
    const recorded = await recordMachine(spec);
    if (!recorded.ok) throw new Error(recorded.message);
    const { machine } = recorded;
    try {
      await machine.leave();
      await machine.requireRoom();
      const end = await machine.position();
      disk.fill(600_000);
      await expect(machine.finish(end, end)).rejects.toThrow(
        /no room in '.*small-disk-.*'\. .* cannot be played\. Another recording begins here\./,
      );
      expect([machine.isReplay, machine.start]).toEqual([false, end]);
      disk.empty();
      await machine.leave();
      // A copy of the states is longer than what they take up, which has holes.
      disk.fill(1_150_000);
      await expect(machine.requireRoom()).rejects.toMatchObject({ message: isTold });
      disk.empty();
      for (let turn = 0; turn < 2; turn++) {
        await machine.leave();
        await machine.finish(end, end);
        await machine.seek(end);
        await machine.goOn();
      }
      expect(machine.isReplay).toBe(false);
    } finally {
      await machine.dispose();
    }
  });

  test('is told where there is too little even for the machine to run on, which ends', async () => {
    disk.empty();
    const recorded = await recordMachine(spec);
    if (!recorded.ok) throw new Error(recorded.message);
    const { machine } = recorded;
    await machine.leave();
    const end = await machine.position();
    disk.fill(100_000);
    await expect(machine.finish(end, end)).rejects.toMatchObject({ message: isTold });
    expect(await machine.ended).toMatchObject({ kind: 'died', message: isTold });
    expect(readdirSync(disk.folder)).toEqual(['filler']);
  });

  // For the file, and for a state in it.
  test.each([100_000, 250_000])('is told where a snapshot has %i bytes', async (room) => {
    disk.empty();
    const started = await startMachine(spec);
    if (!started.ok) throw new Error(started.message);
    const { machine } = started;
    try {
      disk.fill(room);
      await expect(machine.snapshots.save()).rejects.toMatchObject({ message: isTold });
      disk.empty();
      await machine.snapshots.load(await machine.snapshots.save());
    } finally {
      await machine.dispose();
    }
  });
});
