/** A small tree of Unikraft's with an application, and random edits of its files, for tests of what changes bring about. */
import fc from 'fast-check';

/** How many edits a test tries; `npm run test:nightly` tries 100,000. */
export const EDITS = Number(process.env.FUZZ_EDITS ?? 2000);

const SUBMENU =
  "$(shell,$(UK_BASE)/support/build/config-submenu.sh -q -o '$(KCONFIG_DIR)/libs.uk' -r '$(KCONFIG_LIB_BASE)' -l '$(KCONFIG_LIB_BASE)' -c '$(KCONFIG_ELIB_DIRS)' -e '$(KCONFIG_EXCLUDEDIRS)')";

/** By their paths in the tree. */
export const TEXTS: Readonly<Record<string, string>> = {
  'unikraft/version.mk': 'UK_VERSION = 0\nUK_SUBVERSION = 17\n',
  'unikraft/Makefile.uk': '',
  'unikraft/Config.uk': `mainmenu "Tree"\nmenu "Libraries"\nsource "${SUBMENU}"\nendmenu\n`,
  'unikraft/lib/ukone/Config.uk':
    'menuconfig LIBUKONE\n\tbool "one"\n\tselect LIBUKTWO\n\thelp\n\t  Words.\nif LIBUKONE\nconfig LIBUKONE_SIZE\n\tint "size"\n\trange 1 8\n\tdefault 4\nendif\n',
  'unikraft/lib/ukone/Makefile.uk':
    '$(eval $(call addlib_s,libukone,$(CONFIG_LIBUKONE)))\nCINCLUDES-$(CONFIG_LIBUKONE) += -I$(LIBUKONE_BASE)/include\nLIBUKONE_SRCS-y += $(LIBUKONE_BASE)/one.c\n',
  'unikraft/lib/ukone/exportsyms.uk': 'uk_one\n',
  'unikraft/lib/ukone/include/uk/one.h':
    '#ifndef UK_ONE_H\n#define UK_ONE_H\nint uk_one(int a, const char *b);\n#endif\n',
  'unikraft/lib/ukone/one.c':
    '#include <uk/one.h>\n#if CONFIG_LIBUKONE_SIZE > 2\nstatic int extra;\n#endif\nint uk_one(int a, const char *b)\n{\n\treturn a + b[0];\n}\n',
  'unikraft/lib/uktwo/Config.uk': 'config LIBUKTWO\n\tbool "two"\n\tdepends on !LIBUKTHREE\n',
  'unikraft/lib/uktwo/Makefile.uk': '$(eval $(call addlib_s,libuktwo,$(CONFIG_LIBUKTWO)))\n',
  'app/Kraftfile':
    "spec: v0.6\nname: app\nunikraft:\n  source: ../unikraft\n  kconfig:\n    CONFIG_LIBUKONE: 'y'\n    CONFIG_LIBUKONE_SIZE: 5\ntargets:\n  - qemu/x86_64\n",
  'app/Makefile.uk': '$(eval $(call addlib,appapp))\nAPPAPP_SRCS-y += $(APPAPP_BASE)/main.c\n',
  'app/Config.uk': 'config APPAPP_GREET\n\tbool "greet"\n\tdepends on LIBUKONE\n',
  'app/main.c':
    '#include <uk/one.h>\nint main(void)\n{\n#ifdef CONFIG_APPAPP_GREET\n\tuk_one(1, "x");\n#endif\n\treturn uk_one(2, "y");\n}\n',
};

/** Pieces that mean something in one of the languages, so that edits meet more than the first error. */
const PIECES = [
  ...[
    '\n',
    '\t',
    ' ',
    '  ',
    '"',
    "'",
    '(',
    ')',
    '$(',
    ':',
    '- ',
    '#',
    '&&',
    '!',
    '=',
    '{',
    '}',
    ';',
    ',',
    '\\\n',
  ],
  ...[
    'config X\n',
    'if LIBUKONE\n',
    'endif\n',
    'menu "m"\n',
    'endmenu\n',
    'choice\n',
    'select ',
    'LIBUKTWO',
    'help\n',
  ],
  ...['CONFIG_', 'LIBUKONE', '&a', '*a', 'spec: ', 'kconfig:\n', "'y'", '5', 'null', '\u{1F600}', '\0', 'é'],
  ...[
    'addlib',
    '_SRCS-y += ',
    '$(LIBUKONE_BASE)',
    'ifeq (',
    'endef\n',
    '#if ',
    '#endif\n',
    '/*',
    '*/',
    '//',
    'uk_one(',
  ],
];

export const anEdit = fc.record({
  file: fc.constantFrom(...Object.keys(TEXTS)),
  /** Where, as a part of the text. */
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(80)),
  added: fc.oneof(fc.constant(''), fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })),
  isClosed: fc.boolean(),
});

export type Edit = typeof anEdit extends fc.Arbitrary<infer T> ? T : never;

/** The text after an edit. */
export function edited(text: string, { at, removed, added }: Edit): string {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + added + text.slice(from + removed);
}
