/** Makes archives with the real compiler: of sources made up here, and of the real third-party ones. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configureProject, loadProject, sdkFolder } from '../project';
import { type ArchivePlan, archivePath, buildArchive } from './archive';
import { type BuildPlan, planBuild, toolchainNeeds } from './plan';
import { findToolchain } from './toolchain';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'archive test-')));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  return join(folder, path);
}

/** A library `libx` of three sources and one header, and a cache of its own. */
async function fake(): Promise<ArchivePlan> {
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  const found = await findToolchain({ architecture: 'x86_64' });
  if (!found.ok) throw new Error(found.message);
  write('third-party/stamp', 'first');
  write('third-party/x/a/f.c', '#include "own.h"\nint f(void) { return OWN; }\n');
  write('third-party/x/b/f.c', 'int g(void) { return FLAG; }\n');
  write('third-party/x/b/unwanted.c', '#error this one is filtered out\n');
  write('lib/x/own.h', '#define OWN 1\n');
  const origin = join(folder, 'third-party/x');
  const args = ['-g', '-DFLAG=2', `-I${join(folder, 'lib/x')}`];
  return {
    ...{ library: 'libx', folder: join(folder, 'lib/x'), origin },
    ...{ compiler: found.toolchain.compiler, identity: found.toolchain.identity },
    sources: [{ path: `${origin}/a/f.c` }, { path: `${origin}/b/*.c`, except: ['%/unwanted.c'] }],
    args: { c: args, 'c++': args, assembler: args },
  };
}

/** Makes it, and gives how often progress was told. */
async function make(plan: ArchivePlan): Promise<number> {
  let steps = 0;
  const result = await buildArchive(plan, archivePath(plan), { jobs: 2, onStep: () => steps++ });
  if (!result.ok) throw new Error(result.message);
  return steps;
}

describe('an archive', () => {
  it('has what the patterns match, by names that tell two files of one name apart', async () => {
    const plan = await fake();
    await make(plan);
    const archive = archivePath(plan);
    expect(execFileSync('ar', ['t', archive]).toString().split('\n').sort()).toEqual([
      '',
      'a_f.c.o',
      'b_f.c.o',
    ]);
    expect(readdirSync(dirname(archive))).toEqual(['libx.a']);
  });

  it('leads the debugger to the sources', async () => {
    const plan = await fake();
    await make(plan);
    const info = execFileSync('objdump', ['--dwarf=info', archivePath(plan)]).toString();
    expect(info).toContain(join(plan.origin, 'a/f.c'));
  });

  it('is another one for other arguments, own files or pins, and the same for everything else', async () => {
    const plan = await fake();
    const path = archivePath(plan);
    write('third-party/x/a/f.c', 'int f(void) { return 3; }\n');
    expect(archivePath(plan)).toBe(path);
    expect(archivePath({ ...plan, args: { ...plan.args, c: ['-O2'] } })).not.toBe(path);
    expect(archivePath({ ...plan, identity: 'another compiler' })).not.toBe(path);
    write('lib/x/own.h', '#define OWN 2\n');
    const changed = archivePath(plan);
    expect(changed).not.toBe(path);
    write('third-party/stamp', 'second');
    expect(archivePath(plan)).not.toBe(changed);
  });

  it('is made once by two that want it', async () => {
    const plan = await fake();
    const steps = await Promise.all([make(plan), make(plan)]);
    expect(steps.sort()).toEqual([0, 1]);
  });

  it('is made again where a process that was killed has left half of one', async () => {
    const plan = await fake();
    const left = join(dirname(archivePath(plan)), 'new');
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, 'a_f.c.o'), 'half');
    writeFileSync(join(dirname(left), 'lock'), '999999999 x');
    await make(plan);
    expect(readdirSync(dirname(left))).toEqual(['libx.a']);
  });

  it('leaves nothing when it is cancelled', async () => {
    const plan = await fake();
    const cancel = new AbortController();
    const running = buildArchive(plan, archivePath(plan), { jobs: 1, signal: cancel.signal });
    cancel.abort();
    expect(await running).toEqual({ ok: false, message: 'The build was cancelled.' });
    expect(existsSync(archivePath(plan))).toBe(false);
    expect(existsSync(join(dirname(archivePath(plan)), 'new'))).toBe(false);
  });

  it('says which source does not compile', async () => {
    const plan = await fake();
    write('third-party/x/b/f.c', 'int g(void) { return absent; }\n');
    const result = await buildArchive(plan, archivePath(plan), { jobs: 2 });
    expect(result).toMatchObject({
      message: expect.stringMatching(/'libx' does not compile: .*f\.c:1:.*absent/),
    });
  });

  it('says what to do where the sources are missing', async () => {
    const plan = await fake();
    rmSync(join(folder, 'third-party'), { recursive: true });
    const result = await buildArchive(plan, archivePath(plan), { jobs: 2 });
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining("run 'npm run setup'") });
  });
});

/** The real ones, in the user's cache: other tests need them too. */
describe('third-party libraries', () => {
  async function plan(target: string, libraries: readonly string[]): Promise<BuildPlan> {
    cpSync(join(sdkFolder(), 'templates/hello'), folder, { recursive: true });
    const options = libraries.map((library) => `CONFIG_${library}: y`).join(', ');
    write('Kraftfile', `spec: v0.7\nx-kernel: sdk\ntargets: [${target}]\nx-kconfig: {${options}}\n`);
    const loaded = loadProject(join(folder, 'Kraftfile'));
    if (!loaded.ok) throw new Error(loaded.message);
    const result = configureProject(loaded.project);
    if (!result.ok) throw new Error(result.message);
    const found = await findToolchain(toolchainNeeds(result.configured));
    if (!found.ok) throw new Error(found.message);
    return planBuild(result.configured, found.toolchain, join(folder, '.unikernel'));
  }

  it.each([
    ['qemu/x86_64', ['LIBMUSL', 'LIBLWIP', 'LIBSQLITE'], 'objdump', /^.*\t(?:syscall|sysenter|int) .*$/gm],
    ['qemu/arm64', ['LIBMUSL'], 'aarch64-linux-gnu-objdump', /^.*\tsvc\b.*$/gm],
  ])('are compiled once for %s, and nowhere call another kernel', { timeout: 400_000 }, async (...args) => {
    const [target, libraries, objdump, systemCall] = args;
    const { archives } = await plan(target, libraries);
    expect(archives.map(({ library }) => library.toUpperCase()).sort()).toEqual([...libraries].sort());
    await Promise.all(archives.map(make));
    for (const each of archives) {
      const path = archivePath(each);
      const code = execFileSync(objdump, ['-d', '--no-show-raw-insn', path], { maxBuffer: 2 ** 28 });
      expect(code.toString().match(systemCall), each.library).toBeNull();
      expect(await make(each)).toBe(0);
    }
  });

  it('are no files of the project', async () => {
    const { units } = await plan('qemu/x86_64', ['LIBMUSL', 'LIBSQLITE']);
    expect(units.filter(({ source }) => source.includes('third-party'))).toEqual([]);
  });
});
