/**
 * The words of a C or C++ text, in one pass and without an object for each: a tree of libraries has millions of them.
 * Comments are left out; a directive of the preprocessor is one word, however many lines it has.
 */

export const NAME = 1;
export const NUMBER = 2;
/** A string or a character. */
export const TEXT = 3;
/** One character, but for `->`, `::` and `...`, which are one word. */
export const MARK = 4;
export const DIRECTIVE = 5;

export interface Tokens {
  readonly text: string;
  readonly count: number;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

const BLANK = 0;
const LETTER = 1;
const DIGIT = 2;
const OTHER = 3;

const CLASSES = new Uint8Array(128).map((_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_$]/.test(character)) return LETTER;
  if (/[0-9]/.test(character)) return DIGIT;
  return /\s/.test(character) ? BLANK : OTHER;
});

const NEWLINE = 10;
const QUOTE = 34;
const APOSTROPHE = 39;
const HASH = 35;
const STAR = 42;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const GREATER = 62;
const MINUS = 45;
const BACKSLASH = 92;
const OPEN = 40;

/** Never throws; what is not closed ends with the line or the text. */
export function tokensOf(text: string): Tokens {
  // No word is shorter than a character, and most are longer than two.
  let room = Math.max(64, text.length >> 1);
  let kinds = new Uint8Array(room);
  let starts = new Int32Array(room);
  let ends = new Int32Array(room);
  let count = 0;
  let isLineStart = true;
  const end = text.length;
  const push = (kind: number, from: number, to: number) => {
    if (count === room) {
      room *= 2;
      kinds = grown(kinds, new Uint8Array(room));
      starts = grown(starts, new Int32Array(room));
      ends = grown(ends, new Int32Array(room));
    }
    kinds[count] = kind;
    starts[count] = from;
    ends[count++] = to;
  };
  for (let at = 0; at < end; ) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? CLASSES[code] : LETTER;
    if (kind === BLANK) {
      if (code === NEWLINE) isLineStart = true;
      at++;
      continue;
    }
    const from = at;
    const next = at + 1 < end ? text.charCodeAt(at + 1) : 0;
    if (code === SLASH && (next === SLASH || next === STAR)) {
      at = afterComment(text, at, next === STAR);
      continue;
    }
    if (code === BACKSLASH && (next === NEWLINE || (next === 13 && text.charCodeAt(at + 2) === NEWLINE))) {
      at += next === NEWLINE ? 2 : 3;
      continue;
    }
    if (code === HASH && isLineStart) {
      at = afterDirective(text, at);
      push(DIRECTIVE, from, at);
      continue;
    }
    isLineStart = false;
    if (kind === LETTER) {
      at = afterWord(text, at);
      const isRaw = text.charCodeAt(at) === QUOTE && /^(?:u8|[uUL])?R$/.test(text.slice(from, at));
      if (isRaw) at = afterRawString(text, at);
      push(isRaw ? TEXT : NAME, from, at);
    } else if (kind === DIGIT || (code === DOT && next < 128 && CLASSES[next] === DIGIT)) {
      at = afterNumber(text, at);
      push(NUMBER, from, at);
    } else if (code === QUOTE || code === APOSTROPHE) {
      at = afterString(text, at, code);
      push(TEXT, from, at);
    } else {
      const isPair = (code === MINUS && next === GREATER) || (code === COLON && next === COLON);
      const isDots = code === DOT && next === DOT && text.charCodeAt(at + 2) === DOT;
      at += isDots ? 3 : isPair ? 2 : 1;
      push(MARK, from, at);
    }
  }
  return { text, count, kinds, starts, ends };
}

function grown<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function afterWord(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 128 && CLASSES[code] !== LETTER && CLASSES[code] !== DIGIT) break;
  }
  return at;
}

function afterNumber(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT || code >= 128 || CLASSES[code] === LETTER || CLASSES[code] === DIGIT) continue;
    // 1e-5, and 1'000 of C++.
    if (
      (code === MINUS || code === 43) &&
      /[eEpP]/.test(text[at - 1] ?? '') &&
      /^[\d.]/.test(text[from] ?? '')
    )
      if (!/^0[xX]/.test(text.slice(from, from + 2)) || /[pP]/.test(text[at - 1] ?? '')) continue;
    if (code === APOSTROPHE && /[0-9a-fA-F]/.test(text[at + 1] ?? '')) continue;
    break;
  }
  return at;
}

function afterString(text: string, from: number, quote: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === quote) return at + 1;
    else if (code === NEWLINE) return at;
  }
  return text.length;
}

function afterRawString(text: string, quote: number): number {
  const open = text.indexOf('(', quote);
  if (open < 0 || open - quote > 17 || text.charCodeAt(open) !== OPEN) return quote + 1;
  const mark = `)${text.slice(quote + 1, open)}"`;
  const close = text.indexOf(mark, open);
  return close < 0 ? text.length : close + mark.length;
}

function afterComment(text: string, from: number, isBlock: boolean): number {
  if (isBlock) {
    const close = text.indexOf('*/', from + 2);
    return close < 0 ? text.length : close + 2;
  }
  let at = text.indexOf('\n', from);
  // A comment of one line goes on where that line does.
  while (at > 0 && /\\\r?$/.test(text.slice(at - 2, at))) at = text.indexOf('\n', at + 1);
  return at < 0 ? text.length : at;
}

/** The end of a logical line; comments in it may have more lines. */
function afterDirective(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE) return at;
    if (code === BACKSLASH) at += text.charCodeAt(at + 1) === 13 ? 2 : 1;
    else if (code === QUOTE) at = afterString(text, at, code) - 1;
    else if (code === SLASH) {
      const next = text.charCodeAt(at + 1);
      if (next === STAR || next === SLASH) at = afterComment(text, at, next === STAR) - 1;
    }
  }
  return text.length;
}
