/**
 * One file's text as a list of statements. Nothing is looked up and no macro is expanded, so that a file that
 * has not changed needs no second reading. A line that makes no sense is one problem, and reading goes on.
 */
import type { Problem, Range } from '../problem';
import { finish, type Steps } from '../steps';
import type { KconfigCode } from './codes';
import { type Complain, type Place, rangeOf, Scanner, type Token } from './tokens';

export type OptionType = 'bool' | 'tristate' | 'string' | 'int' | 'hex';

const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** An expression as it is written; a token is a symbol's name, or a constant where it is quoted. */
export type ExpressionSyntax =
  | { readonly kind: 'symbol'; readonly token: Token }
  | { readonly kind: 'not'; readonly operand: ExpressionSyntax }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly ExpressionSyntax[] }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: Token;
      readonly right: Token;
    };

export type BlockKind = 'menu' | 'if' | 'choice';

type Form =
  | { readonly kind: 'config' | 'menuconfig'; readonly name: Token }
  | { readonly kind: 'choice'; readonly name: Token | undefined }
  | { readonly kind: 'menu'; readonly title: Token | undefined }
  | { readonly kind: 'comment' | 'mainmenu'; readonly title: Token }
  /** Without a condition where that makes no sense; its block is there all the same. */
  | { readonly kind: 'if'; readonly condition: ExpressionSyntax | undefined }
  /** An entry whose own line makes no sense; the lines that belong to it are passed over. */
  | { readonly kind: 'broken' }
  | { readonly kind: 'end'; readonly block: BlockKind }
  | { readonly kind: 'source'; readonly path: Token; readonly optional: boolean; readonly relative: boolean }
  | {
      readonly kind: 'type';
      readonly type: OptionType;
      readonly prompt: Token | undefined;
      readonly condition: ExpressionSyntax | undefined;
    }
  | { readonly kind: 'prompt'; readonly prompt: Token; readonly condition: ExpressionSyntax | undefined }
  | {
      readonly kind: 'default';
      readonly type: OptionType | undefined;
      readonly value: ExpressionSyntax;
      readonly condition: ExpressionSyntax | undefined;
    }
  | {
      readonly kind: 'select' | 'imply';
      readonly target: Token;
      readonly condition: ExpressionSyntax | undefined;
    }
  | {
      readonly kind: 'range';
      readonly low: Token;
      readonly high: Token;
      readonly condition: ExpressionSyntax | undefined;
    }
  | { readonly kind: 'depends'; readonly condition: ExpressionSyntax }
  | { readonly kind: 'visible'; readonly condition: ExpressionSyntax | undefined }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'option'; readonly name: Token; readonly value: Token | undefined }
  | { readonly kind: 'modules' | 'optional' | 'transitional' }
  | { readonly kind: 'assign'; readonly name: Token; readonly operator: string; readonly value: Token }
  | { readonly kind: 'macros'; readonly tokens: readonly Token[] };

export type StatementSyntax = Form & { readonly range: Range };
export type SourceStatement = Extract<StatementSyntax, { kind: 'source' }>;

export interface FileSyntax {
  readonly text: string;
  readonly statements: readonly StatementSyntax[];
  readonly problems: readonly Problem[];
}

/** Parentheses and negations deeper than this are a mistake, not a condition. */
const DEPTH_LIMIT = 200;

type Rule = (reader: Reader) => StatementSyntax | undefined;

const type =
  (name: OptionType): Rule =>
  (reader) => {
    if (reader.atEnd)
      return { kind: 'type', type: name, prompt: undefined, condition: undefined, range: reader.range };
    const prompt = reader.text();
    return (
      prompt && { kind: 'type', type: name, prompt, condition: reader.ifExpression(), range: reader.range }
    );
  };
const byDefault =
  (name?: OptionType): Rule =>
  (reader) => {
    const value = reader.expression();
    return (
      value && {
        kind: 'default',
        type: name,
        value,
        condition: reader.ifExpression(),
        range: reader.range,
      }
    );
  };
const named =
  (kind: 'config' | 'menuconfig'): Rule =>
  (reader) => {
    const name = reader.name();
    return name && { kind, name, range: reader.range };
  };
const titled =
  (kind: 'menu' | 'comment' | 'mainmenu'): Rule =>
  (reader) => {
    const title = reader.text();
    return title && { kind, title, range: reader.range };
  };
