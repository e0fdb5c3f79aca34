import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Guest, runGuest } from '../../../../src/testing';

const folder = import.meta.dirname;
const LIMIT_MS = 400_000;

let shared: string;
beforeAll(() => {
  shared = mkdtempSync(join(tmpdir(), 'vfs-test-'));
});
afterAll(() => rmSync(shared, { recursive: true, force: true }));

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
