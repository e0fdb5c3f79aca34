/** How values of C's types are written in TypeScript: on a machine of 64 bits, whose `long` and pointers have as many. */
import { TYPE_WORDS } from '../c/names';
import type { CType } from './c-declarations';

/** What a value of a type is, with its typedefs looked through. */
export type CValue =
  | { readonly kind: 'void' }
  | { readonly kind: 'pointer'; readonly isText: boolean }
  | {
      readonly kind: 'integer';
      readonly bits: 8 | 16 | 32 | 64;
      /** Undefined where compilers differ. */
      readonly signed: boolean | undefined;
      /** As wide as a pointer by its meaning. */
      readonly isWord?: boolean;
    }
  | { readonly kind: 'bool' }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  /** By value, or wider than anything that TypeScript has. */
  | { readonly kind: 'aggregate' }
  /** Nothing is known of it. */
  | { readonly kind: 'unknown' };

type Typedefs = (name: string) => CType | undefined;

const integer = (bits: 8 | 16 | 32 | 64, signed: boolean | undefined, isWord = false): CValue => ({
  kind: 'integer',
  bits,
  signed,
  ...(isWord ? { isWord } : {}),
});

/** Names that mean the same everywhere, however a header comes by them. */
const STANDARD: ReadonlyMap<string, CValue> = new Map<string, CValue>([
  ...([8, 16, 32, 64] as const).flatMap((bits): [string, CValue][] => [
    ...[`int${bits}_t`, `__s${bits}`, `s${bits}`].map((name): [string, CValue] => [
      name,
      integer(bits, true),
    ]),
    ...[`uint${bits}_t`, `__u${bits}`, `u${bits}`].map((name): [string, CValue] => [
      name,
      integer(bits, false),
    ]),
  ]),
  // With Unikraft's names, which its headers make in as many ways as there are compilers.
  ...['size_t', 'uintptr_t', '__sz', '__uptr', '__vaddr_t', '__paddr_t'].map((name): [string, CValue] => [
    name,
    integer(64, false, true),
  ]),
  ...['ssize_t', 'ptrdiff_t', 'intptr_t', '__ssz', '__sptr'].map((name): [string, CValue] => [
    name,
    integer(64, true, true),
  ]),
  ['intmax_t', integer(64, true)],
  ['uintmax_t', integer(64, false)],
  ['va_list', { kind: 'aggregate' }],
]);

/** Typedefs of typedefs further than this are a circle. */
const DEPTH_LIMIT = 20;

export function valueOfType(type: CType, typedefs: Typedefs, depth = 0): CValue {
  if (type.isPointer) return { kind: 'pointer', isText: type.words.join() === 'char' };
  const { words } = type;
  if (words[0] === 'enum') return integer(32, undefined);
  if (words[0] === 'struct' || words[0] === 'union') return { kind: 'aggregate' };
  const basic = words.filter((word) => TYPE_WORDS.has(word));
  if (basic.length > 0) return basicValue(basic);
  // Macros without a meaning for callers may stand beside the name of the type.
  const values = words.flatMap((name): CValue[] => {
    const standard = STANDARD.get(name);
    if (standard !== undefined) return [standard];
    const behind = depth < DEPTH_LIMIT ? typedefs(name) : undefined;
    return behind === undefined ? [] : [valueOfType(behind, typedefs, depth + 1)];
  });
  const [only, ...more] = values;
  return only === undefined || more.length > 0 ? { kind: 'unknown' } : only;
}

function basicValue(words: readonly string[]): CValue {
  const has = (word: string) => words.includes(word);
  const longs = words.filter((word) => word === 'long').length;
  if (has('_Complex') || has('__int128') || (has('double') && longs > 0)) return { kind: 'aggregate' };
  if (has('double')) return { kind: 'float', bits: 64 };
  if (has('float')) return { kind: 'float', bits: 32 };
  if (has('_Bool') || has('bool')) return { kind: 'bool' };
  if (has('void')) return { kind: 'void' };
  const signed = !has('unsigned');
  if (has('char')) return integer(8, has('unsigned') ? false : has('signed') ? true : undefined);
  if (has('short')) return integer(16, signed);
  // `long` is what counts bytes and holds addresses in much code.
  if (longs === 1) return integer(64, signed, true);
  return integer(longs > 1 ? 64 : 32, signed);
}

