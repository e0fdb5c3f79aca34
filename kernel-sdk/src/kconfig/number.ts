/** Numbers as the C library reads them, which the reference compares values with: 64 bits, and no more. */
import type { OptionType } from './syntax';

const LARGEST = (1n << 63n) - 1n;
const SMALLEST = -(1n << 63n);
const UNSIGNED = 1n << 64n;

export type Base = 10 | 16;

interface Scan {
  readonly value: bigint;
  readonly all: boolean;
  readonly overflow: boolean;
}

/** The number at the beginning of a text, as `strtoll` reads it; a base of 0 tells by `0x` and `0`. */
function scan(text: string, base: 0 | 10 | 16): Scan {
  const match = /^[ \t\n\v\f\r]*([+-]?)(0[xX](?=[0-9a-fA-F]))?/.exec(text);
  const [whole = '', sign = '', prefix = ''] = match ?? [];
  const isHex = base === 16 || (base === 0 && prefix !== '');
  let at = whole.length - (isHex ? 0 : prefix.length);
  const octal = base === 0 && !isHex && text[at] === '0';
  const digits = isHex ? /[0-9a-fA-F]*/y : octal ? /[0-7]*/y : /\d*/y;
  digits.lastIndex = at;
  const found = digits.exec(text)?.[0] ?? '';
  at += found.length;
  if (found === '') return { value: 0n, all: false, overflow: false };
  const size = BigInt(`${isHex ? '0x' : octal ? '0o' : ''}${found}`);
  return { value: sign === '-' ? -size : size, all: at === text.length, overflow: size >= UNSIGNED };
}

/** What the beginning of a text is worth; 0 where there is no number, the nearest one that 64 bits can have. */
export function numberOf(text: string, base: Base): number | bigint {
  // Nearly all are short, and exact as they are.
  if (text.length < 12) {
    const short = base === 10 ? /^-?\d+$/.test(text) : /^(0[xX])?[0-9a-fA-F]+$/.test(text);
    if (short) return Number.parseInt(text, base);
  }
  const { value } = scan(text, base);
  return value > LARGEST ? LARGEST : value < SMALLEST ? SMALLEST : value;
}

export interface Bounds {
  readonly low: { readonly text: string; readonly base: Base };
  readonly high: { readonly text: string; readonly base: Base };
  readonly base: Base;
}

export function inRange(text: string, { low, high, base }: Bounds): boolean {
  const value = numberOf(text, base);
  return value >= numberOf(low.text, low.base) && value <= numberOf(high.text, high.base);
}

type Kind = 'text' | 'signed' | 'unsigned';

function read(
  text: string,
  type: OptionType | undefined,
  ranksLogic: boolean,
): { readonly kind: Kind; readonly value: bigint } {
  if (type === 'bool' || type === 'tristate') {
    if (!ranksLogic) return { kind: 'text', value: 0n };
    return { kind: 'signed', value: BigInt(['n', 'm', 'y'].indexOf(text)) };
  }
  const kind = type === 'hex' ? 'unsigned' : 'signed';
  const { value, all, overflow } = scan(text, type === 'int' ? 10 : type === 'hex' ? 16 : 0);
  const beyond = overflow || (kind === 'signed' && (value > LARGEST || value < SMALLEST));
  return all && !beyond ? { kind, value } : { kind: 'text', value: 0n };
}

/** Below, at or above zero: by number where both are numbers of their types, else letter by letter. */
export function compareTexts(
  left: string,
  leftType: OptionType | undefined,
  right: string,
  rightType: OptionType | undefined,
  ranksLogic = true,
): number {
  if (left === right) return 0;
  if (leftType !== 'string' || rightType !== 'string') {
    const [a, b] = [read(left, leftType, ranksLogic), read(right, rightType, ranksLogic)];
    if (a.kind !== 'text' && b.kind !== 'text') {
      const unsigned = a.kind === 'unsigned' || b.kind === 'unsigned';
      const [x, y] = unsigned
        ? [BigInt.asUintN(64, a.value), BigInt.asUintN(64, b.value)]
        : [a.value, b.value];
      return x < y ? -1 : x > y ? 1 : 0;
    }
  }
  return left < right ? -1 : 1;
}
