/** Conditions of the preprocessor, as far as they can be known: `#if` and its like, with three answers. */

export type Truth = 'yes' | 'no' | 'maybe';

/** What a name stands for: its text, null where it is certainly no macro, undefined where nobody can know. */
export type MacroValue = string | null | undefined;
export type MacroLookup = (name: string) => MacroValue;

/** Names for names further than this are a circle. */
const DEPTH_LIMIT = 16;

export function truthOf(value: number | undefined): Truth {
  if (value === undefined) return 'maybe';
  return value === 0 ? 'no' : 'yes';
}

export function isDefined(name: string, lookup: MacroLookup): Truth {
  const value = lookup(name);
  if (value === undefined) return 'maybe';
  return value === null ? 'no' : 'yes';
}

const TOKEN =
  /\s*(?:(0[xX][\da-fA-F]+|\d+)[uUlL]*|([A-Za-z_$][\w$]*)|('(?:[^'\\]|\\.)*')|(<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%<>!~^&|?:(),])|(\S))/y;

/** The value of an expression; undefined where it hangs on what cannot be known. */
export function evaluate(expression: string, lookup: MacroLookup, depth = 0): number | undefined {
  if (depth > DEPTH_LIMIT) return undefined;
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(expression); match !== null; match = TOKEN.exec(expression)) {
    if (match[5] !== undefined || tokens.length > 2000) return undefined;
    tokens.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
  }
  const reader = new Reader(tokens, lookup, depth);
  const value = reader.ternary();
  return reader.isAtEnd ? value : undefined;
}

type Operation = (a: number, b: number) => number | undefined;

const LEVELS: readonly Readonly<Record<string, Operation>>[] = [
  { '|': (a, b) => a | b },
  { '^': (a, b) => a ^ b },
  { '&': (a, b) => a & b },
  { '==': (a, b) => Number(a === b), '!=': (a, b) => Number(a !== b) },
  {
    '<': (a, b) => Number(a < b),
    '>': (a, b) => Number(a > b),
    '<=': (a, b) => Number(a <= b),
    '>=': (a, b) => Number(a >= b),
  },
  { '<<': (a, b) => (b < 31 ? a << b : undefined), '>>': (a, b) => a >> b },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  {
    '*': (a, b) => a * b,
    '/': (a, b) => (b === 0 ? undefined : Math.trunc(a / b)),
    '%': (a, b) => (b === 0 ? undefined : a % b),
  },
];

class Reader {
  #at = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly lookup: MacroLookup,
    private readonly depth: number,
  ) {}

  get isAtEnd(): boolean {
    return this.#at >= this.tokens.length;
  }

  ternary(): number | undefined {
    const condition = this.#or();
    if (!this.#take('?')) return condition;
    const yes = this.ternary();
    this.#take(':');
    const no = this.ternary();
    if (condition === undefined) return yes === no ? yes : undefined;
    return condition === 0 ? no : yes;
  }

  #or(): number | undefined {
    let value = this.#and();
    while (this.#take('||')) {
      const right = this.#and();
      const isTrue = (value !== undefined && value !== 0) || (right !== undefined && right !== 0);
      value = isTrue ? 1 : value === 0 && right === 0 ? 0 : undefined;
    }
    return value;
  }

  #and(): number | undefined {
    let value = this.#binary(0);
    while (this.#take('&&')) {
      const right = this.#binary(0);
      value = value === 0 || right === 0 ? 0 : value === undefined || right === undefined ? undefined : 1;
    }
    return value;
  }

  #binary(level: number): number | undefined {
    const operations = LEVELS[level];
    if (operations === undefined) return this.#unary();
    let value = this.#binary(level + 1);
    for (;;) {
      const operation = Object.hasOwn(operations, this.#peek) ? operations[this.#peek] : undefined;
      if (operation === undefined) return value;
      this.#at++;
      const right = this.#binary(level + 1);
      value = value === undefined || right === undefined ? undefined : operation(value, right);
    }
  }

  #unary(): number | undefined {
    const token = this.#peek;
    this.#at++;
    if (token === '!') {
      const value = this.#unary();
      return value === undefined ? undefined : Number(value === 0);
    }
    if (token === '-' || token === '~' || token === '+') {
      const value = this.#unary();
      return value === undefined ? undefined : token === '-' ? -value : token === '~' ? ~value : value;
    }
    if (token === '(') {
      const value = this.ternary();
      return this.#take(')') ? value : undefined;
    }
    if (/^\d/.test(token)) return /^0\d/.test(token) ? Number.parseInt(token, 8) : Number(token);
    if (token === 'defined') {
      const hasParentheses = this.#take('(');
      const name = this.#peek;
      this.#at++;
      if (hasParentheses) this.#take(')');
      const truth = isDefined(name, this.lookup);
      return truth === 'maybe' ? undefined : Number(truth === 'yes');
    }
    return /^[A-Za-z_$]/.test(token) ? this.#name(token) : undefined;
  }

  #name(name: string): number | undefined {
    if (this.#peek === '(') {
      const args = this.#arguments();
      // Source: Unikraft's and Linux' kconfig.h.
      if (!/^(?:IS_ENABLED|IS_BUILTIN|CONFIG_ENABLED)$/.test(name) || args.length !== 1) return undefined;
      const value = this.lookup(args[0] ?? '');
      return value === undefined ? undefined : Number(value === '1');
    }
    const value = this.lookup(name);
    if (value === undefined) return undefined;
    // What is no macro counts as 0.
    if (value === null) return 0;
    return value.trim() === '' ? undefined : evaluate(value, this.lookup, this.depth + 1);
  }

  #arguments(): string[] {
    const args: string[] = [];
    let open = 0;
    do {
      const token = this.#peek;
      this.#at++;
      if (token === '(') open++;
      else if (token === ')') open--;
      else args.push(token);
    } while (open > 0 && !this.isAtEnd);
    return args;
  }

  get #peek(): string {
    return this.tokens[this.#at] ?? '';
  }

  #take(token: string): boolean {
    if (this.#peek !== token) return false;
    this.#at++;
    return true;
  }
}
