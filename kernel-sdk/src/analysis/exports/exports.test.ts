/** Problems of exportsyms.uk and of headers for everybody, in a small Unikraft tree. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../problem';
import { Workspace } from '../../project';
import { writeSmallKernel } from '../../testing/small-kernel';
import { problemsOf } from '../index';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exports-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ONE = 'kernel/lib/ukone';
const MAKEFILE =
  '$(eval $(call addlib_s,libukone,$(CONFIG_LIBUKONE)))\nCINCLUDES-y += -I$(LIBUKONE_BASE)/include\nLIBUKONE_SRCS-y += $(LIBUKONE_BASE)/one.c\n';

async function check(
  files: Readonly<Record<string, string>>,
  name = `${ONE}/exportsyms.uk`,
): Promise<readonly Problem[]> {
  writeSmallKernel(folder, files);
  const workspace = new Workspace([folder]);
  await workspace.scan();
  return problemsOf(workspace, join(folder, name));
}

/** What is said of `list`, where the library's source is this one. */
async function listed(list: string, source: string, more: Readonly<Record<string, string>> = {}) {
  const found = await check({ [`${ONE}/exportsyms.uk`]: list, [`${ONE}/one.c`]: source, ...more });
  return found.map(({ code, severity, message }) => `${severity} ${code}: ${message}`);
}

describe('a symbol that is exported', () => {
  it('and that no source defines is told and can be removed', async () => {
    const source = 'int one_do(int);\nint other(void) { return one_do(1); }\n';
    const [problem, ...others] = await check({
      [`${ONE}/exportsyms.uk`]: 'other\none_do\n',
      [`${ONE}/one.c`]: source,
    });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'unknown-export',
      severity: 'information',
      message: "No source of 'libukone' defines 'one_do'.",
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 6 } },
      fixes: [{ title: "Remove 'one_do' from the list", changes: [{ newText: '' }] }],
    });
  });

  it('and static is told apart', async () => {
    expect(await listed('one_do\n', 'static int one_do(void) { return 1; }\n')).toEqual([
      "information unknown-export: 'one_do' is static in 'libukone': nothing outside of its file can have it.",
    ]);
  });

  it.each([
    ['a variable', 'int one_do;\n'],
    ['a table', 'const char *const one_do[] = { "a" };\n'],
    ['a weak function', 'int __weak one_do(void) { return 1; }\n'],
    ['a function under a condition', '#if CONFIG_LIBUKONE_MORE\nint one_do(void) { return 1; }\n#endif\n'],
    ['what a macro makes of its argument', '#define DEF(x) int x(void) { return 1; }\nDEF(one_do)\n'],
    ['what a macro pastes together', '#include <other.h>\nOTHER_DEFINE(do, int)\n'],
    [
      'another name of a function',
      'static int f(void) { return 1; }\nint one_do(void) __attribute__((alias("f")));\n',
    ],
    ['what is renamed', '#define one one_do\nint one(void) { return 1; }\n'],
    ['what top-level assembly makes', '__asm__(".globl one_do\\none_do: ret");\n'],
    ['a source that is included', '#include "impl.inc"\n'],
    ['a source with braces of macros', 'BEGIN {\nint one_do(void) { return 1; }\n'],
  ])('is defined by %s', async (_, source) => {
    expect(await listed('one_do\n', source)).toEqual([]);
  });

  it('of a system call has the names that the macro gives it', async () => {
    const source = 'UK_SYSCALL_R_DEFINE(int, one_call, int, a)\n{\n\treturn a;\n}\n';
    expect(await listed('one_call\nuk_syscall_e_one_call\nuk_syscall_r_one_call\n', source)).toEqual([]);
  });

  it('is not judged where sources come from elsewhere, are made or are assembly', async () => {
    const none = 'int other(void) { return 1; }\n';
    const withLine = (line: string) => ({ [`${ONE}/Makefile.uk`]: `${MAKEFILE}${line}\n` });
    for (const line of [
      '$(eval $(call fetch,libukone,https://example.com/one.zip))',
      'LIBUKONE_SRCS-y += $(LIBUKONE_SRC)/more.c',
      'LIBUKONE_SRCS-y += $(LIBUKONE_BASE)/gen.awk>.c',
      'LIBUKONE_OBJS-y += $(LIBUKONE_BUILD)/blob.o',
      'LIBUKONE_SRCS-y += $(wildcard $(LIBUKONE_BASE)/../more/*.c)',
      'include $(LIBUKONE_BASE)/more.mk',
    ]) {
      expect(await listed('one_do\n', none, withLine(line)), line).toEqual([]);
    }
    const assembly = { [`${ONE}/low.S`]: 'ENTRY(one_do)\n\tret\n' };
    expect(await listed('one_do\n', none, assembly)).toEqual([]);
  });

  it('twice leaves the list once', async () => {
    const [problem] = await check({ [`${ONE}/exportsyms.uk`]: 'one_do # first\none_print\none_do\n' });
    expect(problem).toMatchObject({
      code: 'duplicate-export',
      fixes: [{ changes: [{ range: { start: { line: 2, character: 0 }, end: { line: 3 } } }] }],
    });
  });

  it('beside another on one line is alone', async () => {
    const [problem] = await check({ [`${ONE}/exportsyms.uk`]: 'one_do one_print\nnone # at all\n' });
    expect(problem).toMatchObject({
      code: 'export-form',
      message: "A line has one symbol: 'one_do' is exported, 'one_print' is not.",
      fixes: [{ title: "Put 'one_print' on a line of its own" }],
    });
  });
});

describe('a function of a header for everybody', () => {
  const HEADER = `${ONE}/include/uk/one.h`;

  it('that is defined and not exported is a hint, with the line that is missing', async () => {
    const [problem, ...others] = await check({}, HEADER);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'unexported-function',
      severity: 'hint',
      message: "'one_hidden' is declared for everybody, and the exportsyms.uk of 'ukone' does not export it.",
      fixes: [
        {
          title: "Export 'one_hidden' from 'ukone'",
          changes: [{ file: join(folder, ONE, 'exportsyms.uk'), newText: 'one_hidden\n' }],
        },
      ],
    });
  });

  it.each([
    ['an inline one', 'static inline int one_inline(void) { return 1; }\n'],
    ['one that is defined nowhere', 'int one_elsewhere(void);\n'],
    ['one that begins with a line', 'int _one_internal(void);\n'],
    ['a weak one', 'int one_hidden(void) __attribute__((weak));\n'],
    ['a macro', 'int one_hidden(void);\n#define one_hidden() 1\n'],
  ])('is not missed where it is %s', async (_, header) => {
    const source = 'int one_hidden(void) { return 1; }\nint _one_internal(void) { return 1; }\n';
    expect(await check({ [HEADER]: header, [`${ONE}/one.c`]: source }, HEADER)).toEqual([]);
  });

  it('is nothing of a library that exports everything, or nothing', async () => {
    expect(await check({ [`${ONE}/exportsyms.uk`]: 'none\n' }, HEADER)).toEqual([]);
    rmSync(join(folder, ONE, 'exportsyms.uk'));
    const workspace = new Workspace([folder]);
    await workspace.scan();
    expect(problemsOf(workspace, join(folder, HEADER))).toEqual([]);
  });
});
