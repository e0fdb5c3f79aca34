/** What the sources in a library's folder define: surely, perhaps, or not at all. */
import { join, relative } from 'node:path';
import type { Library } from '../../library';
import { type FileSystem, fileKind, type Workspace } from '../../project';
import type { Steps } from '../../steps';
import type { DeclaredFunction } from '../c/facts';
import { factsOf } from '../c/headers';
import { isMacroLike } from '../c/names';
import { sourcePath } from '../c/providers';

/** `static`: every definition is for its own file. `unknown`: a macro or a tool may make it. */
export type Standing = 'defined' | 'static' | 'nowhere' | 'unknown';

/** A folder with more sources says too much to be looked through. */
const SOURCE_LIMIT = 500;
const DEPTH_LIMIT = 6;
/** The family of what the sources in a folder define. */
const SOURCES = 'exports-sources';

/** Libraries that a folder's Makefile.uk registers. */
export function librariesAt(workspace: Workspace, folder: string): readonly Library[] {
  const tree = workspace.librariesOf(join(folder, 'Makefile.uk'));
  return tree?.catalog.libraries.filter((library) => library.folder === folder) ?? [];
}

/** The sources that the libraries of a folder list. */
export function listedSources(workspace: Workspace, folder: string): readonly string[] {
  const sources = librariesAt(workspace, folder).flatMap((library) => library.sources);
  return [
    ...new Set(sources.filter(({ except }) => except === undefined).map(({ path }) => sourcePath(path))),
  ];
}

export function standingOf(workspace: Workspace, folder: string, name: string): Standing {
  if (!isWhole(workspace, folder)) return 'unknown';
  const sources = sourcesAt(workspace, folder);
  if (sources === undefined) return 'unknown';
  // System calls have two more names each, and what C++ makes of names stands in no source.
  const bare = name.replace(/^uk_syscall_[er]_/, '');
  if (name.startsWith('_Z') || sources.defined.has(bare)) return 'defined';
  if (sources.perhaps.has(bare)) return 'unknown';
  // A source that has it for itself has no other one of the same name.
  if (sources.hidden.has(name)) return 'static';
  return mayBeMade(workspace, folder, name) ? 'unknown' : 'nowhere';
}

/** Functions that everybody could call, with the source that defines each. */
export function definedAt(workspace: Workspace, folder: string): ReadonlyMap<string, string> {
  return sourcesAt(workspace, folder)?.defined ?? new Map();
}

/** Reads, one at a time, what {@link standingOf} looks at. */
export function* prepareDefined(workspace: Workspace, folder: string): Steps<void> {
  // Once for all headers and lists of the folder.
  if (workspace.hasDerived(SOURCES, folder) || !isWhole(workspace, folder)) return;
  let count = 0;
  for (const path of pathsBelow(folder, workspace.files, 0)) {
    if (++count > SOURCE_LIMIT) return;
    if (isC(path)) factsOf(workspace, path);
    yield;
  }
  sourcesAt(workspace, folder);
}

/** Words of a Makefile.uk by which objects come from elsewhere, or sources are made. */
const ELSEWHERE =
  /_(?:OBJS|ALIBS|EXPORTS|SUBBUILD|FETCH\w*)\b|\b\w*fetch\w*,|\$\((?:wildcard|foreach|shell|patsubst|addprefix)\b|^\s*-?include\b|[\w)]>\.?\w/m;

