/** Reads a C or C++ text into its {@link CFacts}: one pass over its words that follows braces through conditions. */
import { readStatement, WORD_LIMIT } from './declarations';
import { Directives } from './directives';
import { type Call, type CFacts, type DeclaredFunction, TEXT_LIMIT } from './facts';
import { ATTRIBUTES, BEFORE_EXPRESSION, KEYWORDS, QUALIFIERS, TYPE_WORDS } from './names';
import { DIRECTIVE, MARK, NAME, type Tokens, tokensOf } from './tokens';

/** Parentheses, brackets or braces that are open in a function's body. */
interface Frame {
  readonly mark: string;
  /** What stands before the parenthesis. */
  readonly name: string;
  readonly call?: { -readonly [K in keyof Call]: Call[K] };
  commas: number;
  /** What the argument is up to here: nothing, a name, a name with parentheses, more. */
  shape: 'none' | 'name' | 'call' | 'more';
  argument: string;
  isUnknown: boolean;
  /** It belongs to an attribute, and calls nothing. */
  readonly isAttribute: boolean;
  readonly soft: string[];
}

/** What a branch of a condition begins with, and every other branch of it as well. */
interface State {
  readonly open: readonly Frame[];
  readonly isInBody: boolean;
  readonly typeDepth: number;
  readonly parentheses: number;
  readonly statement: readonly number[];
}

/** Calls in calls deeper than this are seen by the nearest ones alone. */
const INSIDE_LIMIT = 16;
/** Brackets in brackets deeper than this are a mistake. */
const DEPTH_LIMIT = 1000;

/** Never throws. */
export function readFacts(text: string, isCpp = false): CFacts {
  return new Reader(text.slice(0, TEXT_LIMIT), isCpp).read(text.length > TEXT_LIMIT);
}

class Reader {
  readonly #tokens: Tokens;
  readonly #directives: Directives;
  readonly #functions = new Map<string, DeclaredFunction[]>();
  readonly #odd = new Set<string>();
  readonly #calls: Call[] = [];
  readonly #own = new Map<string, string>();
  readonly #states: { state: State; lengths: number[] }[] = [];
  #open: Frame[] = [];
  #statement: number[] = [];
  #isMixed = false;
  #isInBody = false;
  #typeDepth = 0;
  #parentheses = 0;
  #isBroken = false;
  /** Of the function whose body is read. */
  #defined: { -readonly [K in keyof DeclaredFunction]: DeclaredFunction[K] } | undefined;

  constructor(
    text: string,
    private readonly isCpp: boolean,
  ) {
    this.#tokens = tokensOf(text);
    this.#directives = new Directives(text);
  }

