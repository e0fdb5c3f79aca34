/** Sizes of real images: every level sums to the sections that the linker made. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configureProject, loadProject, sdkFolder } from '../../project';
import { build, optionCost, type SizeReport, sizeOf } from '../index';

const KINDS = ['text', 'rodata', 'data', 'bss'] as const;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'size test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function project(template: string, options: string) {
  cpSync(join(sdkFolder(), 'templates', template), folder, { recursive: true });
  if (options !== '') appendFileSync(join(folder, 'Kraftfile'), `x-kconfig: {${options}}\n`);
  const loaded = loadProject(join(folder, 'Kraftfile'));
  if (!loaded.ok) throw new Error(loaded.message);
  return loaded.project;
}

async function measured(template: string, options = ''): Promise<{ report: SizeReport; symbols: string }> {
  const configured = configureProject(project(template, options));
  if (!configured.ok) throw new Error(configured.message);
  const built = await build(configured.configured);
  if (!built.ok) throw new Error(built.message);
  return { report: await sizeOf(configured.configured, built), symbols: built.symbols };
}

const sum = (sizes: Iterable<number>) => [...sizes].reduce((a, b) => a + b, 0);

describe('the size of an image', () => {
  it.each([
    ['hello', ''],
    ['hello', 'CONFIG_OPTIMIZE_SIZE: y'],
    ['hello', 'CONFIG_OPTIMIZE_SIZE: y, CONFIG_OPTIMIZE_LTO: y'],
    ['cpp', ''],
  ])('is the same by section, library, object and symbol: %s {%s}', async (template, options) => {
    const { report, symbols } = await measured(template, options);
    // binutils' own count: text with rodata, data, bss.
    const [, counted = ''] = execFileSync('size', [symbols]).toString().split('\n');
    const [text, data, bss] = counted.trim().split(/\s+/).map(Number);
    expect(report.total.text + report.total.rodata).toBe(text);
    expect(report.total.data).toBe(data);
    expect(report.total.bss).toBe(bss);
    for (const kind of KINDS) {
      const ofKind = report.sections.filter((section) => section.kind === kind);
      expect(sum(ofKind.map(({ size }) => size))).toBe(report.total[kind]);
      expect(sum(report.libraries.map((library) => library[kind]))).toBe(report.total[kind]);
      for (const library of report.libraries) {
        expect(sum(library.objects.map((object) => object[kind]))).toBe(library[kind]);
        for (const { symbols, ...object } of library.objects) {
          const inKind = symbols.filter((symbol) => symbol.kind === kind);
          expect(sum(inKind.map(({ size }) => size))).toBe(object[kind]);
        }
      }
    }
  });

  it('knows the functions of every library', async () => {
    const { report } = await measured('hello');
    const symbols = report.libraries.flatMap(({ name, objects }) =>
      objects.flatMap((object) => object.symbols.map((symbol) => `${name} ${object.name} ${symbol.name}`)),
    );
    expect(symbols).toContain('apphello guests.c.o guests_count');
    expect(symbols).toContain('libukalloc heap.c.o heap_malloc');
    expect(report.libraries.map(({ name }) => name)).not.toContain('(unattributed)');
  });

  it('attributes functions to their libraries where files were optimized together', async () => {
    const { report } = await measured('hello', 'CONFIG_OPTIMIZE_SIZE: y, CONFIG_OPTIMIZE_LTO: y');
    const unattributed = report.libraries.find(({ name }) => name === '(unattributed)');
    expect(unattributed?.text ?? 0).toBe(0);
    expect(report.libraries.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['apphello', 'libukdebug', 'libnolibc']),
    );
  });
});

describe('the cost of an option', () => {
  it('is the difference of two builds, which leave nothing behind', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('unikernel-size-'));
    const result = await optionCost(project('hello', ''), undefined, 'CONFIG_LIBUKDEBUG_SYMTAB');
    if (!result.ok) throw new Error(result.message);
    const { cost } = result;
    expect(cost).toMatchObject({ values: { with: 'y', without: 'n' } });
    expect(cost.difference.image).toBe(cost.with.image - cost.without.image);
    expect(sum(cost.libraries.map(({ difference }) => difference.image))).toBe(cost.difference.image);
    expect(cost.libraries[0]?.name).toBe('(symbol table)');
    expect(existsSync(join(folder, '.unikernel'))).toBe(false);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('unikernel-size-'))).toEqual(before);
    expect(readFileSync(join(folder, 'Kraftfile'), 'utf8')).not.toContain('SYMTAB');
  });

  it('can be of a value', async () => {
    const result = await optionCost(project('hello', ''), undefined, 'CONFIG_LIBUKBOOT_MAXNBARGS=160');
    expect(result).toMatchObject({
      ok: true,
      cost: { values: { with: '160', without: '60' }, difference: { bss: 100 * 8 } },
    });
  });

  it.each([
    ['CONFIG_LIBUKALOC', "There is no option 'CONFIG_LIBUKALOC'. Did you mean 'CONFIG_LIBUKALLOC'?"],
    ['CONFIG_LIBUKBOOT', "'CONFIG_LIBUKBOOT' is 'y' either way: other options decide it."],
    ['CONFIG_LIBUKBOOT_MAXNBARGS', 'takes a whole number'],
  ])('is told to be none where there is none: %s', async (option, words) => {
    const result = await optionCost(project('hello', ''), undefined, option);
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining(words) });
  });
});
