/** Lines of the configuration language as words, strings and operators, each with its place. */
import type { Range } from '../problem';
import type { KconfigCode } from './codes';

/** One token. A token never crosses a line's end, whatever a backslash continues. */
export interface Token {
  readonly kind: 'word' | 'string' | 'operator' | 'raw';
  /** Without quotes and escapes; with `$(…)` as it is written where `parts` is set. */
  readonly text: string;
  /** Literal texts at even places, the sources of macros without `$(` and `)` at odd ones. */
  readonly parts?: readonly string[];
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

export interface Statement {
  readonly tokens: readonly Token[];
  /** Where the statement's last physical line ends: the offset behind its line feed. */
  readonly next: number;
  readonly nextLine: number;
}

/** What the scanner says about a place: a code, a sentence and how bad it is. */
export type Complain = (code: KconfigCode, message: string, place: Place, hint?: boolean) => void;

/** A part of one line. */
export type Place = Pick<Token, 'line' | 'start' | 'end'>;

export function rangeOf({ line, start, end }: Place): Range {
  return { start: { line, character: start }, end: { line, character: end } };
}

enum Char {
  Tab = 9,
  LineFeed = 10,
  Return = 13,
  Space = 32,
  DoubleQuote = 34,
  Hash = 35,
  Dollar = 36,
  SingleQuote = 39,
  Open = 40,
  Close = 41,
  Backslash = 92,
}

/** Letters, digits, `_` and `-`; `.` and `/` too, which old trees have in paths without quotes. */
const IN_WORD = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./') {
  IN_WORD[character.charCodeAt(0)] = 1;
}

const OPERATORS = ['||', '&&', '!=', '<=', '>=', ':=', '+=', '=', '<', '>', '!', '(', ')'];
const ASSIGNMENTS: readonly string[] = ['=', ':=', '+='];

/** Reads statements one after another; `seek` jumps over help texts, which are not made of tokens. */
export class Scanner {
  #at = 0;
  #line = 0;
  #lineStart = 0;

  constructor(
    readonly text: string,
    private readonly isKeyword: (word: string) => boolean,
    private readonly complain: Complain,
  ) {}

  seek(offset: number, line: number): void {
    this.#at = offset;
    this.#line = line;
    this.#lineStart = offset;
  }

