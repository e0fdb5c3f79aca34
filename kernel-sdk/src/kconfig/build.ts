/** From files to a {@link KconfigModel}: follows `source`, expands macros, opens and closes blocks. */
import type { LocatedProblem, Problem, Range } from '../problem';
import { finish, type Steps } from '../steps';
import type { KconfigCode } from './codes';
import { DIALECTS, type Dialect } from './dialect';
import { completionSteps } from './finalize';
import { Macros } from './macro';
import {
  appended,
  both,
  type Expression,
  gather,
  type MenuEntry,
  NONE,
  newOption,
  type Option,
  type OptionType,
  type ParsedKconfig,
  type Place,
  type Property,
} from './model';
import { sortingSteps } from './order';
import { compareWords, scanSubmenu } from './submenu-scan';
import {
  type BlockKind,
  type ExpressionSyntax,
  type FileSyntax,
  type SourceStatement,
  type StatementSyntax,
  syntaxSteps,
} from './syntax';
import type { Token } from './tokens';

/** The text of a `source`d file and its absolute path; undefined when there is none. */
export type SourceReader = (path: string) => { readonly file: string; readonly text: string } | undefined;

export interface KconfigOptions {
  /** Names in a folder, for paths with `*` and for folders that are scanned. None unless told. */
  readonly list?: (folder: string) => readonly string[];
  /** Variables of the environment, for `$(NAME)` and `option env`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What a command of `$(shell,…)` would print. Nothing is ever run; without an answer it stands for nothing. */
  readonly shell?: (command: string) => string | undefined;
  /** Which release of the reference is followed; the newest unless told. */
  readonly dialect?: Dialect;
  /** Files as they were read before: one whose text is the same is not read again. */
  readonly cache?: Map<string, FileSyntax>;
}

/** Include chains deeper than this, and blocks in blocks, are a mistake. */
const DEPTH_LIMIT = 200;
/** Files that a tree sources in all, counted each time. */
const SOURCE_LIMIT = 50_000;

/** Reads a tree of files from its root. Never throws; reads files through `read` alone. */
export function parseKconfig(
  file: string,
  text: string,
  read: SourceReader,
  options: KconfigOptions = {},
): ParsedKconfig {
  return finish(kconfigSteps(file, text, read, options));
}

/** The same in steps: a file, or a part of what follows from all of them, at a time. */
export function kconfigSteps(
  file: string,
  text: string,
  read: SourceReader,
  options: KconfigOptions = {},
): Steps<ParsedKconfig> {
  return new Builder(read, options).tree(file, text);
}

interface Block {
  readonly kind: BlockKind;
  readonly entry: MenuEntry;
  readonly range: Range;
}

type Owner = 'option' | 'choice' | 'menu' | 'comment' | 'broken' | 'none';

class Builder {
  readonly #symbols: Option[] = [];
  readonly #options = new Map<string, Option>();
  readonly #mentioned = new Map<string, Option>();
  readonly #constants = new Map<string, Option>();
  readonly #choices = new Map<string, Option>();
  readonly #allChoices: Option[] = [];
  readonly #files = new Map<string, FileSyntax>();
  /** Texts that no file has: what a scan of folders found. */
  readonly #virtual = new Map<string, string>();
  readonly #problems: LocatedProblem[] = [];
  readonly #macros: Macros;
  readonly #root: MenuEntry;
  readonly #dialect: Dialect;
  #menu: MenuEntry;
  #entry: MenuEntry;
  #owner: Owner = 'none';
  #file = '';
  #range: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  readonly #chain: string[] = [];
  #blocks: Block[] = [];
  #depth = 0;
  #sourced = 0;
  /** A variable that is not known here was looked up. */
  #isGuessed = false;
  #modules: Option | undefined;

