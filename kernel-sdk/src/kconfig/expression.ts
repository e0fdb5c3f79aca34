/** Expressions of the configuration language: text to tree, tree to value. */
import type { Conditional, Expression } from './model';

const TOKEN = /\s*(&&|\|\||!=|<=|>=|[()!=<>]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w.\-/$]+)/y;

/** The tree of a text; undefined when it is no expression. */
export function parseExpression(text: string): Expression | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const body = text.trimEnd();
  while (TOKEN.lastIndex < body.length) {
    const match = TOKEN.exec(body);
    if (match === null) return undefined;
    tokens.push(match[1] ?? '');
  }
  const parser = new Parser(tokens);
  const expression = parser.or();
  return parser.atEnd ? expression : undefined;
}

/** `VALUE if CONDITION`, split at the `if` that stands outside quotes. */
export function splitCondition(text: string): { readonly value: string; readonly condition?: string } {
  const match = /^((?:[^"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*?)\s+if\s+(.+)$/.exec(text);
  return match === null
    ? { value: text.trim() }
    : { value: (match[1] ?? '').trim(), condition: (match[2] ?? '').trim() };
}

/** The value without its quotes, where it has any. */
export function unquote(text: string): string {
  const match = /^(["'])(.*)\1$/s.exec(text);
  return match === null ? text : (match[2] ?? '').replace(/\\(.)/g, '$1');
}

export function allOf(conditions: readonly Expression[]): Expression | undefined {
  return conditions.reduce<Expression | undefined>(
    (left, right) => (left === undefined ? right : { kind: 'and', left, right }),
    undefined,
  );
}

export type Lookup = (symbol: string) => string;

/** Whether an expression is `y`. */
export function holds(expression: Expression | undefined, lookup: Lookup): boolean {
  if (expression === undefined) return true;
  switch (expression.kind) {
    case 'symbol':
    case 'constant':
      return textOf(expression, lookup) === 'y';
    case 'not':
      return !holds(expression.operand, lookup);
    case 'and':
      return holds(expression.left, lookup) && holds(expression.right, lookup);
    case 'or':
      return holds(expression.left, lookup) || holds(expression.right, lookup);
    case 'compare':
      return compare(textOf(expression.left, lookup), expression.operator, textOf(expression.right, lookup));
  }
}

/** The text that a symbol or a constant stands for; `y` or `n` of anything else. */
export function textOf(expression: Expression, lookup: Lookup): string {
  if (expression.kind === 'constant') return expression.value;
  if (expression.kind === 'symbol') return lookup(expression.name);
  return holds(expression, lookup) ? 'y' : 'n';
}

/** The first value whose condition holds. */
export function firstHolding<T>(candidates: readonly Conditional<T>[], lookup: Lookup): T | undefined {
  return candidates.find(({ condition }) => holds(condition, lookup))?.value;
}

function compare(left: string, operator: string, right: string): boolean {
  // Numbers compare by value, whichever base they are written in; everything else by its letters.
  const [a, b] = [Number(left), Number(right)];
  const numeric = left !== '' && right !== '' && !Number.isNaN(a) && !Number.isNaN(b);
  const order = numeric ? a - b : left < right ? -1 : left > right ? 1 : 0;
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

type CompareOperator = Extract<Expression, { kind: 'compare' }>['operator'];

/** Precedence from the lowest: ||, &&, !, comparison (Documentation/kbuild/kconfig-language.rst). */
class Parser {
  #at = 0;

  constructor(private readonly tokens: readonly string[]) {}

  get atEnd(): boolean {
    return this.#at === this.tokens.length;
  }

  or(): Expression | undefined {
    return this.#chain('||', 'or', () => this.#and());
  }

  #and(): Expression | undefined {
    return this.#chain('&&', 'and', () => this.#not());
  }

  #chain(token: string, kind: 'and' | 'or', operand: () => Expression | undefined): Expression | undefined {
    let left = operand();
    while (left !== undefined && this.#take(token)) {
      const right = operand();
      left = right === undefined ? undefined : { kind, left, right };
    }
    return left;
  }

  #not(): Expression | undefined {
    if (this.#take('!')) {
      const operand = this.#not();
      return operand === undefined ? undefined : { kind: 'not', operand };
    }
    if (this.#take('(')) {
      const inner = this.or();
      return this.#take(')') ? inner : undefined;
    }
    const left = this.#atom();
    const operator = this.tokens[this.#at];
    if (left === undefined || operator === undefined || !/^(!?=|[<>]=?)$/.test(operator)) return left;
    this.#at++;
    const right = this.#atom();
    return right === undefined
      ? undefined
      : { kind: 'compare', operator: operator as CompareOperator, left, right };
  }

  #atom(): Expression | undefined {
    const token = this.tokens[this.#at];
    if (token === undefined || /^([()!=<>]+|&&|\|\|)$/.test(token)) return undefined;
    this.#at++;
    if (/^["']/.test(token)) return { kind: 'constant', value: unquote(token) };
    if (/^([ynm]|-?\d+|0[xX][0-9a-fA-F]+)$/.test(token)) return { kind: 'constant', value: token };
    return { kind: 'symbol', name: token };
  }

  #take(token: string): boolean {
    if (this.tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }
}