  /** The next line that says something; undefined at the end. */
  next(): Statement | undefined {
    const { text } = this;
    const tokens: Token[] = [];
    while (this.#at < text.length) {
      const code = text.charCodeAt(this.#at);
      if (code === Char.Space || code === Char.Tab || code === Char.Return) this.#at++;
      else if (code === Char.LineFeed) {
        this.#newLine();
        if (tokens.length > 0) break;
      } else if (code === Char.Hash) this.#at = this.#endOfLine();
      else if (code === Char.Backslash) this.#continue();
      else if (code === Char.DoubleQuote || code === Char.SingleQuote) tokens.push(this.#string(code));
      else if (IN_WORD[code] === 1 || code === Char.Dollar) tokens.push(this.#word());
      else {
        const operator = this.#operator();
        if (operator === undefined) continue;
        tokens.push(operator);
        const first = tokens[0];
        const assigns = tokens.length === 2 && ASSIGNMENTS.includes(operator.text);
        if (assigns && first?.kind === 'word' && !this.isKeyword(first.text)) tokens.push(this.#rest());
      }
    }
    return tokens.length === 0 ? undefined : { tokens, next: this.#at, nextLine: this.#line };
  }

  #newLine(): void {
    this.#at++;
    this.#line++;
    this.#lineStart = this.#at;
  }

  #endOfLine(): number {
    const end = this.text.indexOf('\n', this.#at);
    return end < 0 ? this.text.length : end;
  }

  #continue(): void {
    const next = this.text.charCodeAt(this.#at + 1);
    if (next === Char.LineFeed) {
      this.#at++;
      this.#newLine();
    } else if (next === Char.Return && this.text.charCodeAt(this.#at + 2) === Char.LineFeed) {
      this.#at += 2;
      this.#newLine();
    } else this.#stray();
  }

  #stray(): void {
    const start = this.#at;
    this.#at += (this.text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
    const character = this.text.slice(start, this.#at);
    this.complain(
      'stray-character',
      `'${character}' means nothing here and is passed over.`,
      this.#place(start),
    );
  }

  #place(from: number, to = this.#at): Place {
    return { line: this.#line, start: from - this.#lineStart, end: to - this.#lineStart };
  }

  /** Every token has its fields in the same order, and takes no more room than them. */
  #token(kind: Token['kind'], text: string, from: number, to: number): Token {
    return { kind, text, line: this.#line, start: from - this.#lineStart, end: to - this.#lineStart };
  }

  #operator(): Token | undefined {
    const start = this.#at;
    const found = OPERATORS.find((operator) => this.text.startsWith(operator, start));
    if (found === undefined) {
      this.#stray();
      return undefined;
    }
    this.#at += found.length;
    return this.#token('operator', found, start, this.#at);
  }

  /** An assignment's value goes to the line's end, a `#` included. */
  #rest(): Token {
    while (this.text[this.#at] === ' ' || this.text[this.#at] === '\t') this.#at++;
    const start = this.#at;
    this.#at = this.#endOfLine();
    const value = this.text.slice(start, this.#at).replace(/\r$/, '');
    return this.#token('raw', value, start, start + value.length);
  }

  #word(): Token {
    const { text } = this;
    const start = this.#at;
    let parts: string[] | undefined;
    let literal = start;
    while (this.#at < text.length) {
      const code = text.charCodeAt(this.#at);
      if (code === Char.Dollar && text.charCodeAt(this.#at + 1) === Char.Open) {
        parts ??= [];
        parts.push(text.slice(literal, this.#at), this.#macro());
        literal = this.#at;
      } else if (IN_WORD[code] === 1 || code === Char.Dollar) this.#at++;
      else break;
    }
    const word = this.#token('word', text.slice(start, this.#at), start, this.#at);
    if (parts === undefined) return word;
    parts.push(text.slice(literal, this.#at));
    return { ...word, parts };
  }

  /** From `$(` to the parenthesis that closes it; gives what is between. */
  #macro(): string {
    const start = this.#at;
    const end = this.#endOfLine();
    let depth = 0;
    for (let at = start + 1; at < end; at++) {
      const code = this.text.charCodeAt(at);
      if (code === Char.Open) depth++;
      else if (code === Char.Close && --depth === 0) {
        this.#at = at + 1;
        return this.text.slice(start + 2, at);
      }
    }
    this.#at = end;
    this.complain('unclosed-macro', "A '$(' has no ')' on its line.", this.#place(start));
    return '';
  }

  #string(quote: number): Token {
    const { text } = this;
    const start = this.#at++;
    let parts: string[] | undefined;
    let literal = '';
    let from = this.#at;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (this.#at >= text.length || code === Char.LineFeed) {
        literal += text.slice(from, this.#at).replace(/\r$/, '');
        this.complain('unclosed-string', 'This text has no quotation mark at its end.', this.#place(start));
        break;
      }
      if (code === quote) {
        literal += text.slice(from, this.#at++);
        break;
      }
      if (code === Char.Backslash) {
        literal += text.slice(from, this.#at);
        from = this.#at + 1;
        // What follows is taken as it stands, but a line never is.
        this.#at += text.charCodeAt(from) === Char.LineFeed || from >= text.length ? 1 : 2;
      } else if (code === Char.Dollar && text.charCodeAt(this.#at + 1) === Char.Open) {
        literal += text.slice(from, this.#at);
        parts ??= [];
        parts.push(literal, this.#macro());
        literal = '';
        from = this.#at;
      } else this.#at++;
    }
    if (parts === undefined) return this.#token('string', literal, start, this.#at);
    parts.push(literal);
    return { ...this.#token('string', text.slice(start + 1, this.#at - 1), start, this.#at), parts };
  }
}
