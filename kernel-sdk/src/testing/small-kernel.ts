/** A small kernel with an application, for tests of what is said about sources. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A Unikraft tree with the library `ukone`, which exports `one_do` and has `one_hidden` for itself; with `uktwo`, for
 * which it takes `ukbase`; and with `archx`, which is x86_64's. The application turns on `ukone` alone.
 */
export const SMALL_KERNEL: Readonly<Record<string, string>> = {
  'kernel/version.mk': 'UK_VERSION = 0\n',
  'kernel/Makefile.uk': '# Nothing.\n',
  'kernel/Config.uk': [
    'config ARCH_X86_64\n\tbool "x86_64"\n',
    'config ARCH_ARM_64\n\tbool "arm64"\n',
    'config PLAT_KVM\n\tbool "kvm"\n',
    'config LIBUKBASE\n\tbool "base"\n',
    'config LIBUKONE\n\tbool "one"\n',
    'config LIBUKONE_MORE\n\tbool "more"\n',
    'config LIBUKTWO\n\tbool "two"\n\tdepends on LIBUKBASE\n',
    'config LIBARCHX\n\tbool "x"\n\tdepends on ARCH_X86_64\n\tdefault y\n',
  ].join('\n'),
  ...library(
    'one',
    'int one_do(int a, const char *name);\nint one_hidden(void);\nint one_print(const char *f, ...);\n',
    {
      source:
        '#include <uk/one.h>\nint one_do(int a, const char *name) { return a; }\nint one_hidden(void) { return 1; }\nint one_print(const char *f, ...) { return 0; }\n',
      exports: 'one_do\none_print\n',
    },
  ),
  ...library('two', 'void two_do(void);\nstatic inline int two_inline(int a) { return a; }\n', {
    source: '#include <uk/two.h>\nvoid two_do(void) {}\n',
    exports: 'two_do\n',
  }),
  ...library('archx', 'void archx_do(void);\n', {
    source: '#include <uk/archx.h>\nvoid archx_do(void) {}\n',
    exports: 'archx_do\n',
    name: 'archx',
  }),
  'app/Makefile.uk': '$(eval $(call addlib,appx))\nAPPX_SRCS-y += $(APPX_BASE)/main.c\n',
  'app/Kraftfile': kraftfile(),
};

export function kraftfile(
  options: readonly string[] = ['CONFIG_LIBUKONE'],
  targets = ['qemu/x86_64'],
): string {
  const kconfig = options.map((option) => `    ${option}: 'y'\n`).join('');
  return `spec: v0.6\nname: x\nunikraft:\n  source: ../kernel\n  kconfig:\n${kconfig}targets: [${targets.join(', ')}]\n`;
}

function library(
  short: string,
  header: string,
  { source, exports, name = `uk${short}` }: { source: string; exports: string; name?: string },
): Record<string, string> {
  const upper = `LIB${name.toUpperCase()}`;
  const folder = `kernel/lib/${name}`;
  return {
    [`${folder}/Makefile.uk`]: `$(eval $(call addlib_s,lib${name},$(CONFIG_${upper})))\nCINCLUDES-$(CONFIG_${upper}) += -I$(${upper}_BASE)/include\n${upper}_SRCS-y += $(${upper}_BASE)/${short}.c\n`,
    [`${folder}/exportsyms.uk`]: exports,
    [`${folder}/include/uk/${short}.h`]: header,
    [`${folder}/${short}.c`]: source,
  };
}

/** Writes files below a folder over those of the small kernel. */
export function writeSmallKernel(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries({ ...SMALL_KERNEL, ...files })) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
