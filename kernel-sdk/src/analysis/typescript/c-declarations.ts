/**
 * The types in a C header: of the functions that the reader of C finds in it, and what names stand for. Enough to hold
 * calls from another language to, under whatever condition a declaration is.
 */
import type { Block } from '../c/facts';
import { QUALIFIERS, TYPE_WORDS } from '../c/names';
import { readFacts } from '../c/read-facts';
import { DIRECTIVE, MARK, NAME, type Tokens, tokensOf } from '../c/tokens';
import { split, type Word, withoutAttributes } from '../c/words';

export interface CType {
  /** As written, without the name of what has it: `const char *`. */
  readonly text: string;
  /** Of anything: a function and an array as well. */
  readonly isPointer: boolean;
  /** The words without qualifiers, what it points to included: `unsigned long`, `struct uk_alloc`. */
  readonly words: readonly string[];
}

export interface CParameter {
  readonly name?: string;
  readonly type: CType;
}

export interface CFunction {
  readonly name: string;
  readonly parameters: readonly CParameter[];
  readonly isVariadic: boolean;
  readonly returns: CType;
  /** It has its body here, and no symbol of its own. */
  readonly isInline: boolean;
  /** The comment before it, in one line. */
  readonly documentation?: string;
}

export interface CDeclarations {
  readonly functions: readonly CFunction[];
  /** Undefined where several are declared, of which a condition picks one. */
  readonly typedefs: ReadonlyMap<string, CType | undefined>;
  /** As written between the angle brackets or quotation marks. */
  readonly includes: readonly string[];
}

/** Never throws. */
export function readDeclarations(text: string, facts = readFacts(text)): CDeclarations {
  const { functions, includes, blocks } = facts;
  const source = new Source(tokensOf(text));
  const foreign = blocks.map((_, block) => isForeign(blocks, block));
  const found = [...functions].flatMap(([name, declarations]) =>
    declarations.flatMap(({ start, hasBody, isLocal, block }) => {
      const types = foreign[block] ? undefined : source.functionAt(start);
      return types === undefined ? [] : [{ start, name, ...types, isInline: hasBody || isLocal }];
    }),
  );
  return {
    functions: found.sort((a, b) => a.start - b.start).map(({ start: _, ...one }) => one),
    typedefs: source.typedefs(),
    includes: includes.map(({ header }) => header),
  };
}

/** What a name stands for, while everybody says the same. */
export function addTypedef(
  typedefs: Map<string, CType | undefined>,
  name: string,
  type: CType | undefined,
): void {
  const isSame = !typedefs.has(name) || typedefs.get(name)?.text === type?.text;
  typedefs.set(name, isSame ? type : undefined);
}

