/** Functions by all who name them: found, and given another name, across C, headers, assembly and export lists. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyChanges } from '@unikernel-tools/kernel-sdk/problem';
import { SMALL_KERNEL, writeSmallKernel } from '@unikernel-tools/kernel-sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Location, WorkspaceEdit } from 'vscode-languageserver';
import { bundleServer, LanguageClient } from '../testing';

const ONE = 'kernel/lib/ukone';
/** AssemblyScript's face of it, whose own name for it is another. */
const API = `// @ts-ignore: decorator
@external("ukone", "one_do")
export declare function other_do(a: i32, name: usize): i32;
`;

const FILES = {
  [`${ONE}/Makefile.uk`]: `${SMALL_KERNEL[`${ONE}/Makefile.uk`]}LIBUKONE_SRCS-y += $(LIBUKONE_BASE)/enter.S\n`,
  [`${ONE}/one.c`]: `#include <uk/one.h>
/* one_do() does it. */
int one_do(int a, const char *name) { return a; }
int one_hidden(void) { return one_do(1, "one_do") + own(); }
int one_print(const char *f, ...) { return 0; }
static int own(void) { return 1; }
UK_SYSCALL_R_DEFINE(int, one_call, int, a) { return own(); }
`,
  [`${ONE}/include/uk/one.h`]: `int one_do(int a, const char *name);
#define ONE_TWICE(a) (one_do(a, "") + one_do(a, ""))
int one_hidden(void);
int one_call(int a);
int one_print(const char *f, ...);
`,
  [`${ONE}/enter.S`]: `/* then one_do */
enter:
	call one_do
`,
  'app/main.c': `#include <uk/one.h>
struct ops { int (*one_do)(int, const char *); };
static const struct ops ops = { .one_do = one_do };
static int own(void) { return 2; }
static int other(int one_do) { return one_do + own(); }
int main(void) { return ops.one_do(1, "") + ONE_TWICE(2) + other(3) + one_call(4); }
`,
  [`${ONE}/api.ts`]: API,
  'app/Makefile.uk': `${SMALL_KERNEL['app/Makefile.uk']}APPX_SRCS-y += $(APPX_BASE)/alone.c\n`,
  'app/alone.c': 'static int one_do(void) { return 1; }\nint alone(void) { return one_do(); }\n',
};

