/** Functions that a declaration or the head of a definition at the top of a file names. */
import { isMacroLike, KEYWORDS, QUALIFIERS, TYPE_WORDS } from './names';
import { MARK, NAME, NUMBER, TEXT, type Tokens } from './tokens';
import { closing, type Word as PlainWord, split, withoutAttributes } from './words';

export interface ReadDeclaration {
  readonly name: string;
  readonly parameters?: { readonly least: number; readonly most: number };
  readonly isStatic: boolean;
  readonly isInline: boolean;
  readonly isWeak: boolean;
  readonly start: number;
}

export interface ReadStatement {
  readonly found?: ReadDeclaration;
  /** Names that may be functions as well. */
  readonly odd: readonly string[];
}

interface Word extends PlainWord {
  readonly start: number;
}

/** A declaration of more words than these is data. */
export const WORD_LIMIT = 600;

/**
 * @param words Places of the statement's words, without bodies of types.
 * @param isMixed Conditions stand between the words, so that they are not of one declaration.
 */
export function readStatement(
  tokens: Tokens,
  words: readonly number[],
  isMixed: boolean,
  isCpp: boolean,
): ReadStatement {
  if (words.length === 0 || words.length > WORD_LIMIT) return { odd: [] };
  const all = words.map(
    (at): Word => ({
      text: tokens.text.slice(tokens.starts[at], tokens.ends[at]),
      kind: tokens.kinds[at] ?? 0,
      start: tokens.starts[at] ?? 0,
    }),
  );
  const [first] = all;
  if (first === undefined || /^(?:typedef|_Static_assert|static_assert|using)$/.test(first.text))
    return { odd: [] };
  const isWeak = all.some(({ text, kind }) => kind === NAME && /weak/i.test(text));
  const plain = withoutAttributes(all);
  const candidates = functionsOf(plain, isCpp);
  // An attribute made by a macro looks like a function: `__printf(1, 2)`.
  const chosen = candidates.find(({ word, inner }) => !isAttribute(word.text, inner)) ?? undefined;
  const odd = candidates.flatMap((one) => (one === chosen ? [] : one.word.text));
  odd.push(...unexplained(plain, chosen));
  if (chosen === undefined) return { odd };
  const before = plain.slice(0, plain.indexOf(chosen.word));
  const has = (pattern: RegExp) => before.some(({ text }) => pattern.test(text));
  const isSure = !isMixed && !chosen.isVague && !(isCpp && mayBeObject(before));
  const parameters = isSure ? parametersOf(chosen.inner, isCpp) : undefined;
  return {
    odd,
    found: {
      name: chosen.word.text,
      ...(parameters === undefined ? {} : { parameters }),
      isStatic: has(/^static$/),
      isInline: has(/inline/i),
      isWeak,
      start: chosen.word.start,
    },
  };
}

/** In C++ `Lock held(mutex, 1);` makes an object, which may be called as well. */
function mayBeObject(before: readonly Word[]): boolean {
  const isTemplate = before.some(({ text }) => text === '<');
  return (
    isTemplate ||
    !before.some(({ text }) => text === '*' || TYPE_WORDS.has(text) || /_t$|^struct$/.test(text))
  );
}

interface Candidate {
  readonly word: Word;
  /** Between its parentheses. */
  readonly inner: readonly Word[];
  /** What follows makes the parameters uncertain. */
  readonly isVague: boolean;
  /** The place after its parentheses. */
  readonly end: number;
}

function functionsOf(words: readonly Word[], isCpp: boolean): Candidate[] {
  const found: Candidate[] = [];
  let depth = 0;
  for (let at = 0; at < words.length; at++) {
    const { text, kind } = words[at] ?? { text: '', kind: 0 };
    if (text === '[' || text === '(') depth++;
    else if (text === ']' || text === ')') depth--;
    else if (depth > 0) continue;
    // What follows are values.
    else if (kind === MARK && text === '=') break;
    if (kind !== NAME || depth > 0 || words[at + 1]?.text !== '(' || KEYWORDS.has(text)) continue;
    const close = closing(words, at + 1);
    const word = words[at];
    if (word !== undefined && hasType(words.slice(0, at), isCpp)) {
      const rest = words.slice(close + 1);
      // A second list makes the first one a macro's; types that follow are those of parameters of old.
      const isVague = rest[0]?.text === '(' || rest.some(({ text: t }) => TYPE_WORDS.has(t));
      found.push({ word, inner: words.slice(at + 2, close), isVague, end: close + 1 });
    }
    at = close;
  }
  return found;
}

/** Whether the words before a name are a type: more than `static` and its like. */
function hasType(before: readonly Word[], isCpp: boolean): boolean {
  const last = before.at(-1);
  if (last === undefined) return false;
  const fits =
    last.kind === NAME || last.text === '*' || last.text === ')' || (isCpp && /^[&>]$/.test(last.text));
  return fits && before.some(({ text, kind }) => kind === NAME && !QUALIFIERS.has(text));
}

function isAttribute(name: string, inner: readonly Word[]): boolean {
  const isCount = inner.some(({ kind }, at) => kind !== MARK && (kind === NUMBER || kind === TEXT) && at < 2);
  return isCount || (isMacroLike(name) && !inner.some(({ text }) => TYPE_WORDS.has(text)));
}

/** Names that macros or pointers to functions may stand behind. */
function unexplained(words: readonly Word[], chosen: Candidate | undefined): string[] {
  const open = chosen === undefined ? words.length : words.indexOf(chosen.word);
  const rest = [...words.slice(0, open), ...words.slice(chosen?.end ?? words.length)];
  const isVague = chosen?.isVague === true ? chosen.inner : [];
  return [...rest, ...isVague].flatMap(({ text, kind }) =>
    kind === NAME && !KEYWORDS.has(text) && text !== chosen?.word.text ? [text] : [],
  );
}

function parametersOf(
  inner: readonly Word[],
  isCpp: boolean,
): { readonly least: number; readonly most: number } | undefined {
  // Without a prototype anything goes.
  if (inner.length === 0) return isCpp ? { least: 0, most: 0 } : undefined;
  if (inner.length === 1 && inner[0]?.text === 'void') return { least: 0, most: 0 };
  // What templates have between their brackets is not told apart from comparisons.
  if (inner.some(({ text, kind }) => kind === MARK && text === '<')) return undefined;
  const parts = split(inner);
  const isVariadic = parts.at(-1)?.[0]?.text === '...';
  const named = isVariadic ? parts.slice(0, -1) : parts;
  let least = 0;
  for (const part of named) {
    const [first, second] = part;
    if (first === undefined) return undefined;
    // A macro may be any number of them.
    if (isMacroLike(first.text) && (second === undefined || second.text === '(')) return undefined;
    if (part.some(({ text }) => text === '...')) return undefined;
    if (!part.some(({ text, kind }) => kind === MARK && text === '=')) least++;
  }
  return { least, most: isVariadic ? Number.POSITIVE_INFINITY : named.length };
}
