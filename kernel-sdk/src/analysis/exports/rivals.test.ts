/** A function that two libraries of one image export and define, in a small Unikraft tree. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Workspace } from '../../project';
import { kraftfile, writeSmallKernel } from '../../testing/small-kernel';
import { problemsOf } from '../index';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rivals-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const MAIN = '#include <uk/one.h>\nint one_do(int a, const char *name)\n{\n\treturn a + 1;\n}\n';
const MAKEFILE = '$(eval $(call addlib,appx))\nAPPX_SRCS-y += $(APPX_BASE)/main.c\n';
const ONE = 'kernel/lib/ukone';
const ONE_MAKEFILE = '$(eval $(call addlib_s,libukone,$(CONFIG_LIBUKONE)))\n';
const ONE_INCLUDES = 'CINCLUDES-$(CONFIG_LIBUKONE) += -I$(LIBUKONE_BASE)/include\n';
const ONE_SOURCE = '#include <uk/one.h>\nint one_do(int a, const char *name) { return a; }\n';
const ONE_HEADER = 'int one_do(int a, const char *name);\nint one_print(const char *f, ...);\n';

/** What is said of the application's list, where it defines `one_do` as the library does, but for these files. */
async function rivals(files: Readonly<Record<string, string>> = {}) {
  const list = 'app/exportsyms.uk';
  writeSmallKernel(folder, { 'app/main.c': MAIN, [list]: 'main\none_do\n', ...files });
  const workspace = new Workspace([folder]);
  await workspace.scan();
  return problemsOf(workspace, join(folder, list)).filter(({ code }) => code === 'two-providers');
}

it('is told at the later line, which can go', async () => {
  expect(await rivals()).toEqual([
    {
      code: 'two-providers',
      severity: 'warning',
      message:
        "'one.c' of 'libukone' defines 'one_do' too, and 'qemu/x86_64' has both libraries: linking fails with a multiple definition.",
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 6 } },
      fixes: [
        {
          title: "Remove 'one_do' from the list",
          changes: [
            { range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } }, newText: '' },
          ],
        },
      ],
    },
  ]);
});

it('leaves a list that exports nothing, where it is the only one', async () => {
  const [problem] = await rivals({ 'app/exportsyms.uk': 'one_do\n' });
  expect(problem?.fixes).toMatchObject([{ title: "Replace with 'none'" }]);
});

it('is told where its condition holds, and not where it does not', async () => {
  const under = (condition: string) =>
    rivals({ 'app/main.c': `#include <uk/one.h>\n#if ${condition}\n${MAIN}#endif\n` });
  expect(await under('defined(CONFIG_LIBUKONE)')).toHaveLength(1);
  expect(await under('CONFIG_LIBUKONE_MORE')).toEqual([]);
  expect(await under('SOMETHING_ELSE')).toEqual([]);
});

it('is told whatever macros the types of its parameters are', async () => {
  const main = MAIN.replace('int a', 'WORD a').replace('\n', '\n#define WORD int\n');
  expect(await rivals({ 'app/main.c': main })).toHaveLength(1);
});

it('is told again when the other library is turned on', async () => {
  const manifest = join(folder, 'app/Kraftfile');
  const list = join(folder, 'app/exportsyms.uk');
  writeSmallKernel(folder, { 'app/main.c': MAIN, 'app/exportsyms.uk': 'one_do\n' });
  const workspace = new Workspace([folder]);
  await workspace.scan();
  const codes = () => problemsOf(workspace, list).map(({ code }) => code);
  workspace.open(manifest, kraftfile([]));
  expect(codes()).toEqual([]);
  workspace.open(manifest, kraftfile());
  expect(codes()).toEqual(['two-providers']);
});

const choice = [
  'choice\n\tprompt "allocator"\n\tdefault LIBUKONE\n',
  'config LIBUKONE\n\tbool "one"\nconfig LIBUKTWO\n\tbool "two"\nendchoice\n',
  'config ARCH_X86_64\n\tbool "x"\nconfig ARCH_ARM_64\n\tbool "a"\nconfig PLAT_KVM\n\tbool "kvm"\n',
].join('');

