/**
 * Writes a kernel's tree of Unikraft's size, or of some times that, with an application: 101 Config.uk and
 * Makefile.uk, 61 export lists, 315 C files and 482 headers of 195,000 lines for each time. Nothing is wrong in it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Libraries beside the root, the architecture's and the platform's folder. */
const LIBRARIES = 98;
const EXPORTING = 61;
/** Beside the application's own. */
const SOURCES = 314;
const HEADERS = 482;
const LINES = 195_000;
const SOURCE_LINES = 400;
const HEADER_LINES = Math.floor((LINES - SOURCES * SOURCE_LINES) / HEADERS);
/** The Config.uk with many lines is this library's. */
const LARGE_LIBRARY = 7;
const OPTIONS = 6;
/** Options of five lines each. */
const MANY_OPTIONS = 100;

export interface GeneratedTree {
  /** The kernel's folder, which holds the application's too. */
  readonly folder: string;
  readonly manifest: string;
  /** Has 500 lines and some. */
  readonly largeConfig: string;
  /** A C source of a library that most others use. */
  readonly source: string;
  readonly application: string;
  readonly counts: Readonly<Record<'configs' | 'sources' | 'headers' | 'exports' | 'lines', number>>;
}

/** @param times How many times Unikraft's size. */
export function writeTree(folder: string, times = 1): GeneratedTree {
  const counts = { configs: 0, sources: 0, headers: 0, exports: 0, lines: 0 };
  const write = (path: string, lines: readonly string[]) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${lines.join('\n')}\n`);
    if (path.endsWith('Config.uk')) counts.configs++;
    if (path.endsWith('exportsyms.uk')) counts.exports++;
    if (path.endsWith('.c')) counts.sources++;
    if (path.endsWith('.h')) counts.headers++;
    if (/\.[ch]$/.test(path)) counts.lines += lines.length;
  };
  const libraries = Array.from({ length: LIBRARIES * times }, (_, index) => library(index));
  writeRoot(write, libraries);
  for (const each of libraries) writeLibrary(write, each);
  writeApplication(write, libraries);
  const [first] = libraries;
  return {
    folder,
    manifest: join(folder, 'app', 'Kraftfile'),
    largeConfig: join(folder, 'lib', libraryName(LARGE_LIBRARY), 'Config.uk'),
    source: join(folder, 'lib', first?.name ?? '', `${first?.name}_0.c`),
    application: join(folder, 'app', 'main.c'),
    counts,
  };
}

type Write = (path: string, lines: readonly string[]) => void;

interface GeneratedLibrary {
  readonly name: string;
  readonly index: number;
  readonly sources: number;
  readonly headers: number;
  readonly exports: boolean;
  /** Libraries that this one calls. */
  readonly uses: readonly string[];
}

function libraryName(index: number): string {
  return `ukpart${index}`;
}

/** The library's part of `total` things that all libraries have together. */
function share(total: number, index: number): number {
  const of = (upTo: number) => Math.floor((total * upTo) / LIBRARIES);
  return of((index % LIBRARIES) + 1) - of(index % LIBRARIES);
}

function library(index: number): GeneratedLibrary {
  return {
    name: libraryName(index),
    index,
    sources: share(SOURCES, index),
    headers: share(HEADERS, index),
    exports: index % LIBRARIES < EXPORTING,
    uses: [...new Set([0, Math.floor(index / 2), index - 3])]
      .filter((i) => i >= 0 && i < index)
      .map(libraryName),
  };
}

function writeRoot(write: Write, libraries: readonly GeneratedLibrary[]): void {
  write('version.mk', ['UK_VERSION = 0', 'UK_SUBVERSION = 20.0', 'UK_CODENAME = Generated']);
  const submenu = (kind: string, base: string) =>
    `\tsource "$(shell,$(UK_BASE)/support/build/config-submenu.sh -q -o '$(KCONFIG_DIR)/${kind}.uk' -r '$(${base})' -l '$(${base})' -c '$(KCONFIG_ELIB_DIRS)' -e '$(KCONFIG_EXCLUDEDIRS)')"`;
  write('Config.uk', [
    'mainmenu "Generated/$(UK_FULLVERSION) Configuration"',
    '',
    'menu "Architecture Selection"',
    '\tsource "$(UK_BASE)/arch/Config.uk"',
    'endmenu',
    '',
    'menu "Platform Configuration"',
    submenu('plats', 'KCONFIG_PLAT_BASE'),
    'endmenu',
    '',
    'menu "Library Configuration"',
    submenu('libs', 'KCONFIG_LIB_BASE'),
    'endmenu',
  ]);
  write('Makefile.uk', ['# The root registers nothing.']);
  write('arch/Config.uk', [
    'choice',
    '\tprompt "Architecture"',
    '\tdefault ARCH_X86_64',
    '',
    'config ARCH_X86_64',
    '\tbool "x86, 64 bits"',
    '',
    'config ARCH_ARM_64',
    '\tbool "ARM, 64 bits"',
    'endchoice',
  ]);
  write('plat/kvm/Config.uk', ['menuconfig PLAT_KVM', '\tbool "KVM guest"', '\tdefault y']);
  write('plat/kvm/Makefile.uk', ['$(eval $(call addplat_s,kvm,$(CONFIG_PLAT_KVM)))']);
  write('README.md', [`A generated tree with ${libraries.length} libraries.`]);
}

const constant = (name: string) => name.toUpperCase();

function writeLibrary(write: Write, each: GeneratedLibrary): void {
  const { name, index } = each;
  const folder = `lib/${name}`;
  const upper = constant(`lib${name}`);
  write(`${folder}/Config.uk`, configLines(each));
  write(`${folder}/Makefile.uk`, [
    `$(eval $(call addlib_s,lib${name},$(CONFIG_${upper})))`,
    '',
    `CINCLUDES-$(CONFIG_${upper}) += -I$(${upper}_BASE)/include`,
    '',
    ...Array.from({ length: each.sources }, (_, file) => {
      const condition = file === 0 ? 'y' : `$(CONFIG_${upper}_PART${file % OPTIONS})`;
      return `${upper}_SRCS-${condition} += $(${upper}_BASE)/${name}_${file}.c`;
    }),
  ]);
  for (let file = 0; file < each.headers; file++)
    write(`${folder}/include/uk/${name}_${file}.h`, headerLines(each, file));
  for (let file = 0; file < each.sources; file++)
    write(`${folder}/${name}_${file}.c`, sourceLines(each, file));
  if (each.exports) {
    write(
      `${folder}/exportsyms.uk`,
      Array.from({ length: each.sources }, (_, file) => functionNames(name, file)).flat(),
    );
  }
  if (index % 2 === 0) write(`${folder}/README.md`, [`# ${name}`]);
}

