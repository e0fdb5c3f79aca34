/** Problems of Makefile.uk and exportsyms.uk that the files around them show. */
import { basename, dirname, extname, join, relative } from 'node:path';
import type { Guarded, Library } from '../library';
import { type Fix, type Problem, type Range, removal, replacement, suggest } from '../problem';
import { type FileSystem, isEnabled, isProject, type Project, type Tree, type Workspace } from '../project';
import { targetsOf } from './c';
import type { Check } from './check';

export const MAKEFILE_CODES = {
  'missing-source': 'The source that the library lists does not exist.',
  'duplicate-export': 'The symbol is listed twice.',
  'unknown-export': 'No source of the library names the symbol that it exports.',
} as const;

export const makefileCheck: Check = {
  kinds: ['makefile'],
  check({ path, text, workspace }) {
    const lines = text.split('\n');
    const tree = workspace.treeOf(path);
    const tooLarge = tree?.problems.filter(({ code, file }) => code === 'too-large' && file === path) ?? [];
    if (tooLarge.length > 0) return tooLarge;
    return librariesAt(workspace, dirname(path)).flatMap(({ sources, folder }) =>
      sources.flatMap((listed): Problem[] => {
        const { path: written, except } = listed;
        const [source = ''] = written.split('|');
        // What is fetched or built need not be there yet; what only make can tell is not looked for.
        if (
          except !== undefined ||
          !/^[^$*?%<>]+\.(c|S|s|asm|cc|cpp|cxx)$/.test(source) ||
          relative(folder, source).startsWith('..')
        )
          return [];
        if (workspace.files.kind(source) !== undefined) return [];
        const range = placeOf(lines, relative(folder, source));
        if (range === undefined) return [];
        const message = `The source '${relative(folder, source)}' does not exist: there is no '${source}'.`;
        const fixes = missingSourceFixes(workspace, source, lines, range);
        // What nobody compiles fails nobody's build.
        const isNeeded = isCompiled(workspace, tree, listed) && !isConditional(lines, range.start.line);
        const severity = isNeeded ? 'error' : 'information';
        return [{ code: 'missing-source', severity, message, range, fixes }];
      }),
    );
  },
};

/** Whether a source is compiled for one of a project's targets, or always. */
function isCompiled(workspace: Workspace, tree: Tree | Project | undefined, source: Guarded): boolean {
  if (source.option === undefined) return true;
  if (tree === undefined || !isProject(tree)) return false;
  return targetsOf(workspace, tree).some(({ configuration }) => isEnabled(source, configuration));
}

/** Whether a line counts under a condition of make's, which only make can tell. */
function isConditional(lines: readonly string[], line: number): boolean {
  let depth = 0;
  for (const content of lines.slice(0, line)) {
    if (/^\s*ifn?(?:eq|def)\b/.test(content)) depth++;
    else if (/^\s*endif\b/.test(content)) depth--;
  }
  return depth > 0;
}

/** A list with more characters is of no library. */
const EXPORTS_LIMIT = 1_000_000;

export const exportsCheck: Check = {
  kinds: ['exports'],
  check({ path, text, workspace }) {
    if (text.length > EXPORTS_LIMIT) {
      const start = { line: 0, character: 0 };
      const message = `This list has ${text.length} characters; one of more than ${EXPORTS_LIMIT} is not read.`;
      return [{ code: 'too-large', severity: 'error', message, range: { start, end: start } }];
    }
    const folder = dirname(path);
    const words = wordsBelow(workspace, folder);
    const isComplete = librariesAt(workspace, folder).every(
      ({ origin, sources }) =>
        origin === undefined && sources.every(({ path: source }) => isIn(folder, source)),
    );
    const seen = new Set<string>();
    return text.split('\n').flatMap((content, line): Problem[] => {
      const match = /^(\s*)([A-Za-z_.$][\w.$]*)/.exec(content);
      const [, indent = '', symbol = ''] = match ?? [];
      if (match === null || symbol === 'none') return [];
      const start = { line, character: indent.length };
      const range = { start, end: { line, character: start.character + symbol.length } };
      if (seen.has(symbol)) {
        const whole = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
        const message = `'${symbol}' is listed already.`;
        const fixes = removal(whole, `the second '${symbol}'`);
        return [{ code: 'duplicate-export', severity: 'information', message, range, fixes }];
      }
      seen.add(symbol);
      // The names that C++ makes of functions stand in no source.
      if (
        !isComplete ||
        words === undefined ||
        symbol.startsWith('_Z') ||
        words.has(symbol.replace(/^uk_syscall_[er]_/, ''))
      )
        return [];
      const message = `No source in '${folder}' names '${symbol}'.`;
      return [{ code: 'unknown-export', severity: 'information', message, range }];
    });
  },
};

function librariesAt(workspace: Workspace, folder: string): readonly Library[] {
  const tree = workspace.treeOf(join(folder, 'Makefile.uk'));
  return tree?.catalog.libraries.filter((library) => library.folder === folder) ?? [];
}

function isIn(folder: string, path: string): boolean {
  return !path.includes('$') && !relative(folder, path).startsWith('..');
}

/** The file that was meant, of the same folder; else the line goes, where it lists nothing more. */
function missingSourceFixes(
  { files }: Workspace,
  source: string,
  lines: readonly string[],
  range: Range,
): readonly Fix[] {
  const names = files.entries(dirname(source)).flatMap(({ name, kind }) => (kind === 'file' ? [name] : []));
  const near = suggest(
    basename(source),
    names.filter((name) => extname(name) === extname(source)),
  );
  const { line } = range.start;
  const start = { line, character: range.end.character - basename(source).length };
  const renamed = near === undefined ? [] : replacement({ start, end: range.end }, near);
  const isAlone = /^\s*\w+-\S+\s*\+=\s*\S+\s*$/.test(lines[line] ?? '');
  const whole = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
  return [...renamed, ...(isAlone ? removal(whole, `'${basename(source)}' from the list`) : [])];
}

/** Where a Makefile.uk has a file's name, and no comment before it. */
function placeOf(lines: readonly string[], name: string): Range | undefined {
  for (const [line, content] of lines.entries()) {
    const at = content.indexOf(name);
    if (at < 0 || content.slice(0, at).includes('#')) continue;
    return { start: { line, character: at }, end: { line, character: at + name.length } };
  }
  return undefined;
}

/** Sources beyond this many say too much to be looked through. */
const SOURCE_LIMIT = 500;

/** Every word of a library's sources; undefined where macros make names that stand nowhere. */
function wordsBelow(workspace: Workspace, folder: string): ReadonlySet<string> | undefined {
  return workspace.derive('words', folder, (files) => {
    const words = new Set<string>();
    let count = 0;
    for (const path of sourcesBelow(folder, files, 0)) {
      const text = files.readText(path);
      if (text === undefined || text.includes('##') || ++count > SOURCE_LIMIT) return undefined;
      for (const [word] of text.matchAll(/[A-Za-z_]\w+/g)) words.add(word);
    }
    return words;
  });
}

function* sourcesBelow(folder: string, files: FileSystem, depth: number): Generator<string> {
  for (const { name, kind } of files.entries(folder)) {
    const path = join(folder, name);
    if (kind === 'folder' && depth < 6) yield* sourcesBelow(path, files, depth + 1);
    if (
      kind === 'file' &&
      /\.([chS]|asm|cc|cpp|lds?|inc|py|awk|in|uk)$/.test(name) &&
      name !== 'exportsyms.uk'
    ) {
      yield path;
    }
  }
}
