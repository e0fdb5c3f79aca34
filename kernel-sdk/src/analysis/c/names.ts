/** Words of C and C++ that name no function. */

const CONTROL = [
  'if',
  'for',
  'while',
  'switch',
  'return',
  'else',
  'do',
  'case',
  'goto',
  'break',
  'continue',
  'default',
];
const OPERATORS = [
  ...[
    'sizeof',
    'typeof',
    '__typeof__',
    '__typeof',
    '_Alignof',
    'alignof',
    '__alignof__',
    '_Generic',
    'offsetof',
  ],
  ...[
    'defined',
    'asm',
    '__asm__',
    '__asm',
    '__attribute__',
    '__attribute',
    '__declspec',
    '_Alignas',
    'alignas',
  ],
  ...[
    '_Static_assert',
    'static_assert',
    '__extension__',
    '__auto_type',
    'decltype',
    'noexcept',
    'typeid',
    'throw',
  ],
  ...[
    'new',
    'delete',
    'catch',
    'operator',
    'template',
    'typename',
    'using',
    'namespace',
    'class',
    'requires',
  ],
  ...[
    'static_cast',
    'const_cast',
    'reinterpret_cast',
    'dynamic_cast',
    'explicit',
    'friend',
    'virtual',
    'public',
  ],
];
const TYPES = [
  ...[
    'void',
    'char',
    'short',
    'int',
    'long',
    'float',
    'double',
    'signed',
    'unsigned',
    '_Bool',
    'bool',
    '__int128',
  ],
  ...['struct', 'union', 'enum', 'auto', '__signed__', '_Complex', 'wchar_t'],
];

/** A type that follows is still to come. */
export const QUALIFIERS: ReadonlySet<string> = new Set([
  ...['static', 'inline', '__inline', '__inline__', 'extern', 'const', 'volatile', 'register', 'restrict'],
  ...[
    '__restrict',
    '__restrict__',
    '__const',
    '__volatile__',
    '_Noreturn',
    '_Thread_local',
    '__thread',
    '_Atomic',
  ],
  ...['constexpr', 'consteval', 'constinit', 'mutable', 'thread_local', '__extension__'],
]);

export const TYPE_WORDS: ReadonlySet<string> = new Set(TYPES);

export const KEYWORDS: ReadonlySet<string> = new Set([...CONTROL, ...OPERATORS, ...TYPES, ...QUALIFIERS]);

/** What an expression can follow. */
export const BEFORE_EXPRESSION: ReadonlySet<string> = new Set([
  ...[
    'return',
    'else',
    'do',
    'case',
    'sizeof',
    'throw',
    'co_return',
    'co_await',
    'and',
    'or',
    'not',
    'delete',
  ],
]);

/** Their parentheses are no arguments of a call. */
export const ATTRIBUTES: ReadonlySet<string> = new Set([
  ...[
    '__attribute__',
    '__attribute',
    '__declspec',
    'asm',
    '__asm__',
    '__asm',
    '_Alignas',
    'alignas',
    'noexcept',
  ],
]);

/** As macros are written. */
export function isMacroLike(name: string): boolean {
  return /^_*[A-Z][A-Z0-9_]*$/.test(name);
}
