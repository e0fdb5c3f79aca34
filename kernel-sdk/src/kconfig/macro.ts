/**
 * The macro language: variables, functions of the user and those that are built in
 * (Documentation/kbuild/kconfig-macro-language.rst). A shell never runs here: whoever asks for the tree may
 * know a command's answer, and otherwise it is empty, with a note.
 */

import type { KconfigCode } from './codes';

/** What a command would print, its line feeds turned into spaces; undefined when that is not known. */
export type ShellAnswers = (command: string) => string | undefined;

/** Variables of the environment. */
export type Environment = (name: string) => string | undefined;

export interface MacroContext {
  readonly environment: Environment;
  readonly shell: ShellAnswers;
  /** Where the text stands that is expanded. */
  file(): string;
  /** One-based. */
  line(): number;
  report(code: KconfigCode, severity: 'error' | 'warning' | 'information', message: string): void;
}

interface Variable {
  value: string;
  readonly simple: boolean;
  /** How many expansions of it are under way. */
  active: number;
}

/** Arguments of a call, the name included, at most: the reference's own limit. */
const ARGUMENT_LIMIT = 16;
const RECURSION_LIMIT = 200;
/** Expansions within one text, and its length: what grows beyond is a trap. */
const WORK_LIMIT = 100_000;
const LENGTH_LIMIT = 1_000_000;

export class Macros {
  readonly #variables = new Map<string, Variable>();
  #work = 0;
  #depth = 0;

  constructor(private readonly context: MacroContext) {}

  assign(name: string, operator: string, value: string): void {
    const there = this.#variables.get(name);
    const append = operator === '+=' && there !== undefined;
    const simple = append ? there.simple : operator === ':=';
    const text = simple ? this.expand(value) : value;
    this.#variables.set(name, { value: append ? `${there.value} ${text}` : text, simple, active: 0 });
  }

  /** The text with all of its `$(…)` replaced. */
  expand(text: string): string {
    this.#work = 0;
    return this.#expand(text, []);
  }

  /** A token's text: literals and macros take turns. */
  join(parts: readonly string[]): string {
    this.#work = 0;
    return parts.map((part, index) => (index % 2 === 0 ? part : this.#evaluate(part, []))).join('');
  }

  #expand(text: string, args: readonly string[]): string {
    let at = text.indexOf('$(');
    if (at < 0) return text;
    let result = '';
    let from = 0;
    while (at >= 0) {
      const end = closing(text, at + 1);
      if (end === undefined) {
        this.context.report('unclosed-macro', 'error', `'${text.slice(at)}' has no ')'.`);
        break;
      }
      result += text.slice(from, at) + this.#evaluate(text.slice(at + 2, end), args);
      if (result.length > LENGTH_LIMIT) return this.#tooMuch();
      from = end + 1;
      at = text.indexOf('$(', from);
    }
    return result + text.slice(from);
  }

  /** `clause` is what stands between `$(` and `)`. */
  #evaluate(clause: string, args: readonly string[]): string {
    if (++this.#work > WORK_LIMIT) return this.#work === WORK_LIMIT + 1 ? this.#tooMuch() : '';
    if (/^[1-9]\d*$/.test(clause) && Number(clause) <= args.length) return args[Number(clause) - 1] ?? '';
    if (this.#depth >= RECURSION_LIMIT) return this.#tooMuch();
    this.#depth++;
    try {
      const [head = '', ...rest] = splitArguments(clause);
      const name = this.#expand(head, args);
      if (rest.length >= ARGUMENT_LIMIT) {
        return this.#error(`'${name}' has more than ${ARGUMENT_LIMIT - 1} arguments.`);
      }
      const values = rest.map((argument) => this.#expand(argument, args));
      return this.#call(name, values);
    } finally {
      this.#depth--;
    }
  }

  #call(name: string, args: readonly string[]): string {
    const variable = this.#variables.get(name);
    if (variable !== undefined) {
      if (args.length === 0 && variable.active > 0) {
        return this.#error(`'${name}' is made of itself.`);
      }
      if (variable.simple) return variable.value;
      variable.active++;
      try {
        return this.#expand(variable.value, args);
      } finally {
        variable.active--;
      }
    }
    const builtIn = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
    if (builtIn !== undefined) {
      if (args.length !== builtIn.args) {
        return this.#error(`'${name}' takes ${builtIn.args} arguments, not ${args.length}.`);
      }
      return builtIn.answer(this.context, args[0] ?? '', args[1] ?? '');
    }
    return (args.length === 0 && name !== '' ? this.context.environment(name) : undefined) ?? '';
  }

  #error(message: string): '' {
    this.context.report('macro', 'error', message);
    return '';
  }

  #tooMuch(): '' {
    this.#work = WORK_LIMIT + 1;
    return this.#error('This macro grows without end.');
  }
}

interface BuiltIn {
  readonly args: number;
  answer(context: MacroContext, first: string, second: string): string;
}

const BUILT_IN: Readonly<Record<string, BuiltIn>> = {
  filename: { args: 0, answer: (context) => context.file() },
  lineno: { args: 0, answer: (context) => String(context.line()) },
  info: {
    args: 1,
    answer: (context, message) => {
      context.report('macro-info', 'information', message);
      return '';
    },
  },
  'warning-if': {
    args: 2,
    answer: (context, condition, message) => {
      if (condition === 'y') context.report('macro-warning', 'warning', message);
      return '';
    },
  },
  'error-if': {
    args: 2,
    answer: (context, condition, message) => {
      if (condition === 'y') context.report('macro-error', 'error', message);
      return '';
    },
  },
  shell: {
    args: 1,
    answer: (context, command) => {
      const answer = context.shell(command);
      if (answer !== undefined) return answer;
      context.report(
        'shell-not-run',
        'information',
        `'${command}' is not run, and stands for nothing here: commands of a tree are run by its build alone.`,
      );
      return '';
    },
  },
};

/** The names of the functions that the language has. */
export const MACRO_FUNCTIONS: readonly string[] = Object.keys(BUILT_IN);

/** The parenthesis that closes the one at `open`. */
function closing(text: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at;
  }
  return undefined;
}

/** At commas outside parentheses. */
function splitArguments(clause: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < clause.length; at++) {
    const character = clause[at];
    if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === ',' && depth === 0) {
      parts.push(clause.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(clause.slice(from));
  return parts;
}
