/** `Config.uk` text to options. What is outside the subset that is understood is a problem, not a guess. */
import type { LocatedProblem, Problem, Range } from '../problem';
import { parseExpression, splitCondition, unquote } from './expression';
import type { Choice, Conditional, Expression, KconfigModel, Option } from './model';

/** The text of a `source`d file and its absolute path; undefined when there is none. */
export type SourceReader = (path: string) => { readonly file: string; readonly text: string } | undefined;

export interface ParsedKconfig extends KconfigModel {
  readonly problems: readonly LocatedProblem[];
}

/** Include chains deeper than this are a cycle. */
const SOURCE_DEPTH_LIMIT = 64;

/** Reads a tree of files from its root. Never throws; reads files through `read` alone. */
export function parseKconfig(file: string, text: string, read: SourceReader): ParsedKconfig {
  const parser = new Parser(read);
  parser.file(file, text, 0);
  return { options: parser.options, choices: parser.choices, problems: parser.problems };
}

interface Block {
  readonly kind: 'menu' | 'if' | 'choice' | 'menuconfig';
  readonly condition?: Expression;
}

class Parser {
  readonly options = new Map<string, Option>();
  readonly choices: Choice[] = [];
  readonly problems: LocatedProblem[] = [];
  readonly #blocks: Block[] = [];
  #option: Option | undefined;
  #choice: Choice | undefined;
  /** What `depends on`, `prompt`, … belong to. */
  #owner: 'option' | 'choice' | 'menu' | 'none' = 'none';
  #file = '';
  #line = 0;
  #text = '';

  constructor(private readonly read: SourceReader) {}

  file(file: string, text: string, depth: number): void {
    const saved = { file: this.#file, line: this.#line, text: this.#text };
    const open = this.#blocks.length;
    this.#file = file;
    const lines = joinLines(text);
    for (let i = 0; i < lines.length; i++) {
      const { text: raw, line } = lines[i] ?? { text: '', line: 0 };
      this.#line = line;
      this.#text = raw;
      const [keyword = '', rest = ''] = words(raw);
      if (keyword === '') continue;
      if (keyword === 'help') i = this.#help(lines, i);
      else if (keyword === 'source') this.#source(rest, depth);
      else this.#statement(keyword, rest);
    }
    if (this.#blocks.length !== open) {
      this.#report(
        'unclosed-block',
        `A '${this.#blocks.at(-1)?.kind}' that begins in this file does not end in it.`,
      );
      this.#blocks.length = Math.min(this.#blocks.length, open);
    }
    this.#owner = 'none';
    this.#file = saved.file;
    this.#line = saved.line;
    this.#text = saved.text;
  }

