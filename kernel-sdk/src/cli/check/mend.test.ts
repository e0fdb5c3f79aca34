import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mendPaths } from './mend';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mend-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const MAKEFILE = '$(eval $(call addlib,appmain))\nAPPMAIN_SRCS-y += $(APPMAIN_BASE)/main.c\n';

function project(files: Readonly<Record<string, string | Uint8Array>>): void {
  const main = 'int main(void) { return 0; }\n';
  for (const [name, text] of Object.entries({ 'Makefile.uk': MAKEFILE, 'main.c': main, ...files })) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

async function mend(...paths: string[]) {
  const { report, mended, files } = await mendPaths(paths, { folder });
  const codes = report.problems.map(({ code }) => code);
  return { codes, mended, files, unreadable: report.unreadable.map(({ message }) => message) };
}

const read = (name: string) => readFileSync(join(folder, name), 'utf8');

it('mends all that has one obvious mend, and what shows only then', async () => {
  project({
    Kraftfile: 'spec: v0.7\nx-kernel: sdk\ntargets: qmeu/x86_64\nnmae: a # mine\nx-memory: much\n',
    'Config.uk': 'config APPA\n\tbool "a"\n\tdependson X\n\tdefault y if A &&\n',
  });
  // The target's platform is looked at when it stands in a list.
  expect(await mend('.')).toEqual({ codes: ['size-form'], mended: 5, files: 2, unreadable: [] });
  expect(read('Kraftfile')).toBe(
    'spec: v0.7\nx-kernel: sdk\ntargets: [qemu/x86_64]\nname: a # mine\nx-memory: much\n',
  );
  expect(read('Config.uk')).toBe('config APPA\n\tbool "a"\n\tdepends on X\n\tdefault y if A\n');
  expect(await mend('.')).toMatchObject({ mended: 0, files: 0 });
});

it('leaves alone what has more errors for it', async () => {
  const text = '{{x.name}} {{x.type}}\n';
  project({ 'Config.uk': text });
  const { mended, unreadable } = await mend('.');
  expect(mended).toBe(0);
  expect(unreadable).toEqual([expect.stringMatching(/Config\.uk' is not mended: it would have more errors/)]);
  expect(read('Config.uk')).toBe(text);
});

it('leaves a choice to people, as the one between kernels is', async () => {
  const text = 'spec: v0.7\nname: a\n';
  project({ Kraftfile: text });
  expect(await mend('.')).toMatchObject({ codes: ['missing-kernel'], mended: 0 });
});

it('leaves notes and hints to people, and files that it was not told of', async () => {
  const text = 'spec: v0.7\nx-kernel: sdk\ntargets: [qemu/x86_64]\nlibraries: {ukrandom: {}}\n';
  project({ Kraftfile: text, 'main.c': '#include <uk/time.h>\nint main(void) { return 0; }\n' });
  expect(await mend('main.c')).toMatchObject({ codes: ['library-off'], mended: 0 });
  expect(read('Kraftfile')).toBe(text);
  // The header's library is enabled, and the one that nothing uses stays.
  expect(await mend('.')).toMatchObject({ codes: expect.arrayContaining(['unused-library']), mended: 1 });
  expect(read('Kraftfile')).toContain('ukrandom: {}');
});

it('leaves what is not UTF-8 as it is, and says so', async () => {
  const bytes = Buffer.concat([
    Buffer.from('spec: v0.7\nx-kernel: sdk\nnmae: a #'),
    Buffer.from([0xe9, 0x0a]),
  ]);
  project({ Kraftfile: bytes });
  expect(await mend('.')).toEqual({
    codes: ['unknown-key'],
    mended: 0,
    files: 0,
    unreadable: [`'${join(folder, 'Kraftfile')}' is not mended: it is not UTF-8.`],
  });
  expect(readFileSync(join(folder, 'Kraftfile')).equals(bytes)).toBe(true);
});
