import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../problem';
import { Workspace } from '../../project';
import { kraftfile, SMALL_KERNEL, writeSmallKernel } from '../../testing/small-kernel';
import { problemsOf } from '../index';
import { inactiveCode } from './index';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'c-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function workspaceOf(of: string): Promise<Workspace> {
  const workspace = new Workspace([of]);
  await workspace.scan();
  return workspace;
}

/** The problems of the application's source; more files go beside it. */
async function check(
  source: string,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly Problem[]> {
  writeSmallKernel(folder, { 'app/main.c': source, ...files });
  return problemsOf(await workspaceOf(folder), join(folder, 'app/main.c'));
}

const brief = (problems: readonly Problem[]) => problems.map(({ code, message }) => `${code}: ${message}`);
/** The text that a problem marks. */
const marked = (source: string, { range: { start, end } }: Problem) =>
  source.split('\n')[start.line]?.slice(start.character, end.character);

/** In the body of a function of a source that sees `ukone`. */
const inMain = (body: string, before = '') =>
  `#include <uk/one.h>\n${before}\nint main(void)\n{\n${body}\n}\n`;

describe('a header of a library that is off', () => {
  it('may come with what a library from elsewhere fetches', async () => {
    const files = {
      'kernel/lib/uktwo/Makefile.uk': `${SMALL_KERNEL['kernel/lib/uktwo/Makefile.uk']}LIBUKTWO_GLOBAL_INCLUDES-y += -I$(LIBUKTWO_BASE)/libc\nCINCLUDES-$(CONFIG_LIBUKTWO) += $(LIBUKTWO_GLOBAL_INCLUDES-y)\n`,
      'kernel/lib/uktwo/libc/stdio.h': 'int puts(const char *s);\n',
    };
    const source = '#include <stdio.h>\nint main(void) { return 0; }\n';
    expect(brief(await check(source, files))).toEqual([expect.stringContaining('library-off: <stdio.h>')]);
    const foreign = {
      'libc/Makefile.uk':
        '$(eval $(call addlib_s,liblibc,$(CONFIG_LIBLIBC)))\nLIBLIBC_SRCS-y += $(LIBLIBC_SRC)/a.c\n',
      'libc/Config.uk': 'config LIBLIBC\n\tbool "libc"\n',
      'app/Kraftfile': kraftfile(['CONFIG_LIBUKONE', 'CONFIG_LIBLIBC']).replace(
        'targets:',
        'libraries:\n  libc:\n    source: ../libc\ntargets:',
      ),
    };
    expect(brief(await check(source, { ...files, ...foreign }))).toEqual([]);
  });

  it('is an error that says what the library needs, and enabling it mends that', async () => {
    const source = '#include <uk/one.h>\n#include <uk/two.h>\nint main(void) { two_do(); return 0; }\n';
    const [problem, ...others] = await check(source);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'library-off',
      severity: 'error',
      message:
        "<uk/two.h> belongs to 'uktwo', which the Kraftfile does not enable; it needs CONFIG_LIBUKBASE.",
    });
    expect(problem && marked(source, problem)).toBe('uk/two.h');
    const [fix] = problem?.fixes ?? [];
    expect(fix?.title).toBe("Enable 'uktwo' in the Kraftfile");
    expect(fix?.changes[0]).toMatchObject({
      file: join(folder, 'app/Kraftfile'),
      newText: "    CONFIG_LIBUKBASE: 'y'\n    CONFIG_LIBUKTWO: 'y'\n",
    });
    const enabled = kraftfile(['CONFIG_LIBUKBASE', 'CONFIG_LIBUKTWO', 'CONFIG_LIBUKONE']);
    expect(await check(source, { 'app/Kraftfile': enabled })).toEqual([]);
  });

  it.each([
    ['under a condition that does not hold', '#if CONFIG_LIBUKTWO\n#include <uk/two.h>\n#endif'],
    ['under one that nobody can know', '#ifdef WHO_KNOWS\n#include <uk/two.h>\n#endif'],
    ['for another architecture', '#ifdef __aarch64__\n#include <uk/two.h>\n#endif'],
    ['in the branch that is not taken', '#ifdef CONFIG_LIBUKONE\n#else\n#include <uk/two.h>\n#endif'],
    [
      'in a comment',
      '/*\n#include <uk/two.h>\n*/\n// #include <uk/two.h>\n// goes on \\\n#include <uk/two.h>',
    ],
    ['in a text', 'const char *s = "\\\n#include <uk/two.h>";'],
    ['that nobody has', '#include <nobody.h>\n#include <stdint.h>\n#include <uk/config.h>'],
  ])('is nothing to say %s', async (_, source) => {
    expect(await check(`${source}\nint main(void) { return 0; }\n`)).toEqual([]);
  });

  it.each([
    ['of the configuration', '#if defined(CONFIG_LIBUKONE) && !CONFIG_LIBUKTWO'],
    ['of the architecture', '#if defined __x86_64__ || defined(__i386__)'],
    ['that the file decides', '#define MINE 2\n#if MINE > 1'],
    ['in another one', '#ifndef CONFIG_LIBUKTWO\n#if IS_ENABLED(CONFIG_LIBUKONE)\n#endif'],
  ])('is an error under a condition %s that holds', async (_, condition) => {
    const found = await check(`${condition}\n#include <uk/two.h>\n#endif\nint main(void) { return 0; }\n`);
    expect(brief(found)).toHaveLength(1);
  });

  it('is said for the target that does without it', async () => {
    const source = '#ifdef __aarch64__\n#include <uk/two.h>\n#endif\n';
    const found = await check(source, {
      'app/Kraftfile': kraftfile(undefined, ['qemu/x86_64', 'qemu/arm64']),
    });
    expect(brief(found)[0]).toContain("does not enable for 'qemu/arm64'; it needs CONFIG_LIBUKBASE");
  });

  it('is nothing to say of a source that is not compiled', async () => {
    const makefile = `${SMALL_KERNEL['app/Makefile.uk']}APPX_SRCS-$(CONFIG_LIBUKTWO) += $(APPX_BASE)/other.c\n`;
    writeSmallKernel(folder, {
      'app/Makefile.uk': makefile,
      'app/other.c': '#include <uk/two.h>\n',
      'app/unlisted.c': '#include <uk/two.h>\n',
    });
    const workspace = await workspaceOf(folder);
    for (const name of ['other.c', 'unlisted.c'])
      expect(problemsOf(workspace, join(folder, 'app', name))).toEqual([]);
  });

  it('is nothing to say where sources of the manifest are not on this disk', async () => {
    const missing = 'spec: v0.6\nunikraft: stable\nlibraries:\n  elsewhere: stable\ntargets: [qemu/x86_64]\n';
    expect(await check('#include <uk/two.h>\n', { 'app/Kraftfile': missing })).toEqual([]);
  });
});

