/** `api.ts` files and the files that import them, read in this process and not in a worker. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem, TextChange } from '../../problem';
import { Workspace } from '../../project';
import { type ModuleReader, TypeScriptAnalysis } from './index';
import { readModule } from './read-module';

const HEADER = `#ifndef UK_ONE_H
#define UK_ONE_H
#include <stddef.h>
#include <uk/types.h>
/* Takes \`size\` bytes. */
void *uk_take(size_t size);
/* Waits. */
bool uk_wait(struct queue *queue, __nsec deadline);
void uk_say(const char *text);
void uk_secret(void);
static inline int uk_inline(int a) { return a; }
void uk_print(int level, const char *format, ...);
void uk_vprint(const char *format, va_list arguments);
extern int uk_variable;
#endif
`;

const TREE: Readonly<Record<string, string>> = {
  'kernel/Config.uk': 'source "lib/ukone/Config.uk"\nsource "lib/uktwo/Config.uk"\n',
  'kernel/Makefile.uk':
    '$(eval $(call import_lib,$(CONFIG_UK_BASE)/lib/ukone))\n$(eval $(call import_lib,$(CONFIG_UK_BASE)/lib/uktwo))\n',
  'kernel/arch/README': '',
  'kernel/plat/README': '',
  'kernel/lib/ukone/Config.uk': 'config LIBUKONE\n\tbool "one"\n\tdepends on LIBUKTWO\n',
  'kernel/lib/ukone/Makefile.uk':
    '$(eval $(call addlib_s,libukone,$(CONFIG_LIBUKONE)))\nCINCLUDES-$(CONFIG_LIBUKONE) += -I$(LIBUKONE_BASE)/include\nLIBUKONE_SRCS-y += $(LIBUKONE_BASE)/one.c\n',
  'kernel/lib/ukone/exportsyms.uk':
    'uk_take\nuk_wait\nuk_say\nuk_print\nuk_vprint\nuk_variable\nuk_generated\n',
  'kernel/lib/ukone/include/uk/one.h': HEADER,
  'kernel/lib/ukone/include/uk/types.h': 'typedef long long __s64_t;\ntypedef __s64_t __nsec;\n',
  'kernel/lib/ukone/one.c': '#include <uk/one.h>\nvoid uk_secret(void)\n{\n}\n',
  'kernel/lib/uktwo/Config.uk': 'config LIBUKTWO\n\tbool "two"\n',
  'kernel/lib/uktwo/Makefile.uk': '$(eval $(call addlib_s,libuktwo,$(CONFIG_LIBUKTWO)))\n',
  'kernel/lib/uktwo/exportsyms.uk': 'none\n',
  'app/Makefile.uk': '$(eval $(call addlib,appapp))\n',
};
const API = 'kernel/lib/ukone/api.ts';

const KRAFTFILE = 'spec: v0.7\nx-kernel: sdk\ntargets: [qemu/x86_64]\n';

const inProcess: ModuleReader = { read: async (text) => readModule(text), close: async () => undefined };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'typescript-'));
  for (const [path, text] of Object.entries(TREE)) put(path, text);
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

async function check(path: string, files: Readonly<Record<string, string>>): Promise<readonly Problem[]> {
  for (const [name, text] of Object.entries(files)) put(name, text);
  const workspace = new Workspace([root], { kernelFolder: join(root, 'kernel') });
  await workspace.scan();
  return new TypeScriptAnalysis(workspace, inProcess).problemsOf(join(root, path));
}

const external = (declaration: string, name = /^\w+/.exec(declaration)?.[0] ?? '') =>
  `/** Does it. */\n// @ts-ignore: decorator\n@external("ukone", "${name}")\nexport declare function ${declaration};\n`;
const GOOD = [
  ['uk_take', '(size: usize): usize'],
  ['uk_wait', '(queue: usize, deadline: i64): bool'],
  ['uk_say', '(text: usize): void'],
  ['uk_inline', '(a: i32): i32'],
].map(([name, signature]) => external(`${name}${signature}`, name));

