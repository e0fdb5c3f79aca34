/** `unikernel run` with a disk whose file has no room on the host: its user is told, and it goes on when there is some. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { hasSmallDisks, SmallDisk } from '../testing';

const ROOT = resolve(__dirname, '../../..');

beforeAll(() => {
  execFileSync('node', ['client/scripts/bundle.mjs'], { cwd: ROOT, stdio: 'pipe' });
});

it.skipIf(!hasSmallDisks)(
  'a unikernel waits for room, and says so (only root can make such a disk)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'full-disk-test-'));
    const host = new SmallDisk();
    onTestFinished(() => {
      host.dispose();
      rmSync(folder, { recursive: true, force: true });
    });
    cpSync(join(ROOT, 'test-fixtures/debuggee-disk'), folder, { recursive: true });
    const disk = join(host.folder, 'data.img');
    writeFileSync(disk, '');
    truncateSync(disk, 1 << 20);
    host.fill(0);
    const args = ['run', folder, '--target', 'qemu/x86_64', '--disk', disk];
    const run = spawn('node', [join(ROOT, 'dist/unikernel.js'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    run.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    let told = '';
    await new Promise<void>((done) => {
      run.stderr.setEncoding('utf8').on('data', (text: string) => {
        told += text;
        if (told.includes(`writes to the disk '${disk}'. Free some space there`)) done();
      });
      run.once('close', () => done());
    });
    host.empty();
    expect(await new Promise((done) => run.once('close', done))).toBe(0);
    expect(told).toContain('no room on the host');
    expect(printed).toContain('count 3');
  },
  120_000,
);