  #statement(keyword: string, rest: string): void {
    switch (keyword) {
      case 'mainmenu':
      case 'comment':
        this.#owner = 'none';
        return;
      case 'config':
      case 'menuconfig':
        return this.#config(rest);
      case 'menu':
        this.#blocks.push({ kind: 'menu' });
        this.#owner = 'menu';
        return;
      case 'if': {
        const condition = this.#expression(rest);
        this.#blocks.push({ kind: 'if', ...(condition === undefined ? {} : { condition }) });
        this.#owner = 'none';
        return;
      }
      case 'choice':
        this.#choice = {
          range: this.#range(),
          ...(rest === '' ? {} : { name: rest }),
          defaults: [],
          dependsOn: this.#surrounding(),
          members: [],
        };
        this.choices.push(this.#choice);
        this.#blocks.push({ kind: 'choice' });
        this.#owner = 'choice';
        return;
      case 'endmenu':
      case 'endif':
      case 'endchoice':
        return this.#end(keyword.slice(3));
      default:
        return this.#property(keyword, rest);
    }
  }

  #config(name: string): void {
    if (!/^\w+$/.test(name)) return this.#report('invalid-option', `'${name}' is not a name for an option.`);
    const option: Option = this.options.get(name) ?? {
      name,
      range: this.#range(),
      defaults: [],
      selects: [],
      implies: [],
      ranges: [],
      dependsOn: [],
    };
    this.options.set(name, option);
    option.dependsOn.push(...this.#surrounding());
    if (this.#choice !== undefined) {
      option.choice = this.#choice;
      this.#choice.members.push(option);
    }
    this.#option = option;
    this.#owner = 'option';
  }

  #property(keyword: string, rest: string): void {
    if (this.#owner === 'menu') {
      if (keyword === 'depends') {
        const condition = this.#expression(rest.replace(/^on\s+/, ''));
        const block = this.#blocks.pop();
        if (block !== undefined)
          this.#blocks.push({ ...block, ...(condition === undefined ? {} : { condition }) });
        return;
      }
    } else if (this.#owner === 'choice' && this.#choice !== undefined) {
      if (this.#choiceProperty(this.#choice, keyword, rest)) return;
    } else if (this.#owner === 'option' && this.#option !== undefined) {
      if (this.#optionProperty(this.#option, keyword, rest)) return;
    }
    this.#report('unknown-keyword', `'${keyword}' is not understood here; the line is ignored.`);
  }

  #choiceProperty(choice: Choice, keyword: string, rest: string): boolean {
    const { value, condition } = this.#conditional(rest);
    if (keyword === 'prompt' || keyword === 'bool') choice.prompt = unquote(value);
    else if (keyword === 'default') choice.defaults.push({ value, ...condition });
    else if (keyword === 'depends') this.#depends(choice.dependsOn, rest);
    else return keyword === 'optional';
    return true;
  }

  #optionProperty(option: Option, keyword: string, rest: string): boolean {
    const { value, condition } = this.#conditional(rest);
    switch (keyword) {
      case 'bool':
      case 'string':
      case 'int':
      case 'hex':
        option.type = keyword;
        if (value !== '') option.prompt = { value: unquote(value), ...condition };
        return true;
      case 'prompt':
        option.prompt = { value: unquote(value), ...condition };
        return true;
      case 'def_bool':
      case 'default': {
        if (keyword === 'def_bool') option.type = 'bool';
        const expression = this.#expression(value);
        if (expression !== undefined) option.defaults.push({ value: expression, ...condition });
        return true;
      }
      case 'select':
        option.selects.push({ value, ...condition });
        return true;
      case 'imply':
        option.implies.push({ value, ...condition });
        return true;
      case 'range': {
        const [low = '', high = ''] = value.split(/\s+/);
        const bounds = { low: this.#expression(low), high: this.#expression(high) };
        if (bounds.low !== undefined && bounds.high !== undefined) {
          const place = { file: this.#file, range: this.#range() };
          option.ranges.push({ value: { low: bounds.low, high: bounds.high, place }, ...condition });
        }
        return true;
      }
      case 'depends':
        this.#depends(option.dependsOn, rest);
        return true;
      default:
        return false;
    }
  }

  #depends(conditions: Expression[], rest: string): void {
    const condition = this.#expression(rest.replace(/^on\s+/, ''));
    if (condition !== undefined) conditions.push(condition);
  }

  #source(rest: string, depth: number): void {
    this.#owner = 'none';
    const path = unquote(rest);
    if (path.includes('$')) {
      this.#report('unsupported-source', `'${path}' needs a shell or a variable; it is not read.`, 'warning');
      return;
    }
    if (depth >= SOURCE_DEPTH_LIMIT) return this.#report('source-cycle', `'${path}' sources itself.`);
    const found = this.read(path);
    if (found === undefined) return this.#report('missing-source', `There is no file '${path}'.`);
    this.file(found.file, found.text, depth + 1);
  }

  /** Help text is what is indented deeper than its first line's margin; gives the last line's index. */
  #help(lines: readonly Line[], at: number): number {
    const own = indentation(lines[at]?.text ?? '');
    const help: string[] = [];
    let last = at;
    for (let i = at + 1; i < lines.length; i++) {
      const { text } = lines[i] ?? { text: '' };
      if (text.trim() !== '' && indentation(text) <= own) break;
      help.push(text.trim());
      last = i;
    }
    if (this.#owner === 'option' && this.#option !== undefined) this.#option.help = help.join('\n').trim();
    return last;
  }

  #end(kind: string): void {
    const block = this.#blocks.pop();
    if (block?.kind !== kind) this.#report('unbalanced-block', `'end${kind}' has no '${kind}' before it.`);
    if (kind === 'choice') this.#choice = undefined;
    this.#owner = 'none';
  }

  #surrounding(): Expression[] {
    return this.#blocks.flatMap(({ condition }) => condition ?? []);
  }

  #conditional(rest: string): { value: string; condition: Pick<Conditional<never>, 'condition'> } {
    const { value, condition } = splitCondition(rest);
    const expression = condition === undefined ? undefined : this.#expression(condition);
    return { value, condition: expression === undefined ? {} : { condition: expression } };
  }

  #expression(text: string): Expression | undefined {
    const expression = parseExpression(text);
    if (expression === undefined) this.#report('invalid-expression', `'${text}' is not an expression.`);
    return expression;
  }

  #report(code: string, message: string, severity: Problem['severity'] = 'error'): void {
    this.problems.push({ code, severity, message, range: this.#range(), file: this.#file });
  }

  #range(): Range {
    const from = indentation(this.#text, 1);
    const line = this.#line;
    return { start: { line, character: from }, end: { line, character: this.#text.trimEnd().length } };
  }
}

interface Line {
  readonly text: string;
  /** Zero-based, of its first physical line. */
  readonly line: number;
}

/** Logical lines: a backslash at the end continues one. */
function joinLines(text: string): Line[] {
  const lines: Line[] = [];
  let open: { text: string; line: number } | undefined;
  for (const [line, physical] of text.split(/\r?\n/).entries()) {
    const current: { text: string; line: number } =
      open === undefined ? { text: physical, line } : { text: open.text + physical, line: open.line };
    if (current.text.endsWith('\\')) {
      open = { ...current, text: `${current.text.slice(0, -1)} ` };
    } else {
      lines.push(current);
      open = undefined;
    }
  }
  return open === undefined ? lines : [...lines, open];
}

/** A keyword and what follows it, without its comment. */
function words(line: string): [string, string] {
  const bare = line.replace(/^((?:[^"'#]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*)#.*$/, '$1').trim();
  const match = /^(\S+)\s*(.*)$/.exec(bare);
  return match === null ? ['', ''] : [match[1] ?? '', match[2] ?? ''];
}

/** Columns of leading white space, tabs to multiples of `tab`. */
function indentation(line: string, tab = 8): number {
  let column = 0;
  for (const character of line) {
    if (character === '\t') column += tab - (column % tab);
    else if (character === ' ') column++;
    else break;
  }
  return column;
}