let folder: string;
let client: LanguageClient;
beforeAll(async () => {
  bundleServer();
  folder = mkdtempSync(join(tmpdir(), 'rename-'));
  writeSmallKernel(folder, FILES);
  client = await LanguageClient.start({ folders: [folder] });
});
afterAll(async () => {
  await client.dispose();
  rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
/** The first place of a word in a file, or of the word in the text that begins with it. */
function placeOf(name: string, start: string, word = start) {
  const before = text(name).slice(0, text(name).indexOf(start) + start.indexOf(word));
  const lines = before.split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

function text(name: string): string {
  return readFileSync(path(name), 'utf8');
}

/** The files that a rename changes, as it leaves them. */
async function renamed(name: string, start: string, word: string, newName: string) {
  const more = { newName };
  const edit = await client.at<WorkspaceEdit | null>('rename', path(name), placeOf(name, start, word), more);
  return Object.fromEntries(
    Object.entries(edit?.changes ?? {})
      .map(([uri, edits]): [string, string] => {
        const file = relative(folder, fileURLToPath(uri));
        return [file, applyChanges(text(file), edits) ?? ''];
      })
      .sort(),
  );
}

const EVERYWHERE = {
  'app/main.c': FILES['app/main.c'].replace('= one_do }', '= one_does }'),
  [`${ONE}/api.ts`]: API.replace('"one_do"', '"one_does"'),
  [`${ONE}/enter.S`]: FILES[`${ONE}/enter.S`].replace('call one_do', 'call one_does'),
  [`${ONE}/exportsyms.uk`]: 'one_does\none_print\n',
  [`${ONE}/include/uk/one.h`]: FILES[`${ONE}/include/uk/one.h`].replaceAll('one_do', 'one_does'),
  [`${ONE}/one.c`]: FILES[`${ONE}/one.c`]
    .replace('int one_do', 'int one_does')
    .replace('one_do(1', 'one_does(1'),
};

describe('a function', () => {
  it.each([
    [`${ONE}/exportsyms.uk`, 'one_do'],
    [`${ONE}/one.c`, 'one_do(int'],
    [`${ONE}/include/uk/one.h`, 'one_do'],
    [`${ONE}/enter.S`, 'one_do\n'],
    ['app/main.c', 'one_do }'],
  ])('is renamed wherever it is named, from %s', async (name, start) => {
    const at = placeOf(name, start);
    client.open(path(name), name.endsWith('.uk') ? 'exportsyms-uk' : 'c');
    expect(await client.at('prepareRename', path(name), at)).toMatchObject({ start: at });
    expect(await renamed(name, start, 'one_do', 'one_does')).toEqual(EVERYWHERE);
  });

  it('of one file is renamed in that one', async () => {
    client.open(path('app/alone.c'), 'c');
    expect(await renamed('app/alone.c', 'one_do', 'one_do', 'one_mine')).toEqual({
      'app/alone.c': FILES['app/alone.c'].replaceAll('one_do', 'one_mine'),
    });
    expect(await renamed(`${ONE}/one.c`, 'own(', 'own', 'mine')).toEqual({
      [`${ONE}/one.c`]: FILES[`${ONE}/one.c`].replaceAll('own', 'mine'),
    });
  });

  it.each([
    ['what is no name', 'one_do(int', 'one-do', /no name for a function/],
    ['a word of C', 'one_do(int', 'return', /no name for a function/],
    ['the name of another one', 'one_do(int', 'one_hidden', /'one_hidden' stands in '.*one\.c' already/],
    ['another name for a system call', 'one_call', 'two_call', /system call/],
  ])('does not get %s', async (_, start, newName, words) => {
    await expect(renamed(`${ONE}/one.c`, start, start, newName)).rejects.toThrow(words);
  });

  it('of a kernel that is not in the workspace keeps its name', async () => {
    const alone = await LanguageClient.start({ folders: [path('app')] });
    try {
      alone.open(path('app/main.c'), 'c');
      const rename = alone.at('rename', path('app/main.c'), placeOf('app/main.c', 'one_do }'), {
        newName: 'one_does',
      });
      await expect(rename).rejects.toThrow(/not in this workspace/);
    } finally {
      await alone.dispose();
    }
  });

  it('is found where it is called, pointed to and in macros', async () => {
    const context = { context: { includeDeclaration: false } };
    const at = placeOf(`${ONE}/exportsyms.uk`, 'one_do');
    const found = await client.at<Location[]>('references', path(`${ONE}/exportsyms.uk`), at, context);
    const places = found.map(
      ({ uri, range: { start } }) =>
        `${relative(folder, fileURLToPath(uri))}:${start.line}:${start.character}`,
    );
    expect(places.sort()).toEqual([
      'app/main.c:2:42',
      `${ONE}/api.ts:1:20`,
      `${ONE}/enter.S:2:6`,
      `${ONE}/exportsyms.uk:0:0`,
      `${ONE}/include/uk/one.h:1:22`,
      `${ONE}/include/uk/one.h:1:38`,
      `${ONE}/one.c:3:30`,
    ]);
  });

  it('that is a system call is defined by its macro', async () => {
    const at = placeOf('app/main.c', 'one_call');
    expect(await client.at('definition', path('app/main.c'), at)).toMatchObject([
      { uri: expect.stringMatching(/one\.c$/), range: { start: placeOf(`${ONE}/one.c`, 'one_call') } },
    ]);
  });
});