/** Whether all that the libraries of a folder are made of stands in it. */
export function isWhole(workspace: Workspace, folder: string): boolean {
  return workspace.derive('exports-whole', folder, (files) => {
    const makefile = files.readText(join(folder, 'Makefile.uk'))?.replace(/(^|\s)#.*$/gm, '');
    const libraries = librariesAt(workspace, folder);
    if (makefile === undefined || libraries.length === 0 || ELSEWHERE.test(makefile)) return false;
    const isIn = (path: string) => !path.includes('$') && !relative(folder, path).startsWith('..');
    return libraries.every(
      ({ origin, sources }) => origin === undefined && sources.every(({ path }) => isIn(path)),
    );
  });
}

interface Sources {
  /** By name, the source that has it. */
  readonly defined: ReadonlyMap<string, string>;
  /** Static functions. */
  readonly hidden: ReadonlySet<string>;
  /** Names of variables, of what macros may make, and all words of what is no C. */
  readonly perhaps: ReadonlySet<string>;
}

/** Undefined where there is too much to look through. */
function sourcesAt(workspace: Workspace, folder: string): Sources | undefined {
  return workspace.derive(SOURCES, folder, (files) => {
    const defined = new Map<string, string>();
    const hidden = new Set<string>();
    const perhaps = new Set<string>();
    let count = 0;
    for (const path of pathsBelow(folder, files, 0)) {
      if (++count > SOURCE_LIMIT) return undefined;
      const facts = isC(path) ? factsOf(workspace, path) : undefined;
      if (facts === undefined || facts.isBroken) {
        for (const [word] of files.readText(path)?.matchAll(/[A-Za-z_]\w+/g) ?? []) perhaps.add(word);
        continue;
      }
      for (const [name, declared] of facts.functions) {
        const own = declared.filter(({ hasBody }) => hasBody);
        if (own.some(isGlobal)) defined.set(name, path);
        else if (own.length > 0) hidden.add(name);
      }
      // What a header names in passing is defined elsewhere.
      if (fileKind(path) !== 'header') for (const name of facts.odd) perhaps.add(name);
    }
    return { defined, hidden, perhaps };
  });
}

function isGlobal({ isLocal }: DeclaredFunction): boolean {
  return !isLocal;
}

/** A macro at the beginning of a line; a small one ends as a statement does. */
const INVOCATION = /^[ \t]*(\w+)[ \t]*\(([^;{]*?)\)(;?)/gm;

/** Of a macro, with its text. */
const DEFINITION = /^[ \t]*#[ \t]*define\b(?:[^\n\\]|\\[\s\S])*/gm;

/** Whether a macro, an alias or an included source may make a symbol that no source spells as a definition. */
function mayBeMade(workspace: Workspace, folder: string, name: string): boolean {
  const { words, pieces, hasSources } = workspace.derive('exports-made', folder, (files) => {
    const found = { words: new Set<string>(), pieces: new Set<string>(), hasSources: false };
    for (const path of pathsBelow(folder, files, 0)) {
      const text = isC(path) ? files.readText(path) : undefined;
      if (text === undefined) continue;
      const isAliasing = /\balias\b|\bifunc\b|\basm\b|__asm|__symver__/.test(text);
      const made = isAliasing ? [[text]] : text.matchAll(DEFINITION);
      for (const [part = ''] of made) {
        for (const [word] of part.matchAll(/[A-Za-z_]\w*/g)) found.words.add(word);
      }
      for (const [, macro = '', list = '', end = ''] of text.matchAll(INVOCATION)) {
        if (end === '' && !isMacroLike(macro)) continue;
        for (const [word] of list.matchAll(/[A-Za-z_]\w+/g)) found.pieces.add(word);
      }
      const includes = factsOf(workspace, path)?.includes ?? [];
      if (includes.some(({ header }) => /^$|\.(?:c|cc|cpp|inc|def)$/.test(header))) found.hasSources = true;
    }
    return found;
  });
  return hasSources || words.has(name) || [...pieces].some((piece) => name.includes(piece));
}

function isC(path: string): boolean {
  const kind = fileKind(path);
  return kind === 'c' || kind === 'c++' || kind === 'header';
}

function* pathsBelow(folder: string, files: FileSystem, depth: number): Generator<string> {
  for (const { name, kind } of files.entries(folder)) {
    const path = join(folder, name);
    if (kind === 'folder' && depth < DEPTH_LIMIT) yield* pathsBelow(path, files, depth + 1);
    const isRead = /\.([chsS]|asm|cc|cpp|cxx|hpp|lds?|inc|def|py|awk|in|rs|go|m4)$/.test(name);
    if (kind === 'file' && isRead) yield path;
  }
}
