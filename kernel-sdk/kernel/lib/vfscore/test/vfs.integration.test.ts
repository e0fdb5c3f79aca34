import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Guest, runGuest } from '../../../../src/testing';

const folder = import.meta.dirname;
const LIMIT_MS = 400_000;
/** Damaged RAM disks to boot with; `FUZZ_INITRDS=1000` for a longer look. */
const SEEDS = Number(process.env.FUZZ_INITRDS ?? 20);

let shared: string;
/** The root file system with links that a repository had better not have. */
let linked: string;
beforeAll(() => {
  shared = mkdtempSync(join(tmpdir(), 'vfs-test-'));
  linked = mkdtempSync(join(tmpdir(), 'vfs-test-root-'));
  cpSync(join(folder, 'root'), linked, { recursive: true, verbatimSymlinks: true });
  symlinkSync('loop', join(linked, 'etc/loop'));
  symlinkSync('nowhere', join(linked, 'etc/dangling'));
  symlinkSync('../etc', join(linked, 'etc/folder-link'));
  symlinkSync('/etc/folder-link/motd', join(linked, 'etc/far'));
});
afterAll(() => {
  rmSync(shared, { recursive: true, force: true });
  rmSync(linked, { recursive: true, force: true });
});

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

const USES = `write: 10
seek: 4
read: 3
got 456
pwrite beyond: 3
hole: 0
size 5003, mode 644
truncate: 0
read at the end: 0
fsync: 0
PATH/a: 0123XY
exclusive: File exists
rename: 0
old name: No such file or directory
unlink: 0
unlinked, but open: 4
mkdir: 0
mkdir again: File exists
entries: 1
rmdir: Directory not empty
rmdir: 0
`;

test.each([
  ['qemu/x86_64', 'microvm'],
  ['qemu/x86_64', 'pc'],
  ['qemu/x86_64', 'q35'],
  ['qemu/arm64', 'virt'],
] as const)(
  'files behave as POSIX has it, in memory and in a shared folder (%s, %s)',
  async (target, machine) => {
    const volumes = [{ source: shared, destination: '/shared', readOnly: false }];
    const { output, end } = await runGuest(folder, { target, machine: { machine, volumes } });
    expect(output).toContain('/etc/motd: from the RAM disk\n/etc/link: from the RAM disk\n');
    expect(output).toContain(
      '/etc/../etc/./motd: from the RAM disk\n/etc/nothing: No such file or directory\n',
    );
    expect(output).toContain(`in /tmp\n${USES.replace('PATH', '/tmp')}`);
    expect(output).toContain(`in /shared\n${USES.replace('PATH', '/shared')}`);
    expect(output).toContain(
      'poll an empty pipe: 0\npoll a full pipe: 1\nselect: 1\nread: 4\nread the end: 0\n',
    );
    expect(output).toContain('read a closed one: Bad file descriptor\nwrite to /dev/null: 1\n');
    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(readdirSync(shared)).toEqual([]);
  },
  LIMIT_MS,
);

const NAMES = `again: File exists
300 of 300 entries, 0 more than once
0 entries are left
rmdir: 0
a folder into itself: Invalid argument
a file over a folder: Is a directory
a folder over a file: Not a directory
a folder over a full one: Directory not empty
a folder over an empty one: 0
what was in it: 0
below a file: Not a directory
stat below a file: Not a directory
mkdir below a file: Not a directory
opendir of a file: Not a directory
writing a folder: Is a directory
reading a folder: Is a directory
unlink of a folder: Is a directory
rmdir of a file: Not a directory
name of 255: NUMBER
name of 256: Filename too long
mkdir of 256: Filename too long
in no folder: No such file or directory
the empty name: No such file or directory
at a folder: NUMBER
relative: 0
in TOP/a
up: 0
in TOP
shared position: b
own position: a
appended: abcdXYZ
reading what is for writing: Bad file descriptor
writing what is for reading: Bad file descriptor
before the start: Invalid argument
to the end: 7
a longer file: 0, and zeros: 0
truncate for reading: Invalid argument
negative: Invalid argument
emptied: 0
not open: Bad file descriptor
`;