/** How well a type of TypeScript stands for one of C. */
export type Agreement =
  | 'same'
  /** The call works, but for values at the ends of the range. */
  | 'near'
  | 'wrong'
  /** An object of the language's own, where C wants memory: a text, an array. */
  | 'object'
  | 'unknown';

interface WrittenInteger {
  readonly bits: 8 | 16 | 32 | 64 | 'word';
  readonly signed: boolean;
}

const INTEGERS: ReadonlyMap<string, WrittenInteger> = new Map<string, WrittenInteger>([
  ...([8, 16, 32, 64] as const).flatMap((bits): [string, WrittenInteger][] => [
    [`i${bits}`, { bits, signed: true }],
    [`u${bits}`, { bits, signed: false }],
  ]),
  ['isize', { bits: 'word', signed: true }],
  ['usize', { bits: 'word', signed: false }],
]);

const FLOATS: Readonly<Record<string, 32 | 64>> = { f32: 32, f64: 64, number: 64 };

/** Objects with a header or a view before what C could read. */
const OBJECTS =
  /^(?:string|String|Array<.*>|.*\[\]|(?:Int|Uint|Float)\d+(?:Clamped)?Array|DataView|Map<.*>|Set<.*>)$/s;

/** @param written As it stands in TypeScript, with its own aliases looked through. */
export function agreement(value: CValue, written: string): Agreement {
  const type = written
    .replace(/^\((.*)\)$/s, '$1')
    .replace(/\s*\|\s*null$/, '')
    .trim();
  if (value.kind === 'unknown') return 'unknown';
  if (value.kind === 'aggregate') return 'wrong';
  if (OBJECTS.test(type)) return value.kind === 'pointer' ? 'object' : 'wrong';
  const whole = INTEGERS.get(type);
  const float = FLOATS[type];
  const isBool = type === 'bool' || type === 'boolean';
  // A class may be laid over memory; whoever wrote its name knows.
  if (whole === undefined && float === undefined && !isBool && type !== 'void') return 'unknown';
  switch (value.kind) {
    case 'void':
      return type === 'void' ? 'same' : 'wrong';
    case 'float':
      return float === value.bits ? 'same' : 'wrong';
    case 'bool':
      return isBool ? 'same' : whole !== undefined && whole.bits !== 64 ? 'near' : 'wrong';
    case 'pointer':
      if (type === 'usize') return 'same';
      return whole !== undefined && whole.bits !== 8 && whole.bits !== 16 ? 'near' : 'wrong';
    case 'integer': {
      if (isBool) return value.bits === 64 ? 'wrong' : 'near';
      if (whole === undefined) return 'wrong';
      const isSameSign = value.signed === undefined || whole.signed === value.signed;
      if (whole.bits === 'word') return isSameSign && value.isWord === true ? 'same' : 'near';
      if (whole.bits === value.bits) return isSameSign ? 'same' : 'near';
      // WebAssembly has values of 32 and of 64 bits; a word is as wide as its memory's addresses.
      return value.isWord === true || (whole.bits === 64) === (value.bits === 64) ? 'near' : 'wrong';
    }
  }
}

/** What is written for a type of C; undefined where TypeScript has nothing for it. */
export function writtenFor(value: CValue): string | undefined {
  switch (value.kind) {
    case 'void':
      return 'void';
    case 'bool':
      return 'bool';
    case 'pointer':
      return 'usize';
    case 'float':
      return `f${value.bits}`;
    case 'integer':
      if (value.isWord) return value.signed === false ? 'usize' : 'isize';
      return `${value.signed === false ? 'u' : 'i'}${value.bits}`;
    case 'aggregate':
    case 'unknown':
      return undefined;
  }
}
