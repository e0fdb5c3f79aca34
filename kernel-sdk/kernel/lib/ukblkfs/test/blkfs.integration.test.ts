import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Guest, runGuest } from '../../../../src/testing';

const folder = import.meta.dirname;
const LIMIT_MS = 400_000;

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'blkfs-test-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function disk(name: string, megabytes: number): string {
  const path = join(scratch, name);
  writeFileSync(path, '');
  truncateSync(path, megabytes << 20);
  return path;
}

test.each([
  ['qemu/x86_64', 'microvm'],
  ['qemu/x86_64', 'q35'],
  ['qemu/arm64', 'virt'],
] as const)(
  'files hold what was written (%s, %s)',
  async (target, machine) => {
    const disks = [{ path: disk(`${machine}.img`, 8) }];
    const options = { target, machine: { machine, disks, args: ['random'] } };
    expect((await runGuest(folder, options)).output).toContain('random use: 0 wrong');
  },
  LIMIT_MS,
);

test('whenever the machine is killed, the last synced file is there, or a newer one, and whole', async () => {
  const disks = [{ path: disk('killed.img', 4) }];
  let synced = 0;
  for (let round = 0; round < 8; round++) {
    const guest = await Guest.boot(folder, { machine: { disks, args: ['count'] } });
    const counted = Number((await guest.sees(/counted to (\d+)\n/))[1]);
    expect(counted).toBeGreaterThanOrEqual(synced);
    await guest.sees(new RegExp(`synced ${counted + 5 + round * 3}\\n`));
    process.kill(guest.machine.pid, 'SIGKILL');
    await guest.ends();
    expect(guest.output).not.toContain('torn');
    synced = Math.max(...[...guest.output.matchAll(/synced (\d+)\n/g)].map(([, count]) => Number(count)));
  }
});

test('a full disk is an error, and has room again when a file goes', async () => {
  const disks = [{ path: disk('full.img', 2) }];
  const { output } = await runGuest(folder, { machine: { disks, args: ['fill'] } });
  expect(output).toMatch(/full after 1[5-9]\d\d KiB: No space left on device\nroom again: 65536/);
});

test('a disk with something else on it is left alone', async () => {
  const path = disk('foreign.img', 2);
  writeFileSync(path, Buffer.concat([Buffer.from('a partition table, say'), Buffer.alloc(2 << 20)]));
  const { output, end } = await runGuest(folder, { machine: { disks: [{ path }] } });
  expect(output).toContain('the disk holds something else: it is neither empty nor made by this kernel');
  expect(output).toContain("could not be mounted on '/data'");
  expect(end).toEqual({ kind: 'exited', code: 1 });
});

test('a machine without a disk says what to do', async () => {
  const { output } = await runGuest(folder);
  expect(output).toContain("there is no disk 'vda': give the machine one, x-disks in the Kraftfile");
});

test('a disk that fails is an error for whoever writes, not a hang', async () => {
  const path = disk('broken.img', 2);
  await runGuest(folder, { machine: { disks: [{ path }] } });
  const rules = join(scratch, 'rules');
  writeFileSync(rules, '[inject-error]\nevent = "pwritev"\nerrno = "5"\n');
  const { output, end } = await runGuest(folder, {
    machine: {
      args: ['errors'],
      extraArguments: [
        '-drive',
        `if=none,id=broken,driver=blkdebug,config=${rules},image.driver=file,image.filename=${path},rerror=report,werror=report`,
        '-device',
        'virtio-blk-device,drive=broken',
      ],
    },
  });
  expect(output).toMatch(/a disk request of type 1 at sector \d+ failed with status 1/);
  expect(output).toMatch(/fsync -1: I\/O error/);
  expect(end).toEqual({ kind: 'exited', code: 0 });
});