const end =
  (block: BlockKind): Rule =>
  ({ range }) => ({ kind: 'end', block, range });
const source =
  (optional: boolean, relative: boolean): Rule =>
  (reader) => {
    const path = reader.path();
    return path && { kind: 'source', path, optional, relative, range: reader.range };
  };
const reverse =
  (kind: 'select' | 'imply'): Rule =>
  (reader) => {
    const target = reader.name();
    return target && { kind, target, condition: reader.ifExpression(), range: reader.range };
  };

/** The statements by their keyword. `help` is read by the caller, which knows the text behind it. */
const RULES: Readonly<Record<string, Rule>> = {
  bool: type('bool'),
  boolean: type('bool'),
  tristate: type('tristate'),
  string: type('string'),
  int: type('int'),
  hex: type('hex'),
  def_bool: byDefault('bool'),
  def_tristate: byDefault('tristate'),
  def_string: byDefault('string'),
  def_int: byDefault('int'),
  def_hex: byDefault('hex'),
  default: byDefault(),
  config: named('config'),
  menuconfig: named('menuconfig'),
  choice: (reader) => {
    if (reader.atEnd) return { kind: 'choice', name: undefined, range: reader.range };
    const name = reader.name();
    return name && { kind: 'choice', name, range: reader.range };
  },
  menu: titled('menu'),
  comment: titled('comment'),
  mainmenu: titled('mainmenu'),
  if: (reader) => {
    const condition = reader.expression();
    return condition && { kind: 'if', condition, range: reader.range };
  },
  endif: end('if'),
  endmenu: end('menu'),
  endchoice: end('choice'),
  source: source(false, false),
  osource: source(true, false),
  rsource: source(false, true),
  orsource: source(true, true),
  prompt: (reader) => {
    const prompt = reader.text();
    return prompt && { kind: 'prompt', prompt, condition: reader.ifExpression(), range: reader.range };
  },
  select: reverse('select'),
  imply: reverse('imply'),
  range: (reader) => {
    const low = reader.value();
    const high = low && reader.value();
    return low && high && { kind: 'range', low, high, condition: reader.ifExpression(), range: reader.range };
  },
  depends: (reader) => {
    if (!reader.take('on')) return reader.expect("'on'");
    const condition = reader.expression();
    return condition && { kind: 'depends', condition, range: reader.range };
  },
  visible: (reader) => ({ kind: 'visible', condition: reader.ifExpression(), range: reader.range }),
  option: (reader) => {
    const name = reader.name('modules');
    if (name === undefined) return undefined;
    if (!reader.take('=')) return { kind: 'option', name, value: undefined, range: reader.range };
    const value = reader.text();
    return value && { kind: 'option', name, value, range: reader.range };
  },
  modules: ({ range }) => ({ kind: 'modules', range }),
  optional: ({ range }) => ({ kind: 'optional', range }),
  transitional: ({ range }) => ({ kind: 'transitional', range }),
};

const HELP: ReadonlySet<string> = new Set(['help', '---help---']);

/** Every keyword with which a statement can begin. */
export const KEYWORDS: readonly string[] = [...Object.keys(RULES), 'help'];

/** What the reference takes as a keyword wherever it stands, so that no symbol can have its name. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['bool', 'choice', 'comment', 'config', 'def_bool', 'def_tristate', 'default', 'depends', 'endchoice'],
  ...['endif', 'endmenu', 'help', 'hex', 'if', 'imply', 'int', 'mainmenu', 'menu', 'menuconfig', 'on'],
  ...['optional', 'prompt', 'range', 'select', 'source', 'string', 'tristate', 'visible'],
]);

/** All of Linux's files together have ten million UTF-16 code units: a longer text than this is no options. */
const TEXT_LIMIT = 2_000_000;

/** Reads a file. Never throws. */
export function parseSyntax(text: string): FileSyntax {
  return finish(syntaxSteps(text));
}

/** Statements that are read in one step. */
const STEP = 1000;

