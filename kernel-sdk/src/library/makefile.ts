/**
 * The declarative subset of `Makefile.uk`: registrations, imports and `+=` lists. Nothing is executed;
 * a line outside the subset is a problem. Source: Unikraft's support/build/Makefile.rules.
 */
import type { Problem } from '../problem';
import type { IncludeFolder, Library, SourcePath, ToolFlag } from './model';

export interface ParsedMakefile {
  readonly libraries: readonly Library[];
  /** Folders of `import_lib`, absolute. */
  readonly imports: readonly string[];
  readonly includes: readonly IncludeFolder[];
  readonly flags: readonly ToolFlag[];
  readonly problems: readonly Problem[];
}

interface Statement {
  readonly text: string;
  readonly line: number;
  readonly length: number;
}

/** People write these files: a longer text, in UTF-16 code units, is something else. */
export const MAKEFILE_LIMIT = 500_000;

const REGISTRATION =
  /^\$\(eval \$\(call (addlib|addlib_s|addplat|addplat_s|addplatlib|addplatlib_s|import_lib|fetch),([^()]*(?:\$\(\w+\)[^()]*)*)\)\)$/;
const ASSIGNMENT = /^([A-Z][A-Z0-9_]*)(?:-(y|\$\((CONFIG_\w+)\)))?\s*(\+=|:=|\?=|=)\s*(.*)$/;
/** Lists that count always may leave out the `-y`; other variables without it are make's own business. */
const WITHOUT_GUARD = /(?:^C(?:XX)?|_C(?:XX)?|_)INCLUDES$|_SRCS$/;
/** A list of include folders that others name: `LIBNOLIBC_GLOBAL_INCLUDES`. */
const INCLUDE_LIST = /_INCLUDES$/;
/** `$(wildcard PATTERNS)`, or `$(filter-out %/NAMES,$(wildcard PATTERNS))`. */
const WILDCARD = /^\$\((?:filter-out ([^,()]*),\$\()?wildcard ((?:[^()]|\$\(\w+\))*)\)\)?$/;
const TOOLS: Readonly<Record<string, ToolFlag['tool']>> = {
  CFLAGS: 'c',
  CXXFLAGS: 'c++',
  ASFLAGS: 'assembler',
  LDFLAGS: 'linker',
};

/** What a library's own variables may end in. */
const OWN = /^(.+)_(SRCS|CINCLUDES|CXXINCLUDES|CFLAGS|CXXFLAGS|ASFLAGS)$/;

interface OwnLists {
  sources: SourcePath[];
  includes: IncludeFolder[];
  flags: ToolFlag[];
}

/** Reads the Makefile.uk of `folder` (absolute); `kernel` is the folder that CONFIG_UK_BASE stands for. */
export function parseMakefile(text: string, folder: string, kernel: string): ParsedMakefile {
  return new Reader(folder, kernel).read(text);
}

class Reader {
  readonly #problems: Problem[] = [];
  readonly #imports: string[] = [];
  readonly #libraries: { name: string; option?: string; origin?: string }[] = [];
  readonly #includes: IncludeFolder[] = [];
  readonly #flags: ToolFlag[] = [];
  readonly #own = new Map<string, OwnLists>();
  readonly #variables = new Map<string, string>();
  /** Words of include lists, by the variable's name with its suffix. */
  readonly #lists = new Map<string, readonly string[]>();

  constructor(
    private readonly folder: string,
    private readonly kernel: string,
  ) {
    this.#variables.set('CONFIG_UK_BASE', kernel);
  }