function configLines({ name, index, uses }: GeneratedLibrary): string[] {
  const upper = constant(`lib${name}`);
  const options = index === LARGE_LIBRARY ? MANY_OPTIONS : OPTIONS;
  const lines = [
    `menuconfig ${upper}`,
    `\tbool "${name}: part ${index} of the kernel"`,
    ...uses.map((used) => `\tselect ${constant(`lib${used}`)}`),
    '\thelp',
    `\t  What part ${index} does for an application, in some words.`,
    '',
    `if ${upper}`,
    '',
  ];
  for (let option = 0; option < options; option++) {
    const at = `${upper}_PART${option}`;
    const numeric = option % 6 === 4;
    lines.push(`config ${at}`, numeric ? `\tint "Size ${option}"` : `\tbool "Feature ${option}"`);
    if (numeric) lines.push('\trange 1 4096', `\tdefault ${64 + option}`);
    else lines.push(option % 2 === 0 ? '\tdefault y' : `\tdepends on ${upper}_PART${option - 1}`);
    lines.push('');
  }
  lines.push('endif');
  return lines;
}

/** What each source defines, and a header of the same number declares. */
const FUNCTIONS = 8;

function functionNames(library: string, file: number): string[] {
  const verbs = ['create', 'destroy', 'get', 'put', 'attach', 'detach', 'wait', 'notify'];
  return Array.from({ length: FUNCTIONS }, (_, i) => `uk_${library}_${file}_${verbs[i % verbs.length]}`);
}