describe('a function of a library that is off', () => {
  it('is an error where its declaration stands elsewhere', async () => {
    const source = inMain('  two_do();\n  return 0;', 'void two_do(void);');
    const found = await check(source);
    expect(brief(found)).toEqual([
      "library-off: 'two_do' belongs to 'uktwo', which the Kraftfile does not enable; it needs CONFIG_LIBUKBASE.",
    ]);
    expect(found[0]?.fixes).toHaveLength(1);
  });

  it.each([
    ['is defined here', inMain('  two_do();', 'static void two_do(void) {}')],
    ['may be missing', inMain('  if (two_do) two_do();', '__attribute__((weak)) void two_do(void);')],
    ['is a parameter', '#include <uk/one.h>\nvoid f(void (*two_do)(void)) { two_do(); }'],
    ['is a local variable', inMain('  void (*two_do)(void) = 0;\n  two_do();')],
    ['is a member', inMain('  s.two_do();\n  p->two_do();')],
    ['is a macro', inMain('  two_do();', '#define two_do() 0')],
    ['is in the arguments of a macro', inMain('  TRACE(two_do());', '#define TRACE(x)')],
    ['is made by a macro', inMain('  two_do();', 'DEFINE_FUNCTION(two_do)')],
    ['stands in code that is left out', inMain('#ifdef CONFIG_LIBUKTWO\n  two_do();\n#endif')],
    ['stands in code that may be left out', inMain('#ifdef WHO_KNOWS\n  two_do();\n#endif')],
    ['may come from a header that is not found', `#include <unknown.h>\n${inMain('  two_do();')}`],
    ['is declared in the body', inMain('  extern struct s *two_do(void);\n  two_do();')],
  ])('is nothing to say where it %s', async (_, source) => {
    expect(brief(await check(source))).toEqual([]);
  });

  it('is nothing to say where another source of the library has it', async () => {
    const files = {
      'app/Makefile.uk': `${SMALL_KERNEL['app/Makefile.uk']}APPX_SRCS-y += $(APPX_BASE)/two.c\n`,
      'app/two.c': 'void two_do(void) {}\n',
    };
    expect(await check(inMain('  two_do();', 'void two_do(void);'), files)).toEqual([]);
  });
});