  constructor(
    private readonly read: SourceReader,
    private readonly settings: KconfigOptions,
  ) {
    this.#dialect = settings.dialect ?? DIALECTS['6.1'];
    this.#macros = new Macros({
      environment: (name) => {
        const value = settings.variables?.[name];
        this.#isGuessed ||= value === undefined;
        return value;
      },
      shell: (command) => this.#answer(command),
      file: () => this.#file,
      line: () => this.#range.start.line + 1,
      report: (code, severity, message) => this.#report(code, message, severity),
    });
    this.#root = this.#newEntry('root', undefined, false);
    this.#menu = this.#root;
    this.#entry = this.#root;
    for (const name of ['n', 'm', 'y']) this.#constant(name).type = 'tristate';
  }

  *tree(file: string, text: string): Steps<ParsedKconfig> {
    yield* this.#readFile(file, text);
    const modules = this.#modules ?? this.#constant('n');
    this.#root.title ??= this.#dialect.title;
    const report = (
      place: Place,
      code: KconfigCode,
      message: string,
      severity: Problem['severity'] = 'warning',
    ) => this.#problems.push({ code, severity, message, ...place });
    const constants = { n: this.#constant('n'), m: this.#constant('m'), y: this.#constant('y') };
    yield* completionSteps(this.#root, this.#symbols, modules, constants, report);
    const order = yield* sortingSteps(this.#symbols, modules, this.#dialect, report);
    return {
      options: this.#options,
      choices: this.#allChoices,
      mentioned: this.#mentioned,
      symbols: this.#symbols,
      order,
      root: this.#root,
      modules,
      files: this.#files,
      dialect: this.#dialect,
      problems: this.#problems,
    };
  }

  *#readFile(file: string, text: string): Steps<void> {
    const cached = this.settings.cache?.get(file);
    const syntax = cached?.text === text ? cached : yield* syntaxSteps(text);
    this.settings.cache?.set(file, syntax);
    if (!this.#files.has(file)) {
      for (const problem of syntax.problems) this.#problems.push({ ...problem, file });
    }
    this.#files.set(file, syntax);
    const saved = { file: this.#file, range: this.#range, blocks: this.#blocks };
    this.#file = file;
    this.#blocks = [];
    this.#chain.push(file);
    for (const statement of syntax.statements) {
      this.#range = statement.range;
      if (statement.kind === 'source') yield* this.#source(statement);
      else this.#statement(statement);
    }
    yield;
    for (const block of this.#blocks.reverse()) {
      this.#range = block.range;
      this.#report('unclosed-block', `This '${block.kind}' has no 'end${block.kind}' in its file.`);
      this.#close(block);
    }
    this.#chain.pop();
    this.#file = saved.file;
    this.#range = saved.range;
    this.#blocks = saved.blocks;
    this.#owner = 'none';
  }

  #statement(statement: Exclude<StatementSyntax, SourceStatement>): void {
    switch (statement.kind) {
      case 'config':
      case 'menuconfig':
        return this.#config(statement.name, statement.kind === 'menuconfig');
      case 'choice':
        return this.#choice(statement.name);
      case 'menu':
        this.#open('menu', this.#addEntry('menu', undefined));
        this.#entry.title = statement.title && this.#title(statement.title);
        this.#owner = 'menu';
        return;
      case 'comment':
        this.#addEntry('comment', undefined).title = this.#title(statement.title);
        this.#owner = 'comment';
        return;
      case 'mainmenu':
        this.#root.title = this.#text(statement.title);
        this.#owner = 'none';
        return;
      case 'if': {
        const entry = this.#addEntry('if', undefined);
        entry.dependsOn = statement.condition && this.#expression(statement.condition);
        this.#open('if', entry);
        this.#owner = 'none';
        return;
      }
      case 'end':
        return this.#end(statement.block);
      case 'assign':
        this.#owner = 'none';
        return this.#macros.assign(this.#text(statement.name), statement.operator, statement.value.text);
      case 'macros': {
        const text = statement.tokens.map((token) => this.#text(token)).find((expanded) => expanded !== '');
        if (text !== undefined) this.#report('unknown-keyword', `'${text}' is no statement.`);
        return;
      }
      case 'broken':
        this.#owner = 'broken';
        return;
      default:
        return this.#property(statement);
    }
  }

  #config(token: Token, isMenu: boolean): void {
    const name = this.#text(token);
    if (!/^[\w-]+$/.test(name)) {
      this.#owner = 'broken';
      return this.#report('invalid-option', `'${name}' is not a name for an option.`);
    }
    const option = this.#named(name);
    this.#options.set(name, option);
    this.#addEntry('option', option, isMenu);
    this.#owner = 'option';
  }

  #choice(token: Token | undefined): void {
    const name = token === undefined ? '' : this.#text(token);
    let choice = name === '' ? undefined : this.#choices.get(name);
    if (choice === undefined) {
      choice = this.#newSymbol(name, 'choice');
      this.#allChoices.push(choice);
      if (name !== '') this.#choices.set(name, choice);
    }
    this.#open('choice', this.#addEntry('choice', choice));
    this.#owner = 'choice';
  }

  /** Children go into the entry until it is closed. A choice's and a menu's own lines still count for it. */
  #open(kind: BlockKind, entry: MenuEntry): void {
    if (++this.#depth === DEPTH_LIMIT) this.#report('too-deep', 'Blocks are in one another without end.');
    this.#blocks.push({ kind, entry, range: this.#range });
    if (this.#depth < DEPTH_LIMIT) this.#menu = entry;
  }

  #close(block: Block): void {
    if (this.#depth-- < DEPTH_LIMIT) this.#menu = block.entry.parent ?? this.#root;
  }

  #end(kind: BlockKind): void {
    this.#owner = 'none';
    const at = this.#blocks.findLastIndex((block) => block.kind === kind);
    if (at < 0)
      return this.#report('unbalanced-block', `'end${kind}' has no '${kind}' before it in its file.`);
    const top = this.#blocks.at(-1);
    if (top !== undefined && top.kind !== kind) {
      const line = top.range.start.line + 1;
      this.#report(
        'unbalanced-block',
        `The '${top.kind}' of line ${line} has no end before this 'end${kind}'.`,
      );
    }
    for (const block of this.#blocks.splice(at).reverse()) this.#close(block);
  }

  #property(statement: Exclude<StatementSyntax, SourceStatement>): void {
    const entry = this.#entry;
    const { symbol } = entry;
    if (this.#owner === 'broken') return;
    if (!ALLOWED[this.#owner].includes(statement.kind)) {
      const where = this.#owner === 'none' ? 'outside an entry' : `in a '${this.#owner}'`;
      return this.#report(
        'unknown-keyword',
        `'${statement.kind}' is not understood ${where}; the line is ignored.`,
      );
    }
    switch (statement.kind) {
      case 'depends':
        entry.dependsOn = gather('and', entry.dependsOn, this.#expression(statement.condition));
        return;
      case 'visible':
        entry.visibleIf = both(entry.visibleIf, statement.condition && this.#expression(statement.condition));
        return;
      case 'help':
        entry.help = statement.text;
        if (symbol !== undefined) symbol.help = statement.text;
        return;
    }
    if (symbol === undefined) return;
    const property = <T>(value: T, condition?: ExpressionSyntax): Property<T> => {
      const place = { file: this.#file, range: this.#range };
      const made = { value, condition: condition && this.#expression(condition), place, entry };
      entry.properties = appended(entry.properties, made);
      return made;
    };
    switch (statement.kind) {
      case 'type':
        this.#setType(symbol, statement.type);
        if (statement.prompt !== undefined)
          this.#prompt(entry, property(this.#title(statement.prompt), statement.condition));
        return;
      case 'prompt':
        return this.#prompt(entry, property(this.#title(statement.prompt), statement.condition));
      case 'default':
        if (statement.type !== undefined) this.#setType(symbol, statement.type);
        symbol.defaults = appended(
          symbol.defaults,
          property(this.#expression(statement.value), statement.condition),
        );
        return;
      case 'select':
        symbol.selects = appended(
          symbol.selects,
          property(this.#named(this.#text(statement.target)), statement.condition),
        );
        return;
      case 'imply':
        symbol.implies = appended(
          symbol.implies,
          property(this.#named(this.#text(statement.target)), statement.condition),
        );
        return;
      case 'range': {
        const bounds = { low: this.#operand(statement.low), high: this.#operand(statement.high) };
        symbol.ranges = appended(symbol.ranges, property(bounds, statement.condition));
        return;
      }
      case 'optional':
        symbol.optional = true;
        return;
      case 'transitional':
        symbol.transitional = true;
        return;
      case 'modules':
        return this.#setModules(symbol);
      case 'option':
        return this.#option(
          symbol,
          statement.name.text,
          statement.value && this.#text(statement.value),
          property,
        );
    }
  }

  #option(
    symbol: Option,
    name: string,
    value: string | undefined,
    property: <T>(value: T) => Property<T>,
  ): void {
    switch (name) {
      case 'modules':
        return this.#setModules(symbol);
      case 'allnoconfig_y':
        symbol.staysOn = true;
        return;
      case 'defconfig_list':
        // Files to begin with; whoever asks for values brings them.
        return;
      case 'env': {
        symbol.fromEnvironment = true;
        const text = value === undefined ? undefined : this.settings.variables?.[value];
        const constant = text === undefined ? undefined : this.#constant(text);
        if (constant !== undefined)
          symbol.defaults = appended(symbol.defaults, property({ kind: 'symbol', symbol: constant }));
        return;
      }
      default:
        this.#report('unknown-option-name', `There is no option '${name}' of an option.`);
    }
  }

  #setModules(symbol: Option): void {
    if (this.#modules !== undefined && this.#modules !== symbol) {
      this.#report('modules-twice', `'${this.#modules.name}' has 'modules' already.`);
    }
    this.#modules ??= symbol;
  }

  #setType(symbol: Option, type: OptionType): void {
    if (symbol.type !== undefined && symbol.type !== type) {
      const what = symbol.name === '' ? 'This choice' : `'${symbol.name}'`;
      return this.#report(
        'type-redefined',
        `${what} is '${symbol.type}' already; '${type}' is ignored.`,
        'warning',
      );
    }
    symbol.type = type;
  }

  #prompt(entry: MenuEntry, prompt: Property<string>): void {
    if (entry.prompt !== undefined)
      this.#report('prompt-redefined', 'This entry has a prompt already.', 'warning');
    for (let above = entry.parent; above !== undefined; above = above.parent) {
      if (above.visibleIf !== undefined) prompt.condition = both(prompt.condition, above.visibleIf);
    }
    entry.prompt = prompt;
    entry.title = prompt.value;
    const { symbol } = entry;
    if (symbol !== undefined) symbol.prompts = appended(symbol.prompts, prompt);
  }

  *#source({ path: token, optional, relative }: SourceStatement): Steps<void> {
    this.#owner = 'none';
    this.#isGuessed = false;
    const written = this.#text(token);
    // Old releases have make write '$NAME' files.
    const isGuessed = this.#isGuessed || /\$\w/.test(written);
    if (written === '') {
      // An empty answer to a macro has its own note.
      if (token.parts === undefined) this.#report('missing-source', "A 'source' needs a path.");
      return;
    }
    const folder = this.#file.includes('/') ? this.#file.slice(0, this.#file.lastIndexOf('/')) : '';
    const path = relative && !written.startsWith('/') ? joinPath(folder, written) : written;
    const paths = /[*?[]/.test(path) ? this.#glob(path) : [path];
    if (paths.length === 0 && !optional && !isGuessed) this.#isMissing(`No file is like '${path}'.`);
    for (const each of paths) yield* this.#include(each, optional || isGuessed);
  }

  #isMissing(message: string): void {
    this.#report('missing-source', message, this.#dialect.sourcesNothing ? 'information' : 'error');
  }

  *#include(path: string, optional: boolean): Steps<void> {
    if (this.#chain.length >= DEPTH_LIMIT || ++this.#sourced > SOURCE_LIMIT) {
      if (this.#sourced <= SOURCE_LIMIT + 1)
        this.#report('source-cycle', `'${path}' is sourced without end.`);
      return;
    }
    const virtual = this.#virtual.get(path);
    const found = virtual === undefined ? this.read(path) : { file: path, text: virtual };
    if (found === undefined) {
      if (!optional) this.#isMissing(`There is no file '${path}'.`);
      return;
    }
    if (this.#chain.includes(found.file)) {
      const chain = [...this.#chain.slice(this.#chain.indexOf(found.file)), found.file].join(' → ');
      this.#report('source-cycle', `'${path}' sources itself: ${chain}.`);
      return;
    }
    yield* this.#readFile(found.file, found.text);
  }

  /** Paths like a pattern, in alphabetical order. */
  #glob(pattern: string): string[] {
    let found = [pattern.startsWith('/') ? '/' : ''];
    for (const segment of pattern.split('/').filter(Boolean)) {
      const like = /[*?[]/.test(segment) ? globExpression(segment) : undefined;
      found = found.flatMap((folder) => {
        const base = folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
        if (like === undefined) return [base + segment];
        const names = this.settings.list?.(folder === '' ? '.' : folder) ?? [];
        return [...names]
          .filter((name) => like.test(name))
          .sort()
          .map((name) => base + name);
      });
    }
    return found;
  }

  #answer(command: string): string | undefined {
    const known = this.settings.shell?.(command) ?? compareWords(command);
    if (known !== undefined) return known;
    const submenu = scanSubmenu(command, {
      list: (folder) => this.settings.list?.(folder) ?? [],
      exists: (path) => this.read(path) !== undefined,
    });
    if (submenu?.file === undefined) return submenu?.text.trimEnd().replaceAll('\n', ' ');
    this.#virtual.set(submenu.file, submenu.text);
    return submenu.file;
  }

  #title(token: Token): string {
    return this.#text(token).trimStart();
  }

  #text(token: Token): string {
    return token.parts === undefined ? token.text : this.#macros.join(token.parts);
  }

  #expression(syntax: ExpressionSyntax): Expression {
    switch (syntax.kind) {
      case 'symbol':
        return { kind: 'symbol', symbol: this.#operand(syntax.token) };
      case 'not':
        return { kind: 'not', operand: this.#expression(syntax.operand) };
      case 'and':
      case 'or':
        return { kind: syntax.kind, operands: syntax.operands.map((operand) => this.#expression(operand)) };
      case 'compare':
        return {
          kind: 'compare',
          operator: syntax.operator,
          left: this.#operand(syntax.left),
          right: this.#operand(syntax.right),
        };
    }
  }

  #operand(token: Token): Option {
    const text = this.#text(token);
    return token.kind === 'string' || text === '' ? this.#constant(text) : this.#named(text);
  }

  /** `y`, `m` and `n` are the same with and without quotes. */
  #constant(text: string): Option {
    const there = this.#constants.get(text);
    if (there !== undefined) return there;
    const constant = this.#newSymbol(text, 'constant');
    this.#constants.set(text, constant);
    return constant;
  }

  #named(name: string): Option {
    if (name === 'y' || name === 'n' || name === 'm') return this.#constant(name);
    const there = this.#mentioned.get(name);
    if (there !== undefined) return there;
    const symbol = this.#newSymbol(name, 'option');
    this.#mentioned.set(name, symbol);
    return symbol;
  }

  #newSymbol(name: string, kind: Option['kind']): Option {
    const symbol = newOption(this.#symbols.length, name, kind);
    this.#symbols.push(symbol);
    return symbol;
  }

  #addEntry(kind: MenuEntry['kind'], symbol: Option | undefined, isMenu = false): MenuEntry {
    const entry = this.#newEntry(kind, symbol, isMenu);
    entry.parent = this.#menu;
    this.#menu.children = appended(this.#menu.children, entry);
    if (symbol !== undefined) symbol.entries = appended(symbol.entries, entry);
    this.#entry = entry;
    return entry;
  }

  #newEntry(kind: MenuEntry['kind'], symbol: Option | undefined, isMenu: boolean): MenuEntry {
    return {
      kind,
      symbol,
      isMenu,
      place: { file: this.#file, range: this.#range },
      parent: undefined,
      children: NONE,
      title: undefined,
      prompt: undefined,
      dependsOn: undefined,
      properties: NONE,
      visibleIf: undefined,
      help: undefined,
    };
  }

  #report(code: KconfigCode, message: string, severity: Problem['severity'] = 'error'): void {
    this.#problems.push({ code, severity, message, range: this.#range, file: this.#file });
  }
}

/** The lines that an entry can have. */
const ALLOWED: Readonly<Record<Owner, readonly StatementSyntax['kind'][]>> = {
  option: [
    ...(['type', 'prompt', 'default', 'select', 'imply', 'range', 'depends', 'help'] as const),
    ...(['option', 'modules', 'transitional'] as const),
  ],
  choice: ['type', 'prompt', 'default', 'depends', 'help', 'optional'],
  menu: ['depends', 'visible', 'help'],
  comment: ['depends', 'help'],
  broken: [],
  none: [],
};

/** A path from a folder, without `.` and `..` in it. */
function joinPath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return (folder.startsWith('/') ? '/' : '') + parts.join('/');
}

/** `*`, `?` and `[…]`; a leading dot is never matched by them. */
function globExpression(segment: string): RegExp {
  const source = segment.replace(/\[!?[^\]]+\]|[\s\S]/g, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1) return part.replace(/^\[!/, '[^').replace(/\\/g, '\\\\');
    return part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  try {
    return new RegExp(`^${/^[*?[]/.test(segment) ? '(?!\\.)' : ''}${source}$`);
  } catch {
    return /(?!)/;
  }
}