  read(text: string): ParsedMakefile {
    if (text.length > MAKEFILE_LIMIT) {
      const start = { line: 0, character: 0 };
      const message = `This file has ${text.length} characters; one of more than ${MAKEFILE_LIMIT} is not read.`;
      const problem: Problem = {
        code: 'too-large',
        severity: 'error',
        message,
        range: { start, end: start },
      };
      return { libraries: [], imports: [], includes: [], flags: [], problems: [problem] };
    }
    const statements = statementsOf(text);
    const rest = statements.filter((statement) => !this.#registration(statement));
    for (const statement of rest) this.#assignment(statement);
    return {
      libraries: this.#libraries.map((library) => ({
        ...library,
        folder: this.folder,
        ...this.#of(variablePrefix(library.name)),
      })),
      imports: this.#imports,
      includes: this.#includes,
      flags: this.#flags,
      problems: this.#problems,
    };
  }

  #registration(statement: Statement): boolean {
    const match = REGISTRATION.exec(statement.text);
    if (match === null) return false;
    const [, kind = '', list = ''] = match;
    const args = list.split(',').map((argument) => argument.trim());
    if (kind === 'import_lib') {
      this.#imports.push(this.#expand(args[0] ?? '', statement));
      return true;
    }
    if (kind === 'fetch') {
      this.#fetch(args[0] ?? '', args[1] ?? '');
      return true;
    }
    // A platform is a name for options; its code is in the libraries that are added to it.
    const [name = '', guard] = kind.startsWith('addplatlib') ? args.slice(1) : args;
    if (kind === 'addplat' || kind === 'addplat_s') return true;
    const option = /^\$\((CONFIG_\w+)\)$/.exec(guard ?? '')?.[1];
    this.#libraries.push({ name, ...(option === undefined ? {} : { option }) });
    this.#variables.set(`${variablePrefix(name)}_BASE`, this.folder);
    return true;
  }

  /** `fetch,LIBRARY,NAME`: sources of others, which stand in the folder `third-party/NAME` beside the kernel's. */
  #fetch(name: string, origin: string): void {
    const folder = `${this.kernel.replace(/[^/\\]*$/, '')}third-party/${origin}`;
    this.#libraries.splice(
      0,
      this.#libraries.length,
      ...this.#libraries.map((library) => (library.name === name ? { ...library, origin: folder } : library)),
    );
    this.#variables.set(`${variablePrefix(name)}_ORIGIN`, folder);
  }

  #assignment(statement: Statement): void {
    const match = ASSIGNMENT.exec(statement.text);
    if (match === null || (match[2] === undefined && !WITHOUT_GUARD.test(match[1] ?? ''))) {
      return this.#report(
        statement,
        'unsupported-makefile',
        'This line is not declarative; it is ignored.',
        'warning',
      );
    }
    const [, variable = '', suffix, option, operator, value = ''] = match;
    const guard = option === undefined ? {} : { option };
    if (INCLUDE_LIST.test(variable)) {
      this.#includeList(suffix === 'y' ? `${variable}-y` : variable, value, operator === '+=');
      return;
    }
    const matched = WILDCARD.exec(value);
    // Split first: a folder's name may have blanks.
    const words = (matched?.[2] ?? value).split(/\s+/).flatMap((word) => {
      const list = this.#lists.get(/^\$\(([\w-]+)\)$/.exec(word)?.[1] ?? '');
      return list ?? (word === '' ? [] : [this.#expand(word, statement)]);
    });
    const own = OWN.exec(variable);
    const library =
      own === null ? undefined : this.#libraries.find(({ name }) => variablePrefix(name) === own[1]);
    if (library === undefined) {
      if (/^C(XX)?INCLUDES$/.test(variable)) this.#includes.push(...includes(variable, words, guard));
      else if (TOOLS[variable] !== undefined) this.#flags.push(...flags(words, TOOLS[variable], guard));
      // Include lists of other languages, parameters and system calls say nothing about how C and C++ are compiled.
      else if (!/(INCLUDES|UK_PROVIDED_SYSCALLS|UK_PARAM)/.test(variable)) {
        this.#report(
          statement,
          'unknown-variable',
          `'${variable}' is not understood; the line is ignored.`,
          'warning',
        );
      }
      return;
    }
    const lists = this.#of(variablePrefix(library.name));
    const kind = own?.[2] ?? '';
    const replaces = operator === '=' || operator === ':=';
    if (kind === 'SRCS') {
      const except = matched === null ? {} : { except: (matched[1] ?? '').split(/\s+/).filter(Boolean) };
      const sources = words.map((path) => ({ path: this.#absolute(path), ...except, ...guard }));
      lists.sources = [...(replaces ? [] : lists.sources), ...sources];
    } else if (kind.endsWith('INCLUDES')) {
      const language = languageOf(kind);
      const others = lists.includes.filter((folder) => !replaces || folder.language !== language);
      lists.includes = [...others, ...includes(kind, words, guard)];
    } else {
      const tool = TOOLS[kind] ?? 'c';
      const others = lists.flags.filter((flag) => !replaces || flag.tool !== tool);
      lists.flags = [...others, ...flags(words, tool, guard)];
    }
  }

  /** What has a variable that only make knows, such as `$(ARCH)`, is left out. */
  #includeList(name: string, value: string, isMore: boolean): void {
    const words = value.split(/\s+/).flatMap((word) => {
      const unknown = [...word.matchAll(/\$\(([^()]*)\)/g)].some(([, one = '']) => !this.#variables.has(one));
      return word === '' || unknown ? [] : [this.#replaced(word)];
    });
    this.#lists.set(name, [...(isMore ? (this.#lists.get(name) ?? []) : []), ...words]);
  }

  #replaced(word: string): string {
    return word.replace(/\$\(([^()]*)\)/g, (_, name: string) => this.#variables.get(name) ?? '');
  }

  #of(prefix: string): OwnLists {
    const lists = this.#own.get(prefix) ?? { sources: [], includes: [], flags: [] };
    this.#own.set(prefix, lists);
    return lists;
  }

  /** `$(X)` by its value. Options in the middle of a value would need make. */
  #expand(text: string, statement: Statement): string {
    return text.replace(/\$\(([^()]*)\)/g, (_, name: string) => {
      const value = this.#variables.get(name);
      if (value === undefined) this.#report(statement, 'unknown-variable', `'$(${name})' has no value here.`);
      return value ?? '';
    });
  }

  #absolute(path: string): string {
    const plain = path.split('|')[0] ?? path;
    return plain.startsWith('/') || /^[A-Za-z]:/.test(plain) ? plain : `${this.folder}/${plain}`;
  }

  #report(
    { line, length }: Statement,
    code: string,
    message: string,
    severity: Problem['severity'] = 'error',
  ): void {
    const range = { start: { line, character: 0 }, end: { line, character: length } };
    this.#problems.push({ code, severity, message, range });
  }
}