describe('a function that only a header of a library has', () => {
  const header = {
    'kernel/lib/uktwo/include/uk/two.h': 'static inline int uk_two_do(int a) { return a; }\n',
  };

  it('is an error where the library is off and nothing declares it', async () => {
    const found = await check(inMain('  uk_two_do(1);'), header);
    expect(brief(found)).toEqual([
      "library-off: 'uk_two_do' belongs to 'uktwo', which the Kraftfile does not enable; it needs CONFIG_LIBUKBASE.",
    ]);
  });

  it.each([
    [
      'its library is on',
      { 'app/Kraftfile': kraftfile(['CONFIG_LIBUKONE', 'CONFIG_LIBUKBASE', 'CONFIG_LIBUKTWO']) },
    ],
    [
      'another library that is on has it as well',
      { 'kernel/lib/ukone/include/uk/more.h': '#define uk_two_do(a) a\n' },
    ],
    [
      'it has no name of the kernel',
      { 'kernel/lib/uktwo/include/uk/two.h': 'static inline int two_do(int a) { return a; }\n' },
    ],
  ])('is nothing to say where %s', async (_, files) => {
    expect(brief(await check(inMain('  uk_two_do(1);'), { ...header, ...files }))).toEqual([]);
  });
});

describe('an API of another architecture', () => {
  const targets = { 'app/Kraftfile': kraftfile(undefined, ['qemu/arm64']) };

  it('is an error for the target', async () => {
    expect(brief(await check('#include <uk/archx.h>\n', targets))).toEqual([
      "other-target: <uk/archx.h> belongs to 'archx', which is for CONFIG_ARCH_X86_64 alone; the target is 'qemu/arm64'.",
    ]);
    expect(brief(await check(inMain('  archx_do();', 'void archx_do(void);'), targets))).toEqual([
      "other-target: 'archx_do' belongs to 'archx', which is for CONFIG_ARCH_X86_64 alone; the target is 'qemu/arm64'.",
    ]);
  });

  it('is right where the code asks for the architecture', async () => {
    const source = '#ifdef __x86_64__\n#include <uk/archx.h>\n#endif\n';
    expect(await check(source, targets)).toEqual([]);
    expect(await check('#include <uk/archx.h>\nint main(void) { archx_do(); return 0; }\n')).toEqual([]);
  });
});

