import { describe, expect, it } from 'vitest';
import { processorMs } from '../../testing/processor-time';
import { readDeclarations } from './c-declarations';
import { agreement, valueOfType, writtenFor } from './c-values';

/** Functions in one line each: `name(type name, …) → type`. */
function functionsIn(text: string): string[] {
  return readDeclarations(text).functions.map(({ name, parameters, returns, isVariadic, isInline }) => {
    const list = parameters.map((one) => `${one.type.text}${one.name === undefined ? '' : ` ${one.name}`}`);
    return `${isInline ? 'inline ' : ''}${name}(${[...list, ...(isVariadic ? ['...'] : [])].join(', ')}) → ${returns.text}`;
  });
}

describe('a header', () => {
  it('declares functions in all the ways that headers have', () => {
    expect(
      functionsIn(`
#ifndef A
#define A "{" \\
  int no(void);
#ifdef __cplusplus
extern "C" {
#endif
int one(void);
const char *two(const char *name, unsigned long *offset);
__attribute__((noreturn, format(printf, 1, 2))) void three(int level, const char *format, ...);
static inline void *four(struct x *a, size_t n) {
    return a ? "}" : '{';
}
struct x { int (*call)(int a); int b; } y;
void five(void (*entry)(void *), int list[4], unsigned, uint32_t);
enum kind { ONE, TWO };
enum kind six(enum kind k, long long big);
extern int variable, other;
typedef int (*callback)(int);
UK_LIST_HEAD(list, entry);
void noreturn_like seven(int) __weak;
int eight(int cb(int), va_list args);
#ifdef __cplusplus
}
#endif
#endif
`),
    ).toEqual([
      'one() → int',
      'two(const char * name, unsigned long * offset) → const char *',
      'three(int level, const char * format, ...) → void',
      'inline four(struct x * a, size_t n) → void *',
      'five(void (*entry)(void *) entry, int list, unsigned, uint32_t) → void',
      'six(enum kind k, long long big) → enum kind',
      'seven(int) → void noreturn_like',
      'eight(int cb(int) cb, va_list args) → int',
    ]);
  });

  it('may have what C++ alone sees, words that mean nothing to callers, and types that depend on a machine', () => {
    const text =
      '#ifdef __cplusplus\nexport "C" {\n#if X\nint no(void);\n#endif\n#else\nint one(int level __unused, const char *fmt __unused, char *const list[]);\n#endif\n#if A\ntypedef short word;\n#else\ntypedef long word;\n#endif\nword two(word a);\ntypedef int same;\ntypedef int same;\n';
    expect(functionsIn(text)).toEqual([
      'one(int level, const char * fmt, char *const list) → int',
      'two(word a) → word',
    ]);
    const { typedefs } = readDeclarations(text);
    expect(typedefs.get('word')).toBeUndefined();
    expect(typedefs.get('same')?.text).toBe('int');
  });

  it('says what a function does in the comment before it', () => {
    const { functions } = readDeclarations(
      '/* The file. */\n#include <x.h>\nint a(void);\n/*\n * Two\n * lines.\n */\nint b(void);\nint c(void);\n// One,\n// two.\nint d(void);\n',
    );
    expect(functions.map(({ documentation }) => documentation)).toEqual([
      undefined,
      'Two lines.',
      undefined,
      'One, two.',
    ]);
  });

  it('gives names to types, and includes others', () => {
    const { typedefs, includes } = readDeclarations(
      '#include <uk/time.h>\n# include "x.h"\ntypedef __s64 __nsec;\ntypedef enum { A, B } kind;\ntypedef struct s { int a; } s_t;\ntypedef void (*call)(int);\ntypedef unsigned char bytes[16];\n',
    );
    expect(includes).toEqual(['uk/time.h', 'x.h']);
    expect([...typedefs.keys()]).toEqual(['__nsec', 'kind', 's_t', 'call', 'bytes']);
    const kinds = [...typedefs.values()].map(
      (type) => type && valueOfType(type, (name) => typedefs.get(name)).kind,
    );
    expect(kinds).toEqual(['integer', 'integer', 'aggregate', 'pointer', 'pointer']);
  });

  it('is read to its end however it is broken', () => {
    const text =
      'extern "C" { static inline int a(struct s *x) { return 1; } /* c */ int b(char c, ...); #define X\n}';
    for (let length = 0; length < text.length; length++) readDeclarations(text.slice(0, length));
    for (const part of ['{', '}', '(', '"', "'", '/*', '{}', 'a(){}', '__attribute__((']) {
      expect(
        processorMs(() => readDeclarations(part.repeat(200_000))),
        part,
      ).toBeLessThan(2000);
    }
  });
});

describe('a type of C', () => {
  const types: Readonly<Record<string, string>> = {
    int: 'i32 same, u32 near, i64 wrong, f64 wrong, bool near, string wrong, usize near',
    'unsigned int': 'u32 same, i32 near',
    char: 'i8 same, u8 same, i32 near',
    'unsigned char': 'u8 same, i8 near',
    long: 'isize same, i64 same, usize near, i32 near',
    'unsigned long': 'usize same, u64 same',
    'long long': 'i64 same, u64 near, i32 wrong, isize near',
    size_t: 'usize same, u64 same, isize near, u32 near, f64 wrong',
    uint32_t: 'u32 same, i32 near',
    __u64: 'u64 same, u32 wrong',
    _Bool: 'bool same, boolean same, i32 near, i64 wrong',
    float: 'f32 same, f64 wrong',
    double: 'f64 same, number same, i32 wrong',
    'enum kind': 'i32 same, u32 same',
    'void *': 'usize same, u32 near, u64 near, u8 wrong, f64 wrong, Thread unknown, void wrong',
    'const char *': 'usize same, string object, string | null object, Array<u8> object, Uint8Array object',
    void: 'void same, i32 wrong',
    'struct s': 'usize wrong',
    'long double': 'f64 wrong',
    unheard_of: 'i32 unknown, string unknown',
  };

  it.each(Object.entries(types))('%s is written as it should be', (written, expected) => {
    const [{ returns } = { returns: undefined }] = readDeclarations(`${written} f(void);`).functions;
    if (returns === undefined) throw new Error(`'${written}' is not read`);
    const value = valueOfType(returns, () => undefined);
    const found = expected
      .split(', ')
      .map((pair) => pair.replace(/ \w+$/, ''))
      .map((type) => `${type} ${agreement(value, type)}`);
    expect(found.join(', ')).toBe(expected);
    const [best] = expected.split(' ');
    if (!/wrong|unknown/.test(expected.split(',')[0] ?? '')) expect(writtenFor(value)).toBe(best);
  });
});