/** Whether C++ alone sees a block. */
function isForeign(blocks: readonly Block[], block: number): boolean {
  for (let at = blocks[block]; at !== undefined; at = blocks[at.parent]) {
    const { kind, condition } = at;
    if (kind === 'ifdef' && condition === '__cplusplus') return true;
    if (kind === 'if' && /^defined\s*\(?\s*__cplusplus\b/.test(condition)) return true;
  }
  return false;
}

/** A declaration of more words than these is data. */
const WORD_LIMIT = 1000;

class Source {
  constructor(private readonly tokens: Tokens) {}

  /** The types of a function that is declared with its name at this offset. */
  functionAt(start: number): Omit<CFunction, 'name' | 'isInline'> | undefined {
    const at = this.#find(start);
    const close = this.#closing(at + 1);
    if (at < 0 || this.#text(at + 1) !== '(' || close === undefined) return undefined;
    const first = this.#beginning(at);
    const returns = typeOf(withoutAttributes(this.#words(first, at)));
    if (returns.words.length === 0) return undefined;
    const list = split(this.#words(at + 2, close));
    const isVariadic = list.at(-1)?.[0]?.text === '...';
    const given = isVariadic ? list.slice(0, -1) : list;
    const isNone =
      given.length === 1 && /^(?:void)?$/.test(given[0]?.map(({ text }) => text).join(' ') ?? '');
    const parameters = isNone ? [] : given.map((words) => declarator(words) ?? { type: typeOf(words) });
    const documentation = this.#commentBefore(first);
    return { parameters, isVariadic, returns, ...(documentation === '' ? {} : { documentation }) };
  }

  typedefs(): ReadonlyMap<string, CType | undefined> {
    const found = new Map<string, CType | undefined>();
    for (let at = 0; at < this.tokens.count; at++) {
      if (this.tokens.kinds[at] !== NAME || this.#text(at) !== 'typedef' || !this.#isBoundary(at - 1))
        continue;
      const declared = declarator(this.#statement(at + 1));
      if (declared?.name !== undefined) addTypedef(found, declared.name, declared.type);
    }
    return found;
  }

  /** The words up to the semicolon, with `{` for everything in braces; a second declarator is left out. */
  #statement(from: number): Word[] {
    const words: Word[] = [];
    let depth = 0;
    let parentheses = 0;
    for (let at = from; at < this.tokens.count && words.length < WORD_LIMIT; at++) {
      const word = this.#word(at);
      if (word.kind === DIRECTIVE) continue;
      if (word.text === '}') depth--;
      else if (word.text === '{' && depth++ === 0) words.push(word);
      else if (depth === 0) {
        if (word.text === '(') parentheses++;
        if (word.text === ')') parentheses--;
        if (word.text === ';' || (word.text === ',' && parentheses === 0)) break;
        words.push(word);
      }
    }
    return words;
  }

  /** The first word of the statement that a word is in. */
  #beginning(at: number): number {
    let first = at;
    while (first > 0 && at - first < WORD_LIMIT && !this.#isBoundary(first - 1)) first--;
    return first;
  }

  #isBoundary(at: number): boolean {
    return at < 0 || this.tokens.kinds[at] === DIRECTIVE || /^[;{}]$/.test(this.#text(at));
  }

  /** The last comment between a word and the one before it. */
  #commentBefore(at: number): string {
    const { text, starts, ends } = this.tokens;
    const gap = text.slice(at === 0 ? 0 : ends[at - 1], starts[at]);
    return [...gap.matchAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g)].reduce(
      (before, [one]) => inOneLine(one, before),
      '',
    );
  }

  #closing(open: number): number | undefined {
    let depth = 0;
    for (let at = open; at < this.tokens.count && at - open < WORD_LIMIT; at++) {
      const text = this.#text(at);
      if (text === '(') depth++;
      else if (text === ')' && --depth === 0) return at;
    }
    return undefined;
  }

  /** The word that begins at an offset; -1 where none does. */
  #find(start: number): number {
    let low = 0;
    let high = this.tokens.count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.tokens.starts[middle] ?? 0;
      if (found === start) return middle;
      if (found < start) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #words(from: number, to: number): Word[] {
    return Array.from({ length: to - from }, (_, index) => this.#word(from + index));
  }

  #word(at: number): Word {
    return { text: this.#text(at), kind: this.tokens.kinds[at] ?? 0 };
  }

  #text(at: number): string {
    const { text, starts, ends, count } = this.tokens;
    return at < 0 || at >= count ? '' : text.slice(starts[at], ends[at]);
  }
}

/** A comment in one line; one that follows lines of the same kind goes on with them. */
function inOneLine(comment: string, before: string): string {
  const words = comment.startsWith('//')
    ? `${before} ${comment.replace(/^\/\/+!?/, '')}`
    : comment.replace(/^\/\*+!?|\*+\/$/g, '').replace(/^[ \t]*\*+/gm, ' ');
  return words.replace(/\s+/g, ' ').trim();
}

/** A type with the name that has it; a name alone is a type. */
function declarator(all: readonly Word[]): CParameter | undefined {
  const words = withoutMacros(withoutAttributes(all));
  const open = words.findIndex(({ text }) => text === '(');
  if (open >= 0) return functionDeclarator(words, open);
  const array = words.findIndex(({ text, kind }) => kind === MARK && text === '[');
  const plain = array < 0 ? words : words.slice(0, array);
  const names = plain.filter(isTypeName);
  const last = plain.at(-1);
  const tag = /^(?:struct|union|enum)$/.test(names[0]?.text ?? '') && !words.some(({ text }) => text === '{');
  const hasName =
    last !== undefined && isTypeName(last) && !TYPE_WORDS.has(last.text) && names.length > (tag ? 2 : 1);
  const type = typeOf(hasName ? plain.slice(0, -1) : plain);
  if (type.words.length === 0) return undefined;
  return {
    ...(hasName && last !== undefined ? { name: last.text } : {}),
    type: { ...type, isPointer: type.isPointer || array >= 0 },
  };
}

/** A function is handed on by its address: `void (*entry)(void *)`, `int compare(int, int)`. */
function functionDeclarator(words: readonly Word[], open: number): CParameter {
  const isPointer = /^[*^]$/.test(words[open + 1]?.text ?? '');
  const name = isPointer ? words.slice(open).find(isTypeName) : words.slice(0, open).at(-1);
  const close = words.findIndex(({ text }, at) => at > open && text === ')');
  const isNamed = name !== undefined && isTypeName(name) && (!isPointer || words.indexOf(name) < close);
  const type = { text: textOf(words), isPointer: true, words: ['void'] };
  return { ...(isNamed ? { name: name.text } : {}), type };
}

/** Words behind a name are attributes: `int level __unused`. */
function withoutMacros(words: readonly Word[]): readonly Word[] {
  const end = words.findLastIndex(({ text, kind }) => kind !== NAME || !text.startsWith('__')) + 1;
  const rest = words.slice(0, end);
  const names = rest.filter(isTypeName);
  const isType = /^(?:struct|union|enum)$/.test(names[0]?.text ?? '') && names.length === 2;
  const last = rest.at(-1);
  const isNamed = last !== undefined && isTypeName(last) && !TYPE_WORDS.has(last.text);
  return names.length > 1 && !isType && isNamed ? rest : words;
}

function isTypeName({ text, kind }: Word): boolean {
  return kind === NAME && !QUALIFIERS.has(text);
}

function typeOf(words: readonly Word[]): CType {
  return {
    text: textOf(words.filter(({ text, kind }) => kind !== NAME || !STORAGE.has(text))),
    isPointer: words.some(({ text }) => text === '*'),
    words: words.filter(isTypeName).map(({ text }) => text),
  };
}

/** Qualifiers that say nothing about a value. */
const STORAGE: ReadonlySet<string> = new Set([
  ...['extern', 'static', 'inline', '__inline', '__inline__', '_Noreturn', 'restrict', '__restrict'],
]);

/** As people lay a type out: `char *const`, `void (*)(void *)`. */
function textOf(words: readonly Word[]): string {
  return words
    .filter(({ text }) => text !== '{')
    .map(({ text }) => text)
    .join(' ')
    .replace(/([(*]) /g, '$1')
    .replace(/ (?=[),])/g, '')
    .replace(/(?<=[\w)]) \((?!\*)/g, '(')
    .replace(/\) \(/g, ')(');
}