describe('a function that its library does not export', () => {
  it('is an error, and a line in the list mends it', async () => {
    const found = await check(inMain('  return one_hidden();'));
    expect(found).toMatchObject([
      {
        code: 'not-exported',
        severity: 'error',
        message: "'ukone' defines 'one_hidden' and does not export it: its exportsyms.uk has no such line.",
        fixes: [{ changes: [{ newText: 'one_hidden\n' }] }],
      },
    ]);
    const mended = { 'kernel/lib/ukone/exportsyms.uk': 'one_do\none_print\none_hidden\n' };
    expect(await check(inMain('  return one_hidden();'), mended)).toEqual([]);
  });

  it.each([
    ['its library itself calls it', {}, 'kernel/lib/ukone/one.c'],
    ['the library exports everything', { 'kernel/lib/ukone/exportsyms.uk': undefined }, 'app/main.c'],
    [
      'another library exports it as well',
      {
        'kernel/lib/uktwo/exportsyms.uk': 'two_do\none_hidden\n',
        'app/Kraftfile': kraftfile(['CONFIG_LIBUKONE', 'CONFIG_LIBUKBASE', 'CONFIG_LIBUKTWO']),
      },
      'app/main.c',
    ],
    [
      'the header has it inline',
      { 'kernel/lib/ukone/include/uk/one.h': 'static inline int one_hidden(void) { return 1; }\n' },
      'app/main.c',
    ],
    [
      'a macro has its name',
      { 'kernel/lib/ukone/include/uk/one.h': 'int one_hidden(void);\n#define one_hidden() one_do(1, "")\n' },
      'app/main.c',
    ],
  ])('is nothing to say where %s', async (_, files, path) => {
    writeSmallKernel(folder, { 'app/main.c': inMain('  return one_hidden();'), ...withoutUndefined(files) });
    for (const [name, text] of Object.entries(files)) if (text === undefined) rmSync(join(folder, name));
    expect(brief(problemsOf(await workspaceOf(folder), join(folder, path)))).toEqual([]);
  });
});

function withoutUndefined(files: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
  );
}