/** The prefix of a library's variables: `LIBUKALLOC`. */
export function variablePrefix(library: string): string {
  return library.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

function includes(variable: string, words: readonly string[], guard: { option?: string }): IncludeFolder[] {
  const language = languageOf(variable);
  return words.flatMap((word) =>
    word.startsWith('-I') ? [{ path: word.slice(2), ...(language ? { language } : {}), ...guard }] : [],
  );
}

/** Of an include list's variable; the lists of C are for C++ too. */
function languageOf(variable: string): 'c++' | undefined {
  return variable.startsWith('CXX') ? 'c++' : undefined;
}

function flags(words: readonly string[], tool: ToolFlag['tool'], guard: { option?: string }): ToolFlag[] {
  return words.map((flag) => ({ tool, flag, ...guard }));
}

/** Logical lines without comments; a backslash at the end continues one. */
function statementsOf(text: string): Statement[] {
  const statements: Statement[] = [];
  let open: string[] = [];
  let first = 0;
  for (const [line, physical] of text.split(/\r?\n/).entries()) {
    if (open.length === 0) first = line;
    if (physical.endsWith('\\')) {
      open.push(physical.slice(0, -1));
      continue;
    }
    const whole = [...open, physical].join(' ');
    open = [];
    const bare = whole.replace(/(^|\s)#.*$/, '').trim();
    if (bare !== '') statements.push({ text: bare, line: first, length: physical.length });
  }
  return statements;
}