/** The same in steps, for texts that are long. */
export function* syntaxSteps(text: string): Steps<FileSyntax> {
  const problems: Problem[] = [];
  if (text.length > TEXT_LIMIT) {
    const start = { line: 0, character: 0 };
    const message = `This file has ${text.length} characters; one of more than ${TEXT_LIMIT} is not read.`;
    problems.push({ code: 'too-large', severity: 'error', message, range: { start, end: start } });
    return { text, statements: [], problems };
  }
  const statements: StatementSyntax[] = [];
  const lineSaid = new Set<number>();
  const complain = (code: KconfigCode, message: string, place: Place, hint = false) => {
    // One problem for a line: what follows a mistake is rarely another one.
    if (lineSaid.has(place.line)) return;
    lineSaid.add(place.line);
    const severity = hint ? 'hint' : code === 'stray-character' ? 'warning' : 'error';
    problems.push({ code, severity, message, range: rangeOf(place) });
  };
  const isKeyword = (word: string) => RESERVED.has(word);
  const scanner = new Scanner(text, isKeyword, complain);
  for (let line = scanner.next(); line !== undefined; line = scanner.next()) {
    const [first] = line.tokens;
    const last = line.tokens.at(-1);
    if (first === undefined || last === undefined) continue;
    const range = {
      start: { line: first.line, character: first.start },
      end: { line: last.line, character: last.end },
    };
    if (first.kind === 'word' && HELP.has(first.text) && line.tokens.length === 1) {
      if (first.text !== 'help')
        complain('old-help', "Write 'help': '---help---' is an old form.", first, true);
      const help = readHelp(text, line.next, line.nextLine);
      statements.push({ kind: 'help', text: help.text, range });
      scanner.seek(help.next, help.nextLine);
      continue;
    }
    const statement = readStatement(line.tokens, range, complain);
    if (statement !== undefined) statements.push(statement);
    if (statements.length % STEP === 0) yield;
  }
  return { text, statements, problems };
}

function readStatement(
  tokens: readonly Token[],
  range: Range,
  complain: Complain,
): StatementSyntax | undefined {
  const [first, operator, value] = tokens;
  if (first === undefined) return undefined;
  if (value?.kind === 'raw' && operator !== undefined) {
    return { kind: 'assign', name: first, operator: operator.text, value, range };
  }
  if (first.kind === 'word' && first.parts !== undefined) return { kind: 'macros', tokens, range };
  const rule = first.kind === 'word' && Object.hasOwn(RULES, first.text) ? RULES[first.text] : undefined;
  if (rule === undefined) {
    complain('unknown-keyword', `'${first.text}' is not understood here; the line is ignored.`, first);
    return undefined;
  }
  const reader = new Reader(tokens, range, complain);
  const statement = rule(reader);
  // What stands before a surplus is clear enough to go on with.
  if (!reader.atEnd) reader.expect("the line's end");
  if (statement !== undefined) return statement;
  const remains = REMAINS[first.text];
  return remains && { ...remains, range };
}

/** What is left of an entry whose own line is wrong: its end, or its properties, come all the same. */
const REMAINS: Readonly<Record<string, Form | undefined>> = {
  menu: { kind: 'menu', title: undefined },
  if: { kind: 'if', condition: undefined },
  choice: { kind: 'choice', name: undefined },
  config: { kind: 'broken' },
  menuconfig: { kind: 'broken' },
  comment: { kind: 'broken' },
};