function headerLines({ name, sources }: GeneratedLibrary, file: number): string[] {
  const guard = `__UK_${constant(name)}_${file}_H__`;
  const struct = `uk_${name}_${file}`;
  const lines = [
    '/* SPDX-License-Identifier: BSD-3-Clause */',
    `#ifndef ${guard}`,
    `#define ${guard}`,
    '',
    '#include <stddef.h>',
    '#include <stdint.h>',
    ...(file > 0 ? [`#include <uk/${name}_0.h>`] : []),
    '',
    '#ifdef __cplusplus',
    'extern "C" {',
    '#endif',
    '',
    `struct ${struct} {`,
    '\tuint64_t count;',
    '\tvoid *cookie;',
    `\tint (*notify)(struct ${struct} *self, int reason);`,
    '};',
    '',
  ];
  if (file < sources) {
    for (const declared of functionNames(name, file)) {
      lines.push(
        '/**',
        ` * Does what its name says with a ${struct}.`,
        ' *',
        ' * @return 0, or a negative error',
        ' */',
      );
      lines.push(`int ${declared}(struct ${struct} *self, unsigned int flags, const char *name);`, '');
    }
  }
  const end = ['#ifdef __cplusplus', '}', '#endif', '', `#endif /* ${guard} */`];
  for (let constantAt = 0; lines.length < HEADER_LINES - end.length; constantAt++) {
    const left = HEADER_LINES - end.length - lines.length;
    if (left < 4) lines.push('');
    else {
      lines.push(
        `/* What number ${constantAt} stands for. */`,
        `#define UK_${constant(name)}_${file}_${constantAt} \\`,
        `\t(0x${constantAt.toString(16)}U << 1)`,
        '',
      );
    }
  }
  return [...lines, ...end];
}

function sourceLines(each: GeneratedLibrary, file: number): string[] {
  const { name, uses } = each;
  const upper = constant(`lib${name}`);
  const lines = [
    '/* SPDX-License-Identifier: BSD-3-Clause */',
    '#include <errno.h>',
    '#include <string.h>',
    `#include <uk/${name}_${Math.min(file, each.headers - 1)}.h>`,
    ...uses.map((used) => `#include <uk/${used}_0.h>`),
    '',
    'static unsigned long calls;',
    '',
  ];
  const struct = `uk_${name}_${file}`;
  const names = functionNames(name, file);
  for (let round = 0; lines.length < SOURCE_LINES; round++) {
    const isPublic = round < names.length;
    const function_ = isPublic ? names[round] : `${struct}_step${round}`;
    const used = uses[round % Math.max(1, uses.length)];
    const body = [
      '/*',
      ` * Step ${round}: counts a call, and hands it on where there is somebody who`,
      ' * takes it. "Quotes" and (brackets) stand in comments too.',
      ' */',
      isPublic
        ? `int ${function_}(struct ${struct} *self, unsigned int flags, const char *name)`
        : `static inline int ${function_}(struct ${struct} *self, unsigned int flags, const char *name)`,
      '{',
      '\tint rc;',
      '',
      '\tif (!self || !name)',
      '\t\treturn -EINVAL;',
      '\tcalls++;',
      `#if CONFIG_${upper}_PART${round % OPTIONS}`,
      '\tif (flags & 0x1U)',
      '\t\tself->count += strlen(name);',
      `#endif /* CONFIG_${upper}_PART${round % OPTIONS} */`,
      used === undefined
        ? '\trc = (int)self->count;'
        : `\trc = uk_${used}_0_${round % 2 === 0 ? 'get' : 'notify'}((struct uk_${used}_0 *)self->cookie, flags, name);`,
      '\tfor (unsigned int i = 0; i < flags; i++)',
      '\t\trc += (int)(name[i % 4] ^ 0x20);',
      '\tif (self->notify)',
      '\t\trc = self->notify(self, rc);',
      '\treturn rc < 0 ? rc : 0;',
      '}',
      '',
    ];
    if (lines.length + body.length > SOURCE_LINES) lines.push(...Array(SOURCE_LINES - lines.length).fill(''));
    else lines.push(...body);
  }
  return lines;
}

function writeApplication(write: Write, libraries: readonly GeneratedLibrary[]): void {
  const used = libraries.slice(0, 20);
  write('app/Kraftfile', [
    'spec: v0.6',
    'name: generated',
    'unikraft:',
    '  source: ..',
    '  kconfig:',
    ...used.map(({ name }) => `    CONFIG_${constant(`lib${name}`)}: 'y'`),
    'targets:',
    '  - qemu/x86_64',
  ]);
  write('app/Makefile.uk', [
    '$(eval $(call addlib,appgenerated))',
    '',
    'APPGENERATED_SRCS-y += $(APPGENERATED_BASE)/main.c',
  ]);
  write('app/main.c', [
    ...used.map(({ name }) => `#include <uk/${name}_0.h>`),
    '',
    'int main(void)',
    '{',
    ...used.map(({ name }) => `\tuk_${name}_0_get(NULL, 0, "${name}");`),
    '\treturn 0;',
    '}',
  ]);
}