/** One of the functions otherwise than in the header. */
async function checkOne(name: string, signature: string, more = ''): Promise<readonly Problem[]> {
  const others = GOOD.filter((text) => !text.includes(`function ${name}(`));
  return check(API, { [API]: `${others.join('\n')}\n${external(name + signature, name)}${more}` });
}

/** A text after a change to it. */
function changed(text: string, { range: { start, end }, newText }: TextChange): string {
  const lines = text.split('\n');
  const offset = (line: number, character: number) =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return (
    text.slice(0, offset(start.line, start.character)) + newText + text.slice(offset(end.line, end.character))
  );
}

describe('an api.ts', () => {
  it('that says what the headers say has no problem', async () => {
    expect(await check(API, { [API]: GOOD.join('\n') })).toEqual([]);
  });

  it('may name types by other names, and leave the types of its own classes to itself', async () => {
    const text = `type size_t = usize;\ntype word = size_t;\n@unmanaged class Queue {}\n${GOOD.join('\n')
      .replace('(size: usize)', '(size: word)')
      .replace('queue: usize', 'queue: Queue | null')}`;
    expect(await check(API, { [API]: text })).toEqual([]);
  });

  it('lacks what is exported, declared and callable, and a fix writes it', async () => {
    const text = GOOD[2] ?? '';
    const [problem, ...others] = await check(API, { [API]: text });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'api-missing-function',
      severity: 'information',
      message: "'ukone' exports 'uk_take' and 'uk_wait', which this file does not declare.",
      fixes: [{ title: 'Declare the 2 missing functions' }],
    });
    const fixed = changed(text, problem?.fixes?.[0]?.changes[0] as TextChange);
    expect(fixed).toContain(
      '/** Takes `size` bytes. */\n// @ts-ignore: decorator\n@external("ukone", "uk_take")\nexport declare function uk_take(size: usize): usize;\n',
    );
    expect(await check(API, { [API]: fixed })).toEqual([]);
  });

  it('declares what nobody has', async () => {
    const [problem, ...others] = await check(API, {
      [API]: `${GOOD.join('\n')}\n${external('uk_takes(size: usize): usize')}`,
    });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'api-unknown-function',
      severity: 'error',
      message: "No header of 'ukone' declares 'uk_takes'. Did you mean 'uk_take'?",
      fixes: [{ changes: [{ newText: 'uk_take' }] }],
    });
  });

  it('may declare what only the export list knows', async () => {
    expect(
      await check(API, { [API]: `${GOOD.join('\n')}\n${external('uk_generated(a: f64): void')}` }),
    ).toEqual([]);
  });

  it('declares what the library keeps to itself', async () => {
    const [problem] = await check(API, { [API]: `${GOOD.join('\n')}\n${external('uk_secret(): void')}` });
    expect(problem).toMatchObject({
      code: 'api-hidden-function',
      fixes: [
        {
          title: "Export 'uk_secret' in exportsyms.uk",
          changes: [{ file: join(root, 'kernel/lib/ukone/exportsyms.uk'), newText: 'uk_secret\n' }],
        },
      ],
    });
  });

  it.each([
    ['uk_wait', '(queue: usize): bool', "'uk_wait' takes 2 parameters in <uk/one.h>; here it has 1."],
    ['uk_take', '(): usize', "'uk_take' takes 1 parameter in <uk/one.h>; here it has none."],
    [
      'uk_print',
      '(level: i32): void',
      "'uk_print' takes at least 2 parameters in <uk/one.h>; here it has 1.",
    ],
  ])('has another number of parameters for %s%s', async (name, signature, message) => {
    const [problem, ...others] = await checkOne(name, signature);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'api-arity', severity: 'error', message });
  });

  it('has its whole signature mended', async () => {
    const [problem] = await checkOne('uk_wait', '(queue: usize): bool');
    expect(problem?.fixes).toMatchObject([
      { title: 'Write it as <uk/one.h> does', changes: [{ newText: '(queue: usize, deadline: i64): bool' }] },
    ]);
  });

  it.each([
    ['uk_take', '(size: f64): usize', 'api-type error usize'],
    ['uk_take', '(size: i32): usize', 'api-type warning usize'],
    ['uk_take', '(size): usize', 'api-type error : usize'],
    ['uk_take', '(size: usize): void', 'api-type error usize'],
    ['uk_wait', '(queue: usize, deadline: i32): bool', 'api-type error i64'],
    ['uk_wait', '(queue: u32, deadline: i64): bool', 'api-type warning usize'],
    ['uk_say', '(text: string): void', 'api-pointer error usize'],
    ['uk_say', '(text: Uint8Array): void', 'api-pointer error usize'],
    ['uk_say', '(text: usize): i32', 'api-type error void'],
    ['uk_vprint', '(format: usize, arguments_: usize): void', 'api-type error undefined'],
  ])('has another type in %s%s', async (name, signature, expected) => {
    const problems = await checkOne(name, signature);
    expect(
      problems.map(({ code, severity, fixes }) => `${code} ${severity} ${fixes?.[0]?.changes[0]?.newText}`),
    ).toEqual([expected]);
  });

  it('may give a function that takes any number of arguments as many as it needs', async () => {
    expect(await checkOne('uk_print', '(level: i32, format: usize, a: i32, b: i32): void')).toEqual([]);
  });

  it('says what functions do, or takes the words of the header', async () => {
    const text = GOOD.join('\n').replace(/^\/\*\* Does it\. \*\/\n/, '');
    const [problem, ...others] = await check(API, { [API]: text });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'api-undocumented', severity: 'hint' });
    const fixed = changed(text, problem?.fixes?.[0]?.changes[0] as TextChange);
    expect(fixed.startsWith('/** Takes `size` bytes. */\n// @ts-ignore: decorator\n@external')).toBe(true);
  });

  it('may belong to a library that its surroundings do not take up yet', async () => {
    const files = {
      'app/Kraftfile': KRAFTFILE,
      'app/lib/new/Makefile.uk': '$(eval $(call addlib_s,libnew,$(CONFIG_LIBNEW)))\n',
      'app/lib/new/exportsyms.uk': 'new_one\nnew_two\n',
      'app/lib/new/include/new.h': 'void new_one(long a);\nvoid new_two(void);\n',
      'app/lib/new/new.c': 'void new_one(long a) {\n}\nvoid new_two(void) {\n}\n',
      'app/lib/new/api.ts': external('new_one(a: i64, b: i32): void').replace('ukone', 'new'),
    };
    expect((await check('app/lib/new/api.ts', files)).map(({ code }) => code)).toEqual([
      'api-missing-function',
      'api-arity',
    ]);
  });

  it('is held against the library as it is now', async () => {
    put(API, GOOD.join('\n'));
    const workspace = new Workspace([root], { kernelFolder: join(root, 'kernel') });
    await workspace.scan();
    const analysis = new TypeScriptAnalysis(workspace, inProcess);
    const header = join(root, 'kernel/lib/ukone/include/uk/one.h');
    expect(await analysis.problemsOf(join(root, API))).toEqual([]);
    workspace.open(header, HEADER.replace('uk_take(size_t size)', 'uk_take(size_t size, int flags)'));
    expect(await analysis.problemsOf(join(root, API))).toMatchObject([{ code: 'api-arity' }]);
    workspace.close(header);
    expect(await analysis.problemsOf(join(root, API))).toEqual([]);
  });
});

