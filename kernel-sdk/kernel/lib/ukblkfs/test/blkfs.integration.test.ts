import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
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

/** A disk with two files, the second synced behind the first, and where it has them. */
async function keptDisk(name: string): Promise<{ path: string; image: Buffer }> {
  const path = disk(name, 2);
  const { output } = await runGuest(folder, { machine: { disks: [{ path }], args: ['keep'] } });
  expect(output).toContain('/data/first: fsync 0\n/data/second: fsync 0\n');
  return { path, image: readFileSync(path) };
}

const recall = (path: string) => runGuest(folder, { machine: { disks: [{ path }], args: ['recall'] } });

/** A disk whose reads fail: all of them, or those of one sector. */
const unreadable = (path: string, rules: string, sector?: number) => {
  writeFileSync(
    rules,
    `[inject-error]\nevent = "none"\niotype = "read"\nerrno = "5"\n${sector === undefined ? '' : `sector = "${sector}"\n`}`,
  );
  const drive = `if=none,id=broken,driver=blkdebug,config=${rules},image.driver=file,image.filename=${path},rerror=report,werror=report`;
  return runGuest(folder, {
    machine: {
      args: ['recall'],
      extraArguments: ['-drive', drive, '-device', 'virtio-blk-device,drive=broken'],
    },
  });
};

test('what cannot be read is an error, and the rest is there', async () => {
  const { path, image } = await keptDisk('unreadable.img');
  const sector = Math.floor(image.indexOf('the second file') / 512);
  const part = await unreadable(path, join(scratch, 'one-sector'), sector);
  expect(part.output).toMatch(/a disk request of type 0 at sector \d+ failed with status 1/);
  expect(part.output).toContain('/data/first: the first file\n');
  expect(part.output).toContain('/data/second: I/O error\n');
  expect(part.end).toEqual({ kind: 'exited', code: 0 });

  const nothing = await unreadable(path, join(scratch, 'all-sectors'));
  expect(nothing.output).toMatch(/could not be mounted on '\/data'.*I\/O error/);
  expect(nothing.end).toEqual({ kind: 'exited', code: 1 });
  expect((await recall(path)).output).toContain(
    '/data/first: the first file\n/data/second: the second file\n',
  );
});

test('of two lists of files a damaged one is not believed', async () => {
  const { path, image } = await keptDisk('damaged.img');
  const copies = [image.indexOf('second\0'), image.lastIndexOf('second\0')];
  const firsts = [image.indexOf('first\0'), image.lastIndexOf('first\0')];
  // The newer list alone has the second file.
  expect(copies[0]).toBe(copies[1]);
  expect(firsts[0]).not.toBe(firsts[1]);
  const damage = (...places: (number | undefined)[]) => {
    const bytes = Buffer.from(image);
    for (const place of places) bytes[place ?? 0] = 'X'.charCodeAt(0);
    writeFileSync(path, bytes);
  };

  const older = firsts.find((place) => Math.abs(place - (copies[0] ?? 0)) > 4096);
  damage(older);
  expect((await recall(path)).output).toContain(
    '/data/first: the first file\n/data/second: the second file\n',
  );
  damage(copies[0]);
  expect((await recall(path)).output).toContain(
    '/data/first: the first file\n/data/second: No such file or directory\n',
  );
  damage(...firsts);
  const { output, end } = await recall(path);
  expect(output).toContain("neither copy of the disk's list of files is whole");
  expect(end).toEqual({ kind: 'exited', code: 1 });
});
