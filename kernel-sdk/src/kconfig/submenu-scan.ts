/**
 * Unikraft's `config-submenu.sh`, which its `Config.uk` files ask through `$(shell,…)` for the libraries in a
 * folder. What it prints is made here from the same options, by looking at the folders alone:
 * `-l PATH` one library, `-r PATH` every folder in one, `-c A:B` several libraries, `-e A:B` those to leave out,
 * `-t TEXT` a menu around them, `-o FILE` where the text goes, whose path is then the answer; `-q` says nothing.
 */
export interface ScannedFolders {
  /** Names in a folder; empty when there is none. */
  list(folder: string): readonly string[];
  /** Whether there is such a file. */
  exists(path: string): boolean;
}

export interface Submenu {
  /** Kconfig text: a `source` for every library that has a Config.uk. */
  readonly text: string;
  /** The file that it would be written to; without one the text itself is the answer. */
  readonly file: string | undefined;
}

/**
 * Undefined where the command is another one. Releases before 0.14 ask `uk_build_configure.sh`, which knows less:
 * `-p` and `-e` have the folders of platforms and libraries between blanks, `-a` the application's.
 */
export function scanSubmenu(command: string, folders: ScannedFolders): Submenu | undefined {
  const [program, ...words] = shellWords(command) ?? [];
  if (program === undefined) return undefined;
  const before014 = /^(.*)\/support\/scripts\/uk_build_configure\.sh$/.exec(program);
  if (before014 !== null) return scanBefore014(before014[1] ?? '', words, folders);
  if (!/(^|\/)config-submenu\.sh$/.test(program)) return undefined;
  const paths: string[] = [];
  const excluded = new Set<string>();
  let title: string | undefined;
  let file: string | undefined;
  const bare = (path: string) => path.replace(/(?<=.)\/$/, '');
  const listed = (value: string) => value.split(':').filter(Boolean).map(bare);
  let at = 0;
  for (; at < words.length; at++) {
    const option = words[at];
    if (option === undefined || !/^-[qtlrceo]$/.test(option)) break;
    if (option === '-q') continue;
    const value = words[++at] ?? '';
    if (option === '-t') title = value;
    else if (option === '-o') file = value;
    else if (option === '-l') paths.push(bare(value));
    else if (option === '-c') paths.push(...listed(value));
    else if (option === '-e') for (const path of listed(value)) excluded.add(path);
    else if (value !== '') {
      const names = [...folders.list(bare(value))].filter((name) => !name.startsWith('.')).sort();
      paths.push(...names.map((name) => `${bare(value)}/${name}`));
    }
  }
  paths.push(...words.slice(at));
  const found = paths.filter((path) => !excluded.has(path) && folders.exists(`${path}/Config.uk`));
  const lines = found.map((path) => `source "${path}/Config.uk"\n`).join('');
  return { text: title === undefined ? lines : `menu "${title}"\n${lines}endmenu\n`, file };
}

/** @param base The kernel's folder. */
function scanBefore014(base: string, words: readonly string[], folders: ScannedFolders): Submenu {
  const given = (option: string) => {
    const at = words.indexOf(option);
    return at < 0 ? undefined : (words[at + 1] ?? '');
  };
  const having = (list: string) =>
    list.split(/\s+/).flatMap((folder) => {
      const path = `${folder}/Config.uk`;
      return folder !== '' && folders.exists(path) ? [path] : [];
    });
  const application = given('-a');
  if (application !== undefined) {
    // A kernel alone is no application of its own.
    const [own] = application === base ? [] : having(application);
    return own === undefined ? { text: '', file: `${application}/app.uk` } : { text: own, file: undefined };
  }
  const found = having(`${given('-p') ?? ''} ${given('-e') ?? ''}`);
  return { text: [...new Set(found)].map((path) => `source "${path}"\n`).join(''), file: given('-o') };
}

/**
 * Whether two words are equal, which is all that `test A = B && echo y || echo n` needs nobody's shell for.
 * Undefined where the command is another one.
 */
export function compareWords(command: string): string | undefined {
  const match = /^test (\S*) (=|!=) (\S*) && echo (\w+) \|\| echo (\w+)$/.exec(command.trim());
  if (match === null) return undefined;
  const [, left, operator, right, yes, no] = match;
  return (left === right) === (operator === '=') ? yes : no;
}

/** Words and quoted words; undefined where the command asks for more of a shell than that. */
function shellWords(command: string): string[] | undefined {
  const words: string[] = [];
  const pattern = /\s*((?:[^\s'"\\|&;<>$`()]|'[^']*'|"[^"\\$`]*")+)/y;
  const text = command.trimEnd();
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    words.push((match[1] ?? '').replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
  }
  return words;
}
