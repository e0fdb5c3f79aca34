/** Builds with the real compiler and the real built-in kernel. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configureProject, loadProject, sdkFolder } from '../project';
import { type BuildOptions, build, clean } from './index';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build test-'));
  cpSync(join(sdkFolder(), 'templates/hello'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function configured() {
  const loaded = loadProject(join(folder, 'Kraftfile'));
  if (!loaded.ok) throw new Error(loaded.message);
  const result = configureProject(loaded.project);
  if (!result.ok) throw new Error(result.message);
  return result.configured;
}

/** Builds, and gives the result with the labels of the steps. */
async function steps(options: BuildOptions = {}) {
  const labels: string[] = [];
  const result = await build(configured(), { ...options, onStep: ({ label }) => labels.push(label) });
  return { result, labels };
}

async function image(): Promise<string> {
  const { result } = await steps();
  if (!result.ok) throw new Error(result.message);
  return result.image;
}

describe('a build', () => {
  it('makes a small image with symbols beside it, in a folder whose name has a blank', async () => {
    const { result } = await steps();
    if (!result.ok) throw new Error(result.message);
    expect(execFileSync('file', ['-b', result.image]).toString()).toMatch(/ELF 64-bit.*stripped/);
    expect(execFileSync('file', ['-b', result.symbols]).toString()).toMatch(/with debug_info, not stripped/);
    expect(readFileSync(result.map, 'utf8')).toContain('guests_count');
    expect(result.diagnostics).toEqual([]);
    const commands = JSON.parse(readFileSync(result.compileCommands, 'utf8')) as {
      file: string;
      arguments: string[];
    }[];
    expect(commands.map(({ file }) => file)).toContain(join(folder, 'main.c'));
    for (const { arguments: args } of commands.slice(0, 2))
      execFileSync(args[0] ?? '', args.slice(1), { cwd: folder });
  });

  it('does nothing the second time', async () => {
    await image();
    const { result, labels } = await steps();
    expect(result).toMatchObject({ ok: true, upToDate: true });
    expect(labels).toEqual([]);
  });

  it('gives the same image after changes as from nothing', async () => {
    await image();
    const guests = join(folder, 'guests.c');
    const longer = readFileSync(guests, 'utf8').replace('return 1 +', 'int one = 1;\n    return one +');
    const added = longer.replace('return one +', 'return one + zero() +');
    for (const source of [longer, `int zero(void);\n${added}\nint zero(void) { return 0; }\n`]) {
      writeFileSync(guests, source);
      const changed = await steps();
      if (!changed.result.ok) throw new Error(changed.result.message);
      const { image: path, symbols } = changed.result;
      const products = [path, symbols].map((product) => readFileSync(product));
      clean(configured().project);
      await image();
      expect([path, symbols].map((product, i) => products[i]?.equals(readFileSync(product)))).toEqual([
        true,
        true,
      ]);
    }
  });

  it('compiles what a changed header is read by, and nothing for a touched file', async () => {
    await image();
    const header = join(folder, 'guests.h');
    utimesSync(header, new Date(), new Date(Date.now() + 5000));
    expect((await steps()).labels).toEqual([]);
    appendFileSync(header, '#define MORE 1\n');
    expect((await steps()).labels.sort()).toEqual(['CC apphello guests.c', 'CC apphello main.c']);
    appendFileSync(join(folder, 'guests.c'), 'int more_guests(void) { return MORE; }\nint many = 3;\n');
    expect((await steps()).labels).toEqual(['CC apphello guests.c', 'LD hello_qemu-x86_64']);
  });

  it('compiles again what an option changes, and makes a product again that was damaged', async () => {
    const path = await image();
    writeFileSync(path, 'damaged');
    expect((await steps()).labels).toEqual(['LD hello_qemu-x86_64']);
    appendFileSync(join(folder, 'Kraftfile'), 'x-kconfig:\n  CONFIG_OPTIMIZE_SIZE: y\n');
    expect((await steps()).labels.length).toBeGreaterThan(10);
  });

  it('puts the functions of the image into its symbol table, at their addresses', async () => {
    const elf = readFileSync(await image());
    expect(elf.includes('guests_count\0')).toBe(true);
    appendFileSync(join(folder, 'Kraftfile'), 'x-kconfig:\n  CONFIG_LIBUKDEBUG_SYMTAB: n\n');
    expect(readFileSync(await image()).includes('guests_count\0')).toBe(false);
  });

  it('tells warnings again while what they are about stands', async () => {
    appendFileSync(join(folder, 'main.c'), 'static int unused;\n');
    const first = await steps();
    const second = await steps();
    expect(first.result.diagnostics).toMatchObject([{ severity: 'warning', file: join(folder, 'main.c') }]);
    expect(second.labels).toEqual([]);
    expect(second.result.diagnostics).toEqual(first.result.diagnostics);
  });

  it('is one at a time for a folder', async () => {
    const results = await Promise.all([steps(), steps(), steps()]);
    expect(results.map(({ result }) => result.ok)).toEqual([true, true, true]);
    expect(results.filter(({ labels }) => labels.length > 0).length).toBe(1);
  });

  it('takes over the lock of a process that died', async () => {
    await image();
    writeFileSync(join(folder, '.unikernel/build.lock'), '999999999 x');
    expect((await steps()).result.ok).toBe(true);
  });

  it('leaves nothing when it is cleaned', async () => {
    await image();
    clean(configured().project);
    expect(existsSync(join(folder, '.unikernel'))).toBe(false);
  });
});

describe('a build that fails', () => {
  it('gives every error of every file with its place', async () => {
    appendFileSync(join(folder, 'main.c'), 'int broken(void) { return x; }\n');
    appendFileSync(join(folder, 'guests.c'), 'int also = ;\n');
    const { result } = await steps();
    const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ file }) => file).sort()).toEqual([join(folder, 'guests.c'), join(folder, 'main.c')]);
    expect(result).toMatchObject({
      ok: false,
      message: expect.stringMatching(/: \w+\.c:\d+:\d+: .*\(and 1 more error\)$/),
    });
  });

  it('gives the place of an undefined function', async () => {
    appendFileSync(
      join(folder, 'main.c'),
      'int absent(void);\nint (*use)(void) = absent;\nint call(void) { return absent(); }\n',
    );
    writeFileSync(
      join(folder, 'main.c'),
      readFileSync(join(folder, 'main.c'), 'utf8').replace(
        'int count =',
        'int absent(void);\n    absent();\n    int count =',
      ),
    );
    const { result } = await steps();
    expect(result).toMatchObject({
      ok: false,
      message: expect.stringMatching(/does not link: .*main\.c:\d+:1: undefined reference to 'absent'/),
    });
  });

  it('names a compiler that is missing', async () => {
    const { result } = await steps({ compiler: '/nonexistent/gcc' });
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining("'/nonexistent/gcc'") });
  });

  it('names a source that is missing', async () => {
    rmSync(join(folder, 'guests.c'));
    const { result } = await steps();
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining('guests.c') });
  });

  it('ends its tools when it is cancelled, and goes on from there', async () => {
    const cancel = new AbortController();
    const running = build(configured(), { signal: cancel.signal, onStep: () => cancel.abort() });
    expect(await running).toMatchObject({ ok: false, message: 'The build was cancelled.' });
    const { result, labels } = await steps();
    expect(result.ok).toBe(true);
    expect(labels.length).toBeGreaterThan(0);
  });
});