describe('a call with another number of arguments', () => {
  it.each([
    ['too few', 'one_do(1)', "'one_do' is declared with 2 arguments in one.h; here it has 1."],
    ['none', 'one_do()', "'one_do' is declared with 2 arguments in one.h; here it has 0."],
    ['too many', 'one_do(1, "a", (2, 3))', "'one_do' is declared with 2 arguments in one.h; here it has 3."],
    [
      'in an argument',
      'one_do(one_do(1), "a")',
      "'one_do' is declared with 2 arguments in one.h; here it has 1.",
    ],
    [
      'too few for a variadic one',
      'one_print()',
      "'one_print' is declared with at least 1 argument in one.h; here it has 0.",
    ],
    ['after a cast', '(void) one_do(1)', "'one_do' is declared with 2 arguments in one.h; here it has 1."],
    ['with a string that has commas', 'one_do("a, b", f)', undefined],
    ['with brackets that have commas', 'one_do(a[1, 2], (struct s){1, 2}.x)', undefined],
    ['of a variadic one', 'one_print("a", 1, 2, 3)', undefined],
    ['with a macro that may be several', 'one_do(BOTH)', undefined],
    ['with a macro that nobody knows', 'one_do(NOBODY_KNOWS(1))', undefined],
    ['to a member', 's->one_do(1)', undefined],
    ['over more lines', 'one_do(1, /* , */\n"a" // , "b"\n)', undefined],
    ['with directives in between', 'one_do(1\n#ifdef X\n, "a"\n#endif\n)', undefined],
  ])('%s', async (_, call, expected) => {
    const found = await check(inMain(`  ${call};\n  return 0;`, '#define BOTH 1, "a"'));
    expect(found.map(({ message }) => message)).toEqual(expected === undefined ? [] : [expected]);
  });

  it.each([
    ['without a prototype', 'int f();\nvoid g(void) { f(1, 2, 3); }', 0],
    ['with one', 'int f(void);\nvoid g(void) { f(1); }', 1],
    ['defined the old way', 'int f(a, b) int a; int b; { return a; }\nvoid g(void) { f(1); }', 0],
    ['with a pointer to a function', 'int f(int (*cb)(int, int), int n);\nvoid g(void) { f(0, 1); }', 0],
    ['that returns one', 'int (*f(int a))(int, int);\nvoid g(void) { f(1)(2, 3); }', 0],
    [
      'with attributes',
      '__attribute__((format(printf, 1, 2))) int f(const char *a, int b) __weak;\nvoid g(void) { f("", 1); }',
      0,
    ],
    [
      'behind an attribute of a macro',
      'int __printf(1, 2) f(const char *a, int b);\nvoid g(void) { f("", 1); }',
      0,
    ],
    [
      'declared twice',
      '#ifdef X\nint f(int);\n#else\nint f(int, int);\n#endif\nvoid g(void) { f(1); f(1, 2); f(1, 2, 3); }',
      1,
    ],
    [
      'with conditions in its parameters',
      'int f(int a\n#ifdef X\n, int b\n#endif\n);\nvoid g(void) { f(1, 2); }',
      0,
    ],
    ['with parameters of a macro', 'int f(PARAMETERS);\nvoid g(void) { f(1, 2); }', 0],
    ['that a parameter hides', 'int f(int);\nvoid g(int (*f)(void)) { f(); }', 0],
    [
      'that a local hides',
      'int f(int);\nvoid g(void) { int (*f)(void) = h; f(); }\nvoid i(void) { f(); }',
      1,
    ],
    ['of a macro', '#define f(a, b) a\nint f(int);\nvoid g(void) { f(1, 2); }', 0],
    ['after a typedef', 'typedef int f(int);\nvoid g(void) { f(1, 2); }', 0],
    ['declared in the body', 'int f(int);\nvoid g(void) { int f(int, int); f(1, 2); }', 0],
    [
      'in a statement that is an expression',
      'int f(int);\nint g(void) { return ({ int x = f(1); f(x, 2); }); }',
      1,
    ],
    ['in an attribute', 'int f(int);\nvoid g(void) { int x __attribute__((cleanup(f, f()))); }', 0],
    [
      'that a macro defines',
      'int f(int);\nDEFINE(int, f, int, a) { return 0; }\nvoid g(void) { f(1, 2); }',
      0,
    ],
  ])('of a function %s', async (_, source, count) => {
    expect(brief(await check(`${source}\n`))).toHaveLength(count);
  });

  describe('in C++', () => {
    const F = 'int f(int a, int b);\n';

    it.each([
      ['of a C function', '', '  one_do(1);', 1],
      ['that is right', '', '  one_do(1, "a");', 0],
      ['of a function of the file', F, '  f(1);', 1],
      ['of one in a namespace', `namespace a {\n${F}}\nusing namespace a;\n`, '  f(1);', 1],
      ['of one with C linkage', `extern "C" {\n${F}}\n`, '  f(1, 2, 3);', 1],
      ['of one of several forms', `${F}int f(int a);\n`, '  f(1); f(1, 2);', 0],
      ['of none of several forms', `${F}int f(int a);\n`, '  f(1, 2, 3);', 1],
      [
        'of another form in a namespace',
        `${F}namespace a { int f(int a); }\nusing namespace a;\n`,
        '  f(1);',
        0,
      ],
      ['with default arguments', 'int f(int a, int b = 2);\n', '  f(1); f(1, 2);', 0],
      ['with more than the default arguments', 'int f(int a, int b = 2);\n', '  f(1, 2, 3);', 1],
      ['of a template', 'template <typename T> T f(T a, T b) { return a + b; }\n', '  f(1, 2);', 0],
      ['of a template of any number', 'template <typename... T> int f(T... a);\n', '  f(1, 2, 3); f();', 0],
      [
        'with a type of several parameters',
        'template <typename A, typename B> struct pair {};\nint f(pair<int, int> a);\n',
        '  f(pair<int, int>());',
        0,
      ],
      [
        'whose arguments have commas of their own',
        'template <typename A, typename B> int both();\nint g(int a);\n',
        '  g(both<int, int>());',
        0,
      ],
      [
        'of a list of values',
        `${F}template <typename... T> int g(T... a) { return f(a...); }\n`,
        '  g(1, 2);',
        0,
      ],
      [
        'of a member',
        `${F}struct s { int f(int a) { return a; } int g(); };\nint s::g() { return f(1); }\n`,
        '',
        0,
      ],
      [
        'of an inherited member',
        `${F}class b { public: int *f(); };\nclass s : b { int g(); };\nint s::g() { return *f(); }\n`,
        '',
        0,
      ],
      [
        'of an object',
        'struct call { call(int a); int operator()(int a, int b); };\nint n = 1;\ncall f(n);\n',
        '  f(1, 2);',
        0,
      ],
      ['of a local object', `${F}struct call { call(int a); int operator()(); };\n`, '  call f(1); f();', 0],
      ['of a lambda', F, '  auto f = [](int a) { return a; }; f(1);', 0],
      ['in a lambda', F, '  auto g = [](int a, int b) { return f(a); }; g(1, 2);', 1],
      ['of another scope', `${F}namespace a { int f(); }\n`, '  a::f();', 0],
    ])('%s', async (_, before, body, count) => {
      const makefile = '$(eval $(call addlib,appx))\nAPPX_SRCS-y += $(APPX_BASE)/main.cpp\n';
      writeSmallKernel(folder, { 'app/Makefile.uk': makefile, 'app/main.cpp': inMain(body, before) });
      const problems = problemsOf(await workspaceOf(folder), join(folder, 'app/main.cpp'));
      expect(problems.map(({ code }) => code)).toEqual(Array(count).fill('argument-count'));
    });
  });
});