test.each(['qemu/x86_64', 'qemu/arm64'])(
  'names lead where POSIX has them lead, in memory and in a shared folder (%s)',
  async (target) => {
    const volumes = [{ source: shared, destination: '/shared', readOnly: false }];
    const { output, end } = await runGuest(folder, {
      target,
      rootfs: linked,
      machine: { volumes, args: ['names'] },
    });
    for (const top of ['/tmp', '/shared'])
      expect(output.slice(output.indexOf(`names in ${top}\n`))).toMatch(
        new RegExp(`^names in ${top}\n${escaped(NAMES.replaceAll('TOP', top)).replaceAll('NUMBER', '\\d')}`),
      );
    expect(output).toContain(
      [
        '/etc/folder-link/motd: from the RAM disk',
        '/etc/far: from the RAM disk',
        '/etc/loop: Symbolic link loop',
        '/etc/dangling: No such file or directory',
        'stat of a loop: Symbolic link loop',
        'lstat of a loop: 0',
        'not following: Symbolic link loop',
        'readlink: ../etc',
        'readlink of a file: Invalid argument',
        'made behind a link: 0',
        '/etc/new/file: new',
        'renamed behind a link: 0',
        'removed behind a link: 0',
        'a file of the RAM disk, changed: FROM the RAM disk, and more\n',
      ].join('\n'),
    );
    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(readdirSync(shared)).toEqual([]);
  },
  LIMIT_MS,
);

test('a RAM disk that is cut off is told, and main runs all the same', async () => {
  await runGuest(folder, { machine: { args: ['initrd'] } });
  const initrd = join(folder, '.unikernel/build/initrd.cpio');
  expect(existsSync(initrd)).toBe(true);
  const cut = join(shared, 'cut.cpio');
  writeFileSync(cut, readFileSync(initrd));
  truncateSync(cut, 150);
  const guest = await Guest.boot(folder, { machine: { args: ['initrd'] }, rootfs: cut });
  expect(await guest.ends()).toEqual({ kind: 'exited', code: 0 });
  expect(guest.output).toMatch(/the initial RAM disk is damaged or cut off at byte \d+/);
  expect(guest.output).toContain('/etc/nothing: No such file or directory');
});

test('a large file goes to the guest and comes back, and a folder that is only read stays as it is', async () => {
  const path = join(shared, 'large');
  const bytes = Buffer.from(
    Uint32Array.from({ length: 1_000_003 }, (_, i) => Math.imul(i, 2654435761)).buffer,
  );
  writeFileSync(path, bytes);
  const run = (readOnly: boolean) => {
    const volumes = [{ source: shared, destination: '/shared', readOnly }];
    return runGuest(folder, { machine: { volumes, args: ['copy', '/shared/large', '/shared/back'] } });
  };
  try {
    expect((await run(true)).output).toContain('source: 0\ntarget: Read-only file system\n');
    expect(existsSync(join(shared, 'back'))).toBe(false);
    expect((await run(false)).output).toContain(`source: 0\ntarget: 0\ncopied: ${bytes.length}\n`);
    expect(readFileSync(join(shared, 'back')).equals(bytes)).toBe(true);
  } finally {
    rmSync(path, { force: true });
    rmSync(join(shared, 'back'), { force: true });
  }
});

test('a folder that the machine does not share is told, and main runs all the same', async () => {
  const kernelArguments = [{ name: 'vfs.fstab', value: '[ "fs7:/shared:9pfs" "fs8:/other:extfs" ]' }];
  const { output, end } = await runGuest(folder, { machine: { kernelArguments, args: ['initrd'] } });
  expect(output).toContain("the machine shares no folder 'fs7'");
  expect(output).toContain("'fs7' could not be mounted on '/shared' as 9pfs: No such device");
  expect(output).toContain("'fs8' could not be mounted on '/other' as extfs: No such device");
  expect(output).toContain('/etc/motd: from the RAM disk\n');
  expect(end).toEqual({ kind: 'exited', code: 0 });
});

/** By which the builder knows an archive. */
const MAGIC_SIZE = 6;

/** Which bytes change; the same ones each time. */
function mutate(archive: Buffer, seed: number): Buffer {
  let state = seed;
  const number = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % limit;
  };
  const bytes = Buffer.from(archive);
  // Digits stay digits most of the time: what is no number is refused at once.
  for (let i = number(4); i >= 0; i--)
    bytes[MAGIC_SIZE + number(bytes.length - MAGIC_SIZE)] =
      number(4) === 0 ? number(256) : '0123456789abcdef'.charCodeAt(number(16));
  return number(4) === 0 ? bytes.subarray(0, MAGIC_SIZE + number(bytes.length - MAGIC_SIZE)) : bytes;
}

test(
  'a damaged RAM disk is no reason to crash',
  async () => {
    await runGuest(folder, { machine: { args: ['initrd'] } });
    const archive = readFileSync(join(folder, '.unikernel/build/initrd.cpio'));
    const path = join(shared, 'damaged.cpio');
    try {
      for (let seed = 1; seed <= SEEDS; seed++) {
        writeFileSync(path, mutate(archive, seed));
        const { output, end } = await runGuest(folder, { machine: { args: ['initrd'] }, rootfs: path });
        expect(end, `seed ${seed}: ${output}`).toEqual({ kind: 'exited', code: 0 });
      }
    } finally {
      rmSync(path);
    }
  },
  LIMIT_MS,
);