describe('a file of a project', () => {
  const api = { [API]: GOOD.join('\n') };

  it.each([
    ["import { uk_take } from 'ukone';\n", 0, 25],
    ["import { uk_take } from 'ukone/api';\n", 0, 25],
    ["import * as one from '../kernel/lib/ukone/api';\n", 0, 22],
    ["export { uk_take } from '../kernel/lib/ukone/api.ts';\n", 0, 25],
    ['@external("ukone", "uk_take")\ndeclare function take(size: usize): usize;\n', 0, 11],
  ])('that uses a library which is off: %s', async (text, line, character) => {
    const [problem, ...others] = await check('app/main.ts', {
      ...api,
      'app/Kraftfile': KRAFTFILE,
      'app/main.ts': text,
    });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'api-library-off',
      severity: 'error',
      message: "The Kraftfile does not enable 'ukone'; it needs CONFIG_LIBUKTWO.",
      range: { start: { line, character } },
      fixes: [
        {
          title: "Enable 'ukone' in the Kraftfile",
          changes: [{ file: join(root, 'app/Kraftfile'), newText: 'libraries:\n  ukone: {}\n' }],
        },
      ],
    });
  });

  it('is right when the library is on, and may import what is nothing of a library', async () => {
    const files = {
      ...api,
      'app/Kraftfile': `${KRAFTFILE}libraries:\n  uktwo: {}\n  ukone: {}\n`,
      'app/main.ts':
        "import { uk_take, uk_say as say } from 'ukone';\nimport { x } from 'uktwo';\nimport { y } from './y';\nimport type { Z } from 'ukone';\nimport 'lodash';\n",
    };
    expect(await check('app/main.ts', files)).toEqual([]);
  });

  it('imports what the api.ts has not', async () => {
    const files = {
      ...api,
      'app/Kraftfile': `${KRAFTFILE}libraries:\n  uktwo: {}\n  ukone: {}\n`,
      'app/main.ts': "import { uk_tak } from 'ukone';\n",
    };
    expect(await check('app/main.ts', files)).toMatchObject([
      {
        code: 'api-unknown-import',
        message: "The api.ts of 'ukone' has no 'uk_tak'. Did you mean 'uk_take'?",
        fixes: [{ changes: [{ newText: 'uk_take' }] }],
      },
    ]);
  });

  it('has its own declarations held against the library that they name', async () => {
    const files = {
      ...api,
      'app/Kraftfile': `${KRAFTFILE}libraries:\n  uktwo: {}\n  ukone: {}\n`,
      'app/main.ts':
        '@external("ukone", "uk_take")\ndeclare function take(): usize;\n@external("env", "x")\ndeclare function x(): void;\n',
    };
    expect(await check('app/main.ts', files)).toMatchObject([{ code: 'api-arity' }]);
  });
});