/** A statement's tokens behind its keyword. */
class Reader {
  failed = false;
  #at = 1;
  #depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    readonly range: Range,
    private readonly complain: Complain,
  ) {}

  get atEnd(): boolean {
    return this.#at >= this.tokens.length;
  }

  take(text: string): boolean {
    const token = this.tokens[this.#at];
    if (token === undefined || token.kind === 'string' || token.text !== text) return false;
    this.#at++;
    return true;
  }

  /** Says what is missing at the current place. */
  expect(what: string, code: KconfigCode = 'syntax'): undefined {
    if (this.failed) return undefined;
    this.failed = true;
    const token = this.tokens[this.#at];
    const before = this.tokens[this.#at - 1];
    if (token !== undefined) this.complain(code, `Here ${what} is expected, not '${token.text}'.`, token);
    else if (before !== undefined) {
      const { line, end: column } = before;
      this.complain(code, `Here ${what} is missing.`, { line, start: before.start, end: column });
    }
    return undefined;
  }

  /** A symbol's name; `also` is a reserved word that is allowed. */
  name(also?: string): Token | undefined {
    const token = this.tokens[this.#at];
    if (token?.kind !== 'word' || (RESERVED.has(token.text) && token.text !== also)) {
      return this.expect("an option's name");
    }
    this.#at++;
    return token;
  }

  text(): Token | undefined {
    const token = this.tokens[this.#at];
    if (token?.kind === 'word' && !RESERVED.has(token.text) && this.#isLast()) {
      // Releases up to Unikraft's take it.
      const message = `Here a text in quotation marks is expected, not '${token.text}'; newer releases take nothing else.`;
      this.complain('syntax', message, token, true);
    } else if (token?.kind !== 'string') return this.expect('a text in quotation marks');
    this.#at++;
    return token;
  }

  /** Whether at most a condition follows. */
  #isLast(): boolean {
    const next = this.tokens[this.#at + 1];
    return next === undefined || (next.kind === 'word' && next.text === 'if');
  }

  path(): Token | undefined {
    const token = this.tokens[this.#at];
    if (token === undefined || token.kind === 'operator') return this.expect('a path in quotation marks');
    this.#at++;
    return token;
  }

  value(): Token | undefined {
    const token = this.tokens[this.#at];
    if (token?.kind === 'string') {
      this.#at++;
      return token;
    }
    if (token?.kind !== 'word' || RESERVED.has(token.text)) {
      return this.expect('a symbol or a value', 'invalid-expression');
    }
    this.#at++;
    return token;
  }

  /** What follows an `if`, where there is one. */
  ifExpression(): ExpressionSyntax | undefined {
    return this.take('if') ? this.expression() : undefined;
  }

  expression(): ExpressionSyntax | undefined {
    return this.#chain('||', 'or', () => this.#chain('&&', 'and', () => this.#operand()));
  }

  #chain(
    operator: string,
    kind: 'and' | 'or',
    operand: () => ExpressionSyntax | undefined,
  ): ExpressionSyntax | undefined {
    const first = operand();
    if (first === undefined || this.tokens[this.#at]?.text !== operator) return first;
    const operands = [first];
    while (this.take(operator)) {
      const next = operand();
      if (next === undefined) return undefined;
      operands.push(next);
    }
    // A list that has grown has room for many more.
    return { kind, operands: operands.slice() };
  }

  #operand(): ExpressionSyntax | undefined {
    if (this.#depth >= DEPTH_LIMIT) return this.expect('a simpler condition', 'invalid-expression');
    this.#depth++;
    try {
      if (this.take('!')) {
        const operand = this.#operand();
        return operand && { kind: 'not', operand };
      }
      if (this.take('(')) {
        const inner = this.expression();
        if (inner === undefined) return undefined;
        return this.take(')') ? inner : this.expect("')'", 'invalid-expression');
      }
    } finally {
      this.#depth--;
    }
    const left = this.value();
    const operator = COMPARISONS.find((text) => this.take(text));
    if (left === undefined || operator === undefined) return left && { kind: 'symbol', token: left };
    const right = this.value();
    return right && { kind: 'compare', operator, left, right };
  }
}

/**
 * A help text: what is indented as deep as its first line, to the first line that is not. A first line without
 * any indentation counts all the same, and then only an unindented line behind ends it, as in the reference.
 */
function readHelp(
  text: string,
  from: number,
  line: number,
): { text: string; next: number; nextLine: number } {
  const lines: string[] = [];
  let at = from;
  let first: number | undefined;
  while (at < text.length) {
    const feed = text.indexOf('\n', at);
    const stop = feed < 0 ? text.length : feed;
    const raw = text.slice(at, stop);
    const body = raw.trim();
    if (body === '') lines.push('');
    else {
      const indent = indentation(raw);
      const begins = first === undefined && lines.length === 0;
      if (indent === 0 ? !begins : first !== undefined && indent < first) break;
      if (first === undefined || first === 0) first = indent;
      lines.push(' '.repeat(Math.max(0, indent - first)) + body);
    }
    at = stop + 1;
    line++;
  }
  return { text: lines.join('\n').trimEnd(), next: Math.min(at, text.length), nextLine: line };
}

/** Columns of leading white space, tabs to multiples of 8. */
function indentation(line: string): number {
  let column = 0;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 9) column += 8 - (column % 8);
    else if (code === 32) column++;
    else break;
  }
  return column;
}
