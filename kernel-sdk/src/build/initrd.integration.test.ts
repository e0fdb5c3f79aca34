/** Root file systems: what an archive holds, when it is made again, and what is not taken. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configureProject, loadProject, sdkFolder } from '../project';
import { type BuildOptions, build } from './index';

const MANIFEST = 'spec: v0.7\nname: hello\nx-kernel: sdk\ntargets: [qemu/x86_64]\n';

let folder: string;
let root: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'initrd test-'));
  cpSync(join(sdkFolder(), 'templates/hello'), folder, { recursive: true });
});
beforeEach(() => {
  root = join(folder, 'root');
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, 'etc'), { recursive: true });
  mkdirSync(join(root, 'empty'));
  writeFileSync(join(root, 'etc/motd'), 'hello\n');
  writeFileSync(join(root, 'etc-more'), '');
  writeFileSync(join(root, 'größe'), 'x'.repeat(3_000_001));
  writeFileSync(join(root, 'run'), '#!\n');
  chmodSync(join(root, 'run'), 0o755);
  symlinkSync('../etc/motd', join(root, 'empty/link'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function steps(rootfs: string, options: BuildOptions = {}) {
  const text = `${MANIFEST}${rootfs === '' ? '' : `rootfs: ${rootfs}\n`}`;
  const manifest = join(folder, 'Kraftfile');
  if (readFileSync(manifest, 'utf8') !== text) writeFileSync(manifest, text);
  const loaded = loadProject(manifest);
  if (!loaded.ok) throw new Error(loaded.message);
  const configured = configureProject(loaded.project);
  if (!configured.ok) throw new Error(configured.message);
  const labels: string[] = [];
  const result = await build(configured.configured, {
    ...options,
    onStep: ({ label }) => labels.push(label),
  });
  return { result, labels: labels.filter((label) => label.startsWith('CPIO')) };
}

async function initrd(rootfs = './root', options: BuildOptions = {}): Promise<string> {
  const { result } = await steps(rootfs, options);
  if (!result.ok) throw new Error(result.message);
  if (result.initrd === undefined) throw new Error('There is no initrd.');
  return result.initrd;
}

/** The archive as its format's description says (cpio(5)). */
function parse(bytes: Buffer) {
  const entries: { name: string; ino: number; mode: string; mtime: number; content: string }[] = [];
  for (let at = 0; ; ) {
    expect(bytes.toString('latin1', at, at + 6)).toBe('070701');
    const field = (i: number) =>
      Number.parseInt(bytes.toString('latin1', at + 6 + 8 * i, at + 14 + 8 * i), 16);
    const end = at + 110 + field(11);
    const name = bytes.toString('utf8', at + 110, end - 1);
    const from = (end + 3) & ~3;
    if (name === 'TRAILER!!!') {
      expect(from).toBe(bytes.length);
      return entries;
    }
    const content = bytes.toString('utf8', from, from + field(6));
    entries.push({ name, ino: field(0), mode: field(1).toString(8), mtime: field(5), content });
    at = (from + field(6) + 3) & ~3;
  }
}

describe('an initrd', () => {
  it('holds files, folders and links in order, with their modes and without times', async () => {
    const entries = parse(readFileSync(await initrd()));
    expect(entries.map(({ name }) => name)).toEqual([
      ...['empty', 'empty/link', 'etc', 'etc/motd', 'etc-more', 'größe', 'run'],
    ]);
    expect(entries.map(({ ino }) => ino)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(entries.every(({ mtime }) => mtime === 0)).toBe(true);
    expect(entries.find(({ name }) => name === 'run')?.mode).toBe('100755');
    expect(entries.find(({ name }) => name === 'etc')?.mode).toMatch(/^40/);
    expect(entries.find(({ name }) => name === 'empty/link')).toMatchObject({
      mode: '120777',
      content: '../etc/motd',
    });
    expect(entries.find(({ name }) => name === 'größe')?.content.length).toBe(3_000_001);
  });

  it.skipIf(spawnSync('cpio', ['--version']).error !== undefined)('is read by cpio', async () => {
    const names = execFileSync('cpio', ['-t', '--quiet'], { input: readFileSync(await initrd()) });
    expect(names.toString().trim().split('\n')).toContain('etc/motd');
  });

  it('has the same bytes for the same content, and is made again for a change alone', async () => {
    const path = await initrd();
    const before = readFileSync(path);
    expect((await steps('./root')).result).toMatchObject({ upToDate: true });
    utimesSync(join(root, 'run'), 1, 1);
    const touched = await steps('./root');
    expect(touched.labels).toEqual(['CPIO root']);
    expect(readFileSync(path).equals(before)).toBe(true);
    appendFileSync(join(root, 'etc/motd'), 'again\n');
    expect((await steps('./root')).labels).toEqual(['CPIO root']);
    chmodSync(join(root, 'run'), 0o700);
    expect((await steps('./root')).labels).toEqual(['CPIO root']);
    rmSync(join(root, 'etc-more'));
    expect((await steps('./root')).labels).toEqual(['CPIO root']);
    expect((await steps('./root')).labels).toEqual([]);
    rmSync(path);
    expect((await steps('./root')).labels).toEqual(['CPIO root']);
  });

  it('is an archive that is there already, and a folder in the newer forms', async () => {
    const made = join(folder, 'made.cpio');
    cpSync(await initrd(), made);
    expect(await initrd('./made.cpio')).toBe(made);
    expect(await initrd('{source: ./root, format: cpio}')).toBe(join(folder, '.unikernel/build/initrd.cpio'));
    expect(await initrd('{source: {type: dir, path: ./root}}')).not.toBe(made);
    expect(await initrd('./root', { rootfs: made })).toBe(made);
  });

  it('leaves itself out where the project is the root file system', async () => {
    const names = parse(readFileSync(await initrd('.'))).map(({ name }) => name);
    expect(names).toContain('main.c');
    expect(names.some((name) => name.startsWith('.unikernel'))).toBe(false);
    expect((await steps('.')).labels).toEqual([]);
  });

  it('is absent without a root file system', async () => {
    expect((await steps('')).result).not.toHaveProperty('initrd');
  });

  it.each([
    ['./absent', "absent' does not exist"],
    ['./Dockerfile', 'is a Dockerfile'],
    ['{source: {type: oci, path: "nginx:1"}}', 'is an OCI image'],
    ['oci://unikraft.org/base', 'is an image on the network'],
    ['./root.tar.gz', 'is a tarball'],
    ['./not.cpio', 'is no cpio archive'],
    ['{source: ./root, format: erofs}', "takes 'cpio' alone"],
  ])('is not made of %s', async (rootfs, words) => {
    for (const name of ['Dockerfile', 'root.tar.gz', 'not.cpio'])
      writeFileSync(join(folder, name), 'FROM x\n');
    const { result } = await steps(rootfs);
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining(words) });
  });

  it('is not made where something is neither file, folder nor link', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const { result } = await steps('./root');
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining("pipe' is neither") });
  });
});
