/** Texts that no person would write, each for a file of some name. */

const TEN_MB = 10_000_000;
const repeated = (text: string, length = TEN_MB) => text.repeat(Math.ceil(length / text.length));
const numbered = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

/** Each step of aliases, or of macros, has nine or ten of the one before. */
const LETTERS = [...'abcdefghij'];
const YAML_BOMB = LETTERS.map((letter, i) => {
  const before = LETTERS[i - 1];
  return `${letter}: &${letter} [${Array(9).fill(before === undefined ? 'x' : `*${before}`)}]`;
}).join('\n');
const MACRO_BOMB = LETTERS.map((letter, i) => {
  const before = LETTERS[i - 1];
  return `${letter} = ${(before === undefined ? 'x' : `$(${before})`).repeat(10)}`;
}).join('\n');

export const BAD_TEXTS: readonly (readonly [name: string, file: string, text: string])[] = [
  ['many keys', 'Kraftfile', `spec: v0.7\n${numbered(500_000, (i) => `key${i}: value`)}`],
  ['one long line', 'Kraftfile', `name: ${repeated('x')}`],
  ['brackets without end', 'Kraftfile', `name: ${'['.repeat(100_000)}`],
  ['maps in maps', 'Kraftfile', numbered(900, (i) => `${' '.repeat(i)}a:`)],
  ['aliases that multiply', 'Kraftfile', YAML_BOMB],
  ['an alias of itself', 'Kraftfile', 'a: &a [*a]\nb: &b {c: *b}\n'],
  ['characters of the language in disorder', 'Kraftfile', repeated(': - { "\n  ] \'|&*!%@` ', 500_000)],
  ['many options', 'Config.uk', numbered(400_000, (i) => `config A${i}\n\tbool "x"`)],
  ['parentheses without end', 'Config.uk', `config A\n\tbool\n\tdepends on ${'('.repeat(100_000)}\n`],
  ['negations without end', 'Config.uk', `config A\n\tbool\n\tdepends on ${'!'.repeat(500_000)}A\n`],
  ['a long condition', 'Config.uk', `config A\n\tbool\n\tdepends on ${repeated('A && ', 1_000_000)}A\n`],
  ['blocks in blocks', 'Config.uk', 'if A\n'.repeat(100_000)],
  ['macros in macros', 'Config.uk', `config A\n\tbool "${'$('.repeat(100_000)}\n`],
  ['macros that multiply', 'Config.uk', `${MACRO_BOMB}\nconfig A\n\tbool "$(j)"\n`],
  ['a file that sources itself', 'Config.uk', 'source "Config.uk"\nsource "Config.uk"\n'],
  ['keywords in disorder', 'Config.uk', repeated('config if ( ) && "\n menu source $( ) =\n')],
  ['many sources', 'Makefile.uk', repeated('LIBX_SRCS-y += $(LIBX_BASE)/a.c\n')],
  ['variables in variables', 'Makefile.uk', '$('.repeat(100_000)],
  ['conditions in conditions', 'Makefile.uk', 'ifeq (a,b)\n'.repeat(100_000)],
  ['a line that goes on', 'Makefile.uk', repeated('a \\\n', 1_000_000)],
  ['many symbols', 'exportsyms.uk', numbered(500_000, (i) => `symbol_${i}`)],
  ['many functions', 'main.c', repeated('int f(int a) { return g(a, (1)); }\n')],
  ['parentheses without end', 'main.c', `int x = ${'('.repeat(1_000_000)}`],
  ['conditions in conditions', 'main.c', '#if A\n'.repeat(100_000)],
  ['a comment without end', 'main.c', `/*${repeated('*')}`],
  ['a string without end', 'main.c', `char *s = "${repeated('\\')}`],
  ...['Kraftfile', 'Config.uk', 'Makefile.uk', 'exportsyms.uk', 'main.c', 'main.h', 'main.cpp'].map(
    (file) => ['bytes that are no text', file, repeated('\0\u{FFFD}\u{1F600}\uD800\r', 300_000)] as const,
  ),
];