describe('code that the configuration leaves out', () => {
  const lines = async (source: string, targets?: string[]) => {
    writeSmallKernel(folder, { 'app/main.c': source, 'app/Kraftfile': kraftfile(undefined, targets) });
    return inactiveCode(await workspaceOf(folder), join(folder, 'app/main.c')).map(
      ({ range: { start, end } }) => `${start.line}-${end.line}`,
    );
  };

  it('is greyed, line by line', async () => {
    expect(await lines('#if CONFIG_LIBUKTWO\na\n#if X\n#endif\n#else\nb\n#endif\n')).toEqual(['1-4']);
    expect(await lines('#ifdef __x86_64__\na\n#elif defined(__aarch64__)\nb\n#else\nc\n#endif\n')).toEqual([
      '3-4',
      '5-6',
    ]);
    expect(await lines('#if 0\na\n#endif\n#ifndef CONFIG_LIBUKONE\nb\n#endif\n')).toEqual(['1-2', '4-5']);
  });

  it('is not greyed where another target has it, or nobody can know', async () => {
    const source = '#ifdef __x86_64__\na\n#else\nb\n#endif\n';
    expect(await lines(source, ['qemu/x86_64', 'qemu/arm64'])).toEqual([]);
    expect(await lines('#if WHO_KNOWS\na\n#else\nb\n#endif\n#ifdef CONFIG_NOBODYS\nc\n#endif\n')).toEqual([]);
  });
});

it('a call of the built-in kernel with one argument more is told', async () => {
  const kernel = join(__dirname, '../../../kernel');
  const workspace = await workspaceOf(kernel);
  const path = join(kernel, 'lib/uksched/thread.c');
  const text = readFileSync(path, 'utf8');
  workspace.open(path, text.replace('uk_free(', 'uk_free(0, '));
  expect(problemsOf(workspace, path).map(({ code }) => code)).toEqual(['argument-count']);
});