  read(isTooLong: boolean): CFacts {
    const { count, kinds, starts } = this.#tokens;
    for (let at = 0; at < count; at++) {
      const kind = kinds[at] ?? 0;
      if (kind === DIRECTIVE) this.#directive(at);
      else if (this.#isInBody) this.#inBody(at, kind);
      else this.#atTop(at, kind, this.#tokens.text.charCodeAt(starts[at] ?? 0));
    }
    const { blocks, events, includes, macros } = this.#directives.finish();
    return {
      ...{ blocks, events, includes, macros, functions: this.#functions, odd: this.#odd, calls: this.#calls },
      isBroken: this.#isBroken || isTooLong || this.#isInBody || this.#typeDepth > 0,
    };
  }

  #directive(at: number): void {
    const { text, starts, ends } = this.#tokens;
    const from = starts[at] ?? 0;
    for (const frame of this.#open) frame.isUnknown = true;
    if (this.#statement.length > 0) this.#isMixed = true;
    const change = this.#directives.read(text.slice(from, ends[at]), from);
    if (change === 'open') {
      this.#states.push({ state: this.#state(), lengths: [] });
    } else if (change === 'next') {
      const group = this.#states.at(-1);
      if (group === undefined) return;
      group.lengths.push(this.#open.length + this.#typeDepth);
      this.#restore(group.state);
    } else if (change === 'close') {
      const group = this.#states.pop();
      if (group?.lengths.some((length) => length !== this.#open.length + this.#typeDepth))
        this.#isBroken = true;
    }
  }

  #state(): State {
    return {
      open: this.#open.slice(),
      ...{ isInBody: this.#isInBody, typeDepth: this.#typeDepth, parentheses: this.#parentheses },
      statement: this.#statement.slice(),
    };
  }

  #restore({ open, isInBody, typeDepth, parentheses, statement }: State): void {
    this.#open = open.slice();
    this.#isInBody = isInBody;
    this.#typeDepth = typeDepth;
    this.#parentheses = parentheses;
    this.#statement = statement.slice();
    if (statement.length > 0) this.#isMixed = true;
  }

  #atTop(at: number, kind: number, code: number): void {
    const mark = kind === MARK ? code : 0;
    if (this.#typeDepth > 0) {
      if (mark === 123) this.#typeDepth++;
      if (mark === 125) this.#typeDepth--;
      if (mark === 40) this.#member(at - 1);
      return;
    }
    if (mark === 123) return this.#openBrace(at);
    // One too many closes what surrounds declarations: extern "C".
    if (mark === 125) return this.#begin();
    if (mark === 59 && this.#parentheses === 0) return this.#end(at, false);
    if (mark === 40) this.#parentheses++;
    if (mark === 41) this.#parentheses = Math.max(0, this.#parentheses - 1);
    if (this.#statement.length <= WORD_LIMIT) this.#statement.push(at);
  }

  /** What a class declares is called by its name alone inside of the class. */
  #member(at: number): void {
    const before = this.#tokens.kinds[at - 1];
    const isDeclared = before === NAME || /^(?:\*|&|&&|>)$/.test(this.#text(at - 1));
    if (this.#tokens.kinds[at] === NAME && isDeclared && !KEYWORDS.has(this.#text(at)))
      this.#odd.add(this.#copy(this.#text(at)));
  }

  #begin(): void {
    this.#statement = [];
    this.#isMixed = false;
    this.#parentheses = 0;
  }

  #openBrace(at: number): void {
    const words = this.#statement.slice(-40).map((place) => this.#text(place));
    const head = words.join(' ');
    if (/^(?:extern "[^"]*"|(?:inline )?namespace(?: [\w: ]+)?)$/.test(head)) return this.#begin();
    const { found } = readStatement(this.#tokens, this.#statement, this.#isMixed, this.isCpp);
    if (this.#parentheses === 0 && (found !== undefined || this.#isMadeByMacro())) {
      this.#end(at, true);
      this.#isInBody = true;
      this.#open.push(this.#frame('{', ''));
    } else this.#typeDepth = 1;
  }

  /** `UK_SYSCALL_DEFINE(int, close, int, fd) {`: parentheses before a body, and no type or value. */
  #isMadeByMacro(): boolean {
    if (this.#statement.length > WORD_LIMIT) return false;
    const words = this.#statement.map((place) => this.#text(place));
    return (
      words.at(-1) === ')' && !words.some((word) => /^(?:=|typedef|struct|union|enum|class)$/.test(word))
    );
  }

  #end(at: number, hasBody: boolean): void {
    const { found, odd } = readStatement(this.#tokens, this.#statement, this.#isMixed, this.isCpp);
    for (const name of odd) this.#odd.add(this.#copy(name));
    this.#defined = undefined;
    if (found !== undefined) {
      const { start, isStatic, isInline, isWeak, parameters } = found;
      const name = this.#copy(found.name);
      const declared = {
        ...(parameters === undefined ? {} : { parameters }),
        ...{ hasBody, isLocal: isStatic || (isInline && hasBody), isWeak, start },
        block: this.#directives.block,
        end: this.#tokens.ends[at] ?? start,
      };
      this.#defined = declared;
      const known = this.#functions.get(name);
      if (known === undefined) this.#functions.set(name, [declared]);
      else known.push(declared);
    }
    this.#begin();
  }

  #inBody(at: number, kind: number): void {
    const frame = this.#open.at(-1);
    if (frame === undefined) return;
    if (this.#open.length > DEPTH_LIMIT) {
      this.#isBroken = true;
      return;
    }
    if (kind !== MARK) {
      if (frame.shape === 'none' && kind === NAME) {
        frame.shape = 'name';
        frame.argument = frame.call === undefined ? '' : this.#text(at);
      } else frame.shape = 'more';
      return;
    }
    const { text, starts, ends } = this.#tokens;
    const from = starts[at] ?? 0;
    const mark = (ends[at] ?? 0) - from === 1 ? text.charCodeAt(from) : 0;
    if (mark === 40) {
      frame.shape = frame.shape === 'name' ? 'call' : 'more';
      this.#openParenthesis(at);
    } else if (mark === 91 || mark === 123) {
      frame.shape = 'more';
      this.#open.push(this.#frame(mark === 91 ? '[' : '{', ''));
    } else if (mark === 41 || mark === 93 || mark === 125)
      this.#close(at, mark === 41 ? '(' : mark === 93 ? '[' : '{');
    else if (mark === 44) this.#comma(frame);
    else {
      // `pair<int, int>()` and `values...` are another number of arguments than their commas say.
      if (this.isCpp && (mark === 60 || text.startsWith('...', from))) frame.isUnknown = true;
      frame.shape = 'more';
    }
  }

  #frame(mark: string, before: string): Frame {
    const isAttribute = ATTRIBUTES.has(before) || this.#open.at(-1)?.isAttribute === true;
    const name = KEYWORDS.has(before) ? '' : before;
    return { mark, name, isAttribute, commas: 0, shape: 'none', argument: '', isUnknown: false, soft: [] };
  }

  #comma(frame: Frame): void {
    this.#argument(frame);
    frame.commas++;
    frame.shape = 'none';
  }

  #argument(frame: Frame): void {
    if (frame.shape === 'none') frame.isUnknown = true;
    if ((frame.shape === 'name' || frame.shape === 'call') && frame.call !== undefined)
      frame.soft.push(frame.argument);
  }

  #openParenthesis(at: number): void {
    const before = at - 1;
    const isNamed = this.#tokens.kinds[before] === NAME;
    const name = isNamed ? this.#text(before) : '';
    const frame = this.#frame('(', name);
    if (frame.name === '' || frame.isAttribute || !this.#isCall(before)) {
      this.#open.push(frame);
      return;
    }
    const inside = this.#open
      .slice(-INSIDE_LIMIT)
      .flatMap((one) => (one.name === '' ? [] : this.#copy(one.name)));
    const call = {
      ...{ name: this.#copy(name), args: undefined, soft: [], inside },
      ...{ block: this.#directives.block, start: this.#tokens.starts[before] ?? 0 },
    };
    this.#calls.push(call);
    this.#open.push({ ...frame, call });
  }

  /** Whether a name before a parenthesis is called, and not declared or a member's. */
  #isCall(at: number): boolean {
    const before = this.#tokens.kinds[at - 1];
    const text = this.#text(at - 1);
    if (before === NAME) {
      if (BEFORE_EXPRESSION.has(text)) return true;
      this.#odd.add(this.#copy(this.#text(at)));
      return false;
    }
    if (before !== MARK) return before === DIRECTIVE || before !== undefined;
    if (text === '.' || text === '->' || text === '::') return false;
    if (text !== '*' && text !== '&' && !(this.isCpp && text === '>')) return true;
    return !this.#isDeclarator(at);
  }

  /** `struct s *f(int);` in a body: a type, stars, and a beginning before them. */
  #isDeclarator(at: number): boolean {
    let place = at - 1;
    while (/^[*&>]$/.test(this.#text(place)) || QUALIFIERS.has(this.#text(place))) place--;
    if (this.#tokens.kinds[place] !== NAME || BEFORE_EXPRESSION.has(this.#text(place))) return false;
    const isType = TYPE_WORDS.has(this.#text(place));
    const first = this.#text(place - 1);
    const isDeclared =
      isType ||
      /^[;{}]$/.test(first) ||
      this.#tokens.kinds[place - 1] === DIRECTIVE ||
      QUALIFIERS.has(first) ||
      TYPE_WORDS.has(first);
    if (isDeclared) this.#odd.add(this.#copy(this.#text(at)));
    return isDeclared;
  }

  #close(at: number, mark: string): void {
    let frame = this.#open.pop();
    // What is not closed in between was torn apart by a macro.
    while (frame !== undefined && frame.mark !== mark && this.#open.length > 0) {
      if (mark === '(' && frame.mark === '{') {
        this.#open.push(frame);
        return;
      }
      frame = this.#open.pop();
    }
    if (frame?.call !== undefined && mark === '(') {
      if (frame.shape !== 'none' || frame.commas > 0) this.#argument(frame);
      const count = frame.shape === 'none' && frame.commas === 0 ? 0 : frame.commas + 1;
      frame.call.args = frame.isUnknown ? undefined : count;
      frame.call.soft = [...new Set(frame.soft)].map((name) => this.#copy(name));
    }
    if (this.#open.length > 0) return;
    this.#isInBody = false;
    if (this.#defined !== undefined) this.#defined.end = this.#tokens.ends[at] ?? 0;
    this.#begin();
  }

  #text(at: number): string {
    const { text, starts, ends, count } = this.#tokens;
    return at < 0 || at >= count ? '' : text.slice(starts[at], ends[at]);
  }

  /** A string that does not keep the whole text in memory. */
  #copy(name: string): string {
    const known = this.#own.get(name);
    if (known !== undefined) return known;
    const copy = Buffer.from(name).toString();
    this.#own.set(copy, copy);
    return copy;
  }
}
