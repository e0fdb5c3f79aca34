import { describe, expect, it } from 'vitest';
import { processorMs } from '../../testing/processor-time';
import { evaluate } from './condition';
import { readFacts } from './read-facts';

/** Calls in one word each: `name/arguments`. */
const callsOf = (text: string) =>
  readFacts(text).calls.map(({ name, args }) => `${name}/${args === undefined ? '?' : args}`);

describe('calls in a text', () => {
  it.each([
    ['void f(void) { g(1, (2, 3), h(4)); }', ['g/3', 'h/1']],
    ['void f(void) { g(); s.h(1); p->i(2); (*j)(3); }', ['g/0']],
    ['int f(int x) { return x * g(1); }', ['g/1']],
    ['void f(void) { if (a) while (b) return g(1); else h(2); }', ['g/1', 'h/1']],
    ['void f(void) { int g(int); struct s *h(void); t *i(int); k * j(1); }', []],
    ['void f(void) { a = b * g(1); c = &h(2); return *i(3) + x * j(4); }', ['g/1', 'h/1', 'i/1', 'j/1']],
    ['void f(void) { g(x[1, 2], (struct s){1, 2}, ({ int a; h(1, 2); a; })); }', ['g/3', 'h/2']],
    ["void f(void) { g('(', \"),\", ')' /* , */); } // h(1)", ['g/3']],
    ['int x = g(1);\n#define h(a) i(a)\n', []],
    ['void f(void) {\n#ifdef A\n  g(1,\n#else\n  h(2,\n#endif\n  3);\n  i(4);\n}', ['g/?', 'h/?', 'i/1']],
    ['void f(void) { a(MACRO); g(,); }', ['a/1', 'g/?']],
    ['struct s { int (*g)(int); } s = { .g = h };\nvoid f(void) { g(1); }', ['g/1']],
    ['DEFINE(int, f, int, a)\n{\n  g(a);\n}', ['g/1']],
    [
      '#ifdef __cplusplus\nextern "C" {\n#endif\nstatic inline int f(void) { return g(1); }\n#ifdef __cplusplus\n}\n#endif\nint h(void) { return i(2); }',
      ['g/1', 'i/1'],
    ],
  ])('%s', (text, expected) => {
    expect(callsOf(text)).toEqual(expected);
  });
});

it('braces that conditions open in both branches match', () => {
  const text =
    'void f(void) {\n#if A\n  if (a) {\n#else\n  if (b) {\n#endif\n  }\n}\nvoid g(void) { h(1); }\n';
  expect(readFacts(text)).toMatchObject({ isBroken: false });
  expect(callsOf(text)).toEqual(['h/1']);
  expect(readFacts('void f(void) {\n#if A\n  {\n#else\n#endif\n}\n').isBroken).toBe(true);
  expect(readFacts('void f(void) { {').isBroken).toBe(true);
});

describe('a condition', () => {
  const values: Readonly<Record<string, string | null>> = {
    YES: '1',
    NO: null,
    TEN: '10',
    ALIAS: 'TEN + 1',
    CIRCLE: 'CIRCLE',
  };
  it.each([
    ['YES && !NO', 1],
    ['defined(YES) && defined NO', 0],
    ['UNKNOWN', undefined],
    ['UNKNOWN && NO', 0],
    ['UNKNOWN || YES', 1],
    ['TEN > 9 && ALIAS == 11', 1],
    ['0x10 + 010 == 24', 1],
    ['(1 ? TEN : UNKNOWN) % 4', 2],
    ['IS_ENABLED(YES) + IS_ENABLED(NO)', 1],
    ['__GNUC_PREREQ(4, 8)', undefined],
    ['CIRCLE', undefined],
    ['1 +', undefined],
    ['1 / 0', undefined],
    ['"text"', undefined],
  ])('%s', (expression, expected) => {
    expect(evaluate(expression, (name) => values[name])).toBe(expected);
  });
});

it('is read to its end, however it is broken', { timeout: 60_000 }, () => {
  const text = '#if A\nint f(int a) { return g("x", (b)); }\n#elif B\n/* c */ int h(char c, ...);\n#endif\n';
  for (let length = 0; length < text.length; length++) readFacts(text.slice(0, length));
  const pieces = [
    '{',
    '}',
    '(',
    ')',
    '"',
    "'",
    '/*',
    '{}',
    'a(',
    'int f(){',
    'void f(void) { g(',
    'a(b, ',
    'f(int) ',
  ];
  const lines = [
    '#if A\n',
    '#elif A\n',
    '#else\n',
    '#endif\n',
    '#if A\n{\n#else\n',
    '#define A(\n',
    '#include <a\n',
    '\\\n',
  ];
  for (const piece of [...pieces, ...lines]) {
    for (const before of ['', '#if A\n', 'void f(void) {']) {
      const text = before + piece.repeat(200_000 / piece.length);
      expect(
        processorMs(() => readFacts(text)),
        before + piece,
      ).toBeLessThan(1000);
    }
  }
});