describe('the fix of a library that is off', () => {
  const source = '#include <uk/two.h>\n';
  it.each([
    [
      'spec: v0.6\nunikraft:\n  source: ../kernel\ntargets: [qemu/x86_64]\n',
      "  kconfig:\n    CONFIG_LIBUKBASE: 'y'\n    CONFIG_LIBUKTWO: 'y'\n",
      2,
    ],
    [
      'spec: v0.6\nunikraft:\n  source: ../kernel\n  kconfig:\n    - CONFIG_LIBUKONE=y\ntargets: [qemu/x86_64]\n',
      '    - CONFIG_LIBUKBASE=y\n    - CONFIG_LIBUKTWO=y\n',
      4,
    ],
  ])('fits the form of the manifest %#', async (manifest, newText, line) => {
    const [problem] = await check(source, { 'app/Kraftfile': manifest });
    expect(problem?.fixes?.[0]?.changes).toMatchObject([
      { newText, range: { start: { line, character: 0 } } },
    ]);
    const lines = manifest.split('\n');
    const mended = [...lines.slice(0, line), newText.trimEnd(), ...lines.slice(line)].join('\n');
    expect(await check(source, { 'app/Kraftfile': mended })).toEqual([]);
  });

  it('is none where there is no place for it', async () => {
    const inline = 'spec: v0.6\nunikraft: {source: ../kernel}\ntargets: [qemu/x86_64]\n';
    const [problem] = await check(source, { 'app/Kraftfile': inline });
    expect(problem).toMatchObject({ code: 'library-off', fixes: [] });
  });
});

describe('the built-in kernel', () => {
  const head = 'spec: v0.7\nx-kernel: sdk\ntargets: [qemu/x86_64]\n';
  const source =
    '#include <stdio.h>\n#include <uk/sched.h>\nint main(void) { uk_sched_yield(); return 0; }\n';

  it('has headers of its libraries only where they are enabled', async () => {
    const [problem, ...others] = await check(source, { 'app/Kraftfile': head });
    expect(others).toEqual([]);
    expect(problem?.message).toBe("<uk/sched.h> belongs to 'uksched', which the Kraftfile does not enable.");
    const [change] = problem?.fixes?.[0]?.changes ?? [];
    expect(change?.newText).toBe('libraries:\n  uksched: {}\n');
    expect(await check(source, { 'app/Kraftfile': `${head}${change?.newText}` })).toEqual([]);
  });

  it('has functions of its own, whatever third-party sources are there', async () => {
    const called = 'void uk_netdev_register(void);\nint main(void) { uk_netdev_register(); return 0; }\n';
    const files = { 'app/Kraftfile': `${head}libraries:\n  musl: {}\n` };
    expect(brief(await check(`#include <stdio.h>\n${called}`, files))).toEqual([
      "library-off: 'uk_netdev_register' belongs to 'uknetdev', which the Kraftfile does not enable.",
    ]);
    expect(await check('#include <stdlib.h>\nint main(void) { return abs(atoi("1")); }\n', files)).toEqual(
      [],
    );
  });

  it('takes a library beside others', async () => {
    const [problem] = await check(source, { 'app/Kraftfile': `${head}libraries:\n    uktrace: {}\n` });
    expect(problem?.fixes?.[0]?.changes[0]).toMatchObject({
      newText: '    uksched: {}\n',
      range: { start: { line: 4, character: 0 } },
    });
  });
});