it('nothing is read of files that say nothing about libraries', async () => {
  const read: string[] = [];
  const counting: ModuleReader = {
    read: async (text) => {
      read.push(text);
      return readModule(text);
    },
    close: async () => undefined,
  };
  put('app/Kraftfile', KRAFTFILE);
  put('app/plain.ts', 'export const a = 1;\n');
  put('app/types.d.ts', "import { a } from 'ukone';\n");
  put('elsewhere/tool.ts', "import { readFileSync } from 'node:fs';\n");
  put('elsewhere/api.ts', 'export const b = 1;\n');
  const workspace = new Workspace([root], { kernelFolder: join(root, 'kernel') });
  await workspace.scan();
  const analysis = new TypeScriptAnalysis(workspace, counting);
  for (const path of workspace.paths('typescript')) expect(await analysis.problemsOf(path)).toEqual([]);
  expect(read).toEqual([]);
});

it('texts that are no TypeScript are read to their ends', () => {
  const text = `${GOOD.join('\n')}\nimport { a } from 'b';\nexport * from 'c';\nexport const { x } = y;\n`;
  for (let length = 0; length < text.length; length += 3) readModule(text.slice(0, length));
  for (const part of ['@external(', 'declare function ', 'import {', '\0', '`${'])
    readModule(part.repeat(100));
});