it.each<[string, Readonly<Record<string, string>>]>([
  ['the other library is off', { 'app/Kraftfile': kraftfile([]) }],
  ['the application does not define it', { 'app/main.c': '#include <uk/one.h>\n' }],
  ['the other library does not define it', { [`${ONE}/one.c`]: '#include <uk/one.h>\n' }],
  ['the other library does not export it', { [`${ONE}/exportsyms.uk`]: 'one_print\n' }],
  ['the other one is weak', { [`${ONE}/one.c`]: ONE_SOURCE.replace('int one_do', 'int __weak one_do') }],
  ['the header makes it weak', { [`${ONE}/include/uk/one.h`]: ONE_HEADER.replace('int', '__weak int') }],
  [
    'a macro of a header may make it weak',
    { [`${ONE}/include/uk/one.h`]: `#define SOFT __attribute__((weak))\nSOFT ${ONE_HEADER}` },
  ],
  ['an attribute may', { 'app/main.c': MAIN.replace('int one_do', '__attribute__((used)) int one_do') }],
  [
    'a macro behind it may',
    { 'app/main.c': `#define SOFT __attribute__((weak))\nint one_do(int, const char *) SOFT;\n${MAIN}` },
  ],
  ['a pragma does', { 'app/main.c': `#pragma weak one_do\n${MAIN}` }],
  ['assembly does', { 'app/main.c': `${MAIN}__asm__(".weak one_do");\n` }],
  ['it is static', { 'app/main.c': MAIN.replace('int one_do', 'static int one_do') }],
  ['it was static before', { 'app/main.c': `static int one_do(int, const char *);\n${MAIN}` }],
  ['it is inline', { 'app/main.c': MAIN.replace('int one_do', 'inline int one_do') }],
  [
    'it is an alias',
    { 'app/main.c': 'int f(void);\nint one_do(int a, const char *b) __attribute__((alias("f")));\n' },
  ],
  ['a macro has its name', { 'app/main.c': MAIN.replace('\n', '\n#define one_do app_do\n') }],
  ['a macro makes it', { 'app/main.c': '#define DEF(x) int x(void) { return 1; }\nDEF(one_do)\n' }],
  ['the command line renames it', { 'app/Makefile.uk': `${MAKEFILE}APPX_CFLAGS-y += -Done_do=app_do\n` }],
  [
    'the command line may make it weak',
    {
      'app/Makefile.uk': `${MAKEFILE}APPX_CFLAGS-$(call gcc_version_ge,8,0) += -DSOFT=__attribute__((weak))\n`,
      'app/main.c': MAIN.replace('int one_do', 'SOFT int one_do'),
    },
  ],
  ['a header is missing', { 'app/main.c': `#include <elsewhere.h>\n${MAIN}` }],
  ['a header is hidden', { 'app/Makefile.uk': `${MAKEFILE}APPX_CFLAGS-y += -include renames.h\n` }],
  ['the source is not built', { 'app/Makefile.uk': MAKEFILE.replace('-y', '-$(CONFIG_LIBUKONE_MORE)') }],
  ['no list has the source', { 'app/Makefile.uk': MAKEFILE.replace('main.c', 'other.c') }],
  [
    'make decides on the source',
    {
      [`${ONE}/Makefile.uk`]: `${ONE_MAKEFILE}${ONE_INCLUDES}ifeq ($(CC),icc)\nLIBUKONE_SRCS-y += $(LIBUKONE_BASE)/one.c\nendif\n`,
    },
  ],
  [
    'make decides on the library',
    {
      [`${ONE}/Makefile.uk`]: `${ONE_MAKEFILE.replace('$(CONFIG_LIBUKONE)', '$(A)$(B)')}${ONE_INCLUDES}LIBUKONE_SRCS-y += $(LIBUKONE_BASE)/one.c\n`,
    },
  ],
  ['the linker takes the first', { 'app/Makefile.uk': `${MAKEFILE}LDFLAGS-y += -Wl,-z,muldefs\n` }],
  ['objects are changed', { 'app/Makefile.uk': `${MAKEFILE}APPX_OBJCFLAGS-y += --weaken\n` }],
  ['a tool fetches the sources', { 'app/Makefile.uk': `${MAKEFILE}$(eval $(call fetch,appx,x.zip))\n` }],
  [
    'the two are alternatives',
    {
      'kernel/Config.uk': choice,
      'app/Kraftfile': kraftfile(['CONFIG_LIBUKTWO']),
    },
  ],
])('is nothing where %s', async (_, files) => {
  expect(await rivals(files)).toEqual([]);
});

it('is told of the one of two targets that has both libraries', async () => {
  const config =
    'config ARCH_X86_64\n\tbool "x"\nconfig ARCH_ARM_64\n\tbool "a"\nconfig PLAT_KVM\n\tbool "k"\n';
  const [problem] = await rivals({
    'kernel/Config.uk': `${config}config LIBUKONE\n\tbool "one"\n\tdepends on ARCH_ARM_64\n`,
    'app/Kraftfile': kraftfile(['CONFIG_LIBUKONE'], ['qemu/x86_64', 'qemu/arm64']),
  });
  expect(problem?.message).toContain("'qemu/arm64' has both libraries");
});