describe('a library that nothing uses', () => {
  const main = '#include <uk/one.h>\nint main(void) { return one_do(1, ""); }\n';
  const both = ['CONFIG_LIBUKONE', 'CONFIG_LIBUKBASE', 'CONFIG_LIBUKTWO'];
  const unused = async (files: Readonly<Record<string, string>>) => {
    writeSmallKernel(folder, { 'app/main.c': main, 'app/Kraftfile': kraftfile(both), ...files });
    const problems = problemsOf(await workspaceOf(folder), join(folder, 'app/Kraftfile'));
    expect(problems.filter(({ code }) => code !== 'unused-library')).toEqual([]);
    return problems;
  };
  const map = `Linker script and memory map

.text           0x0000000000100000     0x1234
 .text.two_do   0x0000000000100000     0x1034 /app/.unikernel/build/x_qemu-x86_64.work/libuktwo/two.c.o
 .text.one_do   0x0000000000101034      0x200 /app/.unikernel/build/x_qemu-x86_64.work/libukone/one.c.o
.debug_info     0x0000000000000000     0x1234
 .debug_info    0x0000000000000000     0x1234 /app/.unikernel/build/x_qemu-x86_64.work/libuktwo/two.c.o
`;

  it('is a hint, whose fix takes it away', async () => {
    const found = await unused({});
    expect(found).toMatchObject([
      {
        code: 'unused-library',
        severity: 'hint',
        message: "Nothing of the project uses 'uktwo'.",
        range: { start: { line: 7, character: 4 } },
      },
    ]);
    const [change] = found[0]?.fixes?.[0]?.changes ?? [];
    expect(change).toMatchObject({
      range: { start: { line: 7, character: 0 }, end: { line: 8, character: 0 } },
    });
  });

  it('says its bytes where there is an image', async () => {
    const [problem] = await unused({ 'app/.unikernel/build/x_qemu-x86_64.map': map });
    expect(problem?.message).toBe("Nothing of the project uses 'uktwo'; it is 4,148 bytes of the image.");
  });

  const two = 'kernel/lib/uktwo/two.c';
  it.each([
    ['a source includes its header', { 'app/main.c': `#include <uk/two.h>\n${main}` }],
    ['a source asks whether it is there', { 'app/main.c': `${main}\n#if CONFIG_LIBUKTWO\n#endif\n` }],
    ['a source calls it without a header', { 'app/main.c': `${main}\nvoid f(void) { two_do(); }\n` }],
    [
      'another library includes its header',
      {
        'kernel/lib/ukone/include/uk/one.h': `#include <uk/two.h>\n${SMALL_KERNEL['kernel/lib/ukone/include/uk/one.h']}`,
      },
    ],
    [
      'another library calls it',
      { 'kernel/lib/ukone/one.c': `${SMALL_KERNEL['kernel/lib/ukone/one.c']}\nvoid g(void) { two_do(); }\n` },
    ],
    [
      'another library selects it',
      {
        'kernel/Config.uk': `${SMALL_KERNEL['kernel/Config.uk']}`.replace(
          'bool "one"',
          'bool "one"\n\tselect LIBUKTWO',
        ),
      },
    ],
    [
      'another option that is on needs it',
      {
        'kernel/Config.uk': `${SMALL_KERNEL['kernel/Config.uk']}\nconfig LIBARCHX_MORE\n\tbool\n\tdefault y\n\tdepends on LIBUKTWO\n`,
      },
    ],
    ['it is called at boot', { [two]: `${SMALL_KERNEL[two]}\nuk_late_initcall(two_do, 0);\n` }],
    ['it registers itself', { [two]: `${SMALL_KERNEL[two]}\nUK_BUS_REGISTER(&two);\n` }],
    [
      'it has system calls',
      {
        'kernel/lib/uktwo/Makefile.uk': `${SMALL_KERNEL['kernel/lib/uktwo/Makefile.uk']}UK_PROVIDED_SYSCALLS-y += two-1\n`,
      },
    ],
    ['it exports everything', { 'kernel/lib/uktwo/exportsyms.uk': 'none\n' }],
    [
      'the application has sources that cannot be read',
      { 'app/Makefile.uk': `${SMALL_KERNEL['app/Makefile.uk']}APPX_SRCS-y += $(APPX_BASE)/gone.c\n` },
    ],
  ])('is nothing to say where %s', async (_, files) => {
    writeSmallKernel(folder, { 'app/main.c': main, 'app/Kraftfile': kraftfile(both), ...files });
    const problems = problemsOf(await workspaceOf(folder), join(folder, 'app/Kraftfile'));
    expect(brief(problems)).toEqual([]);
  });
});
