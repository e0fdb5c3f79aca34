/** Which file an `#include` leads to, in the folders that a library's sources are compiled with. */
import { basename, dirname, join } from 'node:path';
import type { Configuration } from '../../kconfig';
import type { IncludeFolder, Library } from '../../library';
import { type FileSystem, fileKind, isEnabled, type LibraryTree, type Workspace } from '../../project';
import type { Steps } from '../../steps';
import { type CFacts, TEXT_LIMIT } from './facts';
import { readFacts } from './read-facts';

/** Headers that compilers bring along for kernels (C11, 4 paragraph 6), and for their own instructions. */
const COMPILERS = new Set(
  [
    'float',
    'iso646',
    'limits',
    'stdalign',
    'stdarg',
    'stdatomic',
    'stdbool',
    'stddef',
    'stdint',
    'stdnoreturn',
  ].map((name) => `${name}.h`),
);
const INTRINSICS = /^(?:cpuid|\w*intrin|arm_neon|arm_acle|mm_malloc)\.h$/;

export function isCompilers(header: string): boolean {
  return COMPILERS.has(header) || INTRINSICS.test(header);
}

/** Made by the build: options, and the like. */
export function isGenerated(header: string): boolean {
  return /^uk\/(?:_?config\.h$|libraries\.h$|bits\/)/.test(header);
}

/** Folders in one another deeper than this, and more headers of a folder than these, are no include folder. */
const DEPTH_LIMIT = 8;
const HEADER_LIMIT = 20_000;

export interface HeaderIndex {
  /** The include folders of all sources that have a header, by the header's name. */
  readonly named: ReadonlyMap<string, readonly IncludeFolder[]>;
  /** Other folders that have it. */
  readonly others: ReadonlyMap<string, readonly IncludeFolder[]>;
}

export function headerIndex(workspace: Workspace, tree: LibraryTree): HeaderIndex {
  return workspace.trees.ofLibraries('c-header-index', tree, ({ catalog, sources }) => {
    const named = byHeader(workspace, catalog.includes);
    if (sources.kernel?.kind !== 'unikraft') return { named, others: new Map() };
    // Its makefiles name folders in ways that only make understands; where headers stand is a custom.
    const known = new Set(catalog.includes.map((folder) => folder.path));
    const folders = rootsOf(sources).flatMap((root) => includeFolders(workspace, root, 0));
    const others = folders.filter((folder) => !known.has(folder)).map((folder) => ({ path: folder }));
    return { named, others: byHeader(workspace, others) };
  });
}

/** Lists, one folder at a time, what the index of headers is made of. */
export function* prepareIndex(workspace: Workspace, tree: LibraryTree): Steps<void> {
  const { catalog, sources } = tree;
  if (workspace.trees.hasOfLibraries('c-header-index', tree)) return;
  for (const root of rootsOf(sources)) {
    yield* prepareFolders(workspace, root, 0);
    for (const folder of includeFolders(workspace, root, 0)) {
      headersOf(workspace, folder);
      yield;
    }
  }
  for (const { path } of catalog.includes) {
    headersOf(workspace, path);
    yield;
  }
}

function byHeader(workspace: Workspace, folders: readonly IncludeFolder[]): Map<string, IncludeFolder[]> {
  const index = new Map<string, IncludeFolder[]>();
  for (const folder of folders) {
    for (const name of headersOf(workspace, folder.path)) {
      const known = index.get(name);
      if (known === undefined) index.set(name, [folder]);
      else if (!known.some((one) => one.path === folder.path && one.option === folder.option))
        known.push(folder);
    }
  }
  return index;
}

/** Folders of libraries deeper than this have sources alone. */
const INCLUDE_DEPTH = 7;

function includeFolders(workspace: Workspace, folder: string, depth: number): readonly string[] {
  return workspace.derive('c-include-folders', folder, (files) =>
    foldersIn(files, folder, depth).flatMap((path) => {
      if (basename(path) === 'include') return [path];
      // A C library has a folder of headers for each architecture.
      const own = basename(folder) === 'arch' ? [path] : [];
      return [...own, ...includeFolders(workspace, path, depth + 1)];
    }),
  );
}

function foldersIn(files: FileSystem, folder: string, depth: number): readonly string[] {
  if (depth > INCLUDE_DEPTH) return [];
  return files
    .entries(folder)
    .flatMap(({ name, kind }) =>
      kind !== 'folder' || name.startsWith('.') || name === 'build' ? [] : join(folder, name),
    );
}

/** The innermost folders first, one at a time. */
function* prepareFolders(workspace: Workspace, folder: string, depth: number): Steps<void> {
  if (workspace.hasDerived('c-include-folders', folder)) return;
  for (const path of foldersIn(workspace.files, folder, depth)) {
    if (basename(path) !== 'include') yield* prepareFolders(workspace, path, depth + 1);
  }
  includeFolders(workspace, folder, depth);
  yield;
}

/** Where folders of headers are looked for by custom. */
function rootsOf({ kernel, libraries = [], application }: LibraryTree['sources']): readonly string[] {
  if (kernel?.kind !== 'unikraft') return [];
  return [kernel.folder, ...libraries, ...(application === undefined ? [] : [application])];
}

/** Names of a folder's headers as an `#include` has them. */
export function headersOf(workspace: Workspace, folder: string): readonly string[] {
  return workspace.derive('c-headers', folder, (files) => {
    const names: string[] = [];
    // A folder's name may have a variable in it that only make knows.
    if (files.kind(folder) !== 'folder') return names;
    collect(files, folder, '', 0, names);
    return names;
  });
}

function collect(files: FileSystem, folder: string, prefix: string, depth: number, names: string[]): void {
  for (const { name, kind } of files.entries(join(folder, prefix))) {
    if (names.length > HEADER_LIMIT) return;
    const path = `${prefix}${name}`;
    if (kind === 'folder' && depth < DEPTH_LIMIT) collect(files, folder, `${path}/`, depth + 1, names);
    else if (kind === 'file' && !/\.(?:c|cc|cpp|cxx|S|o|uk|md|txt|py|sh|mk|in|lds)$/.test(name))
      names.push(path);
  }
}

export type Resolved =
  /** The first one is what a compiler takes, when the configuration is known. */
  | { readonly kind: 'found'; readonly paths: readonly string[] }
  /** The folders that have it belong to what is off. */
  | { readonly kind: 'off'; readonly places: readonly IncludeFolder[] }
  | { readonly kind: 'missing' };

export interface Including {
  readonly workspace: Workspace;
  readonly index: HeaderIndex;
  /** Whose source it all begins with. */
  readonly library: Library | undefined;
  /** Undefined: every option may be on. */
  readonly configuration: Configuration | undefined;
}

/** What names of headers lead to, for sources without folders of their own: it follows from the index alone. */
const resolvedNames = new WeakMap<HeaderIndex, WeakMap<object, Map<string, Resolved>>>();
const NO_CONFIGURATION = {};

/** @param from The file that has the `#include`. */
export function resolveInclude(
  { workspace, index, library, configuration }: Including,
  { header, isQuoted }: { readonly header: string; readonly isQuoted: boolean },
  from: string,
): Resolved {
  if (header === '') return { kind: 'missing' };
  if (isQuoted) {
    const beside = join(dirname(from), header);
    if (workspace.files.kind(beside) === 'file') return { kind: 'found', paths: [beside] };
  }
  const own = (library?.includes ?? []).filter(({ path }) => headerNames(workspace, path).has(header));
  if (own.length > 0) return resolveAmong(index, header, own, configuration);
  const byConfiguration = resolvedNames.get(index) ?? new WeakMap<object, Map<string, Resolved>>();
  resolvedNames.set(index, byConfiguration);
  const key = configuration ?? NO_CONFIGURATION;
  const known = byConfiguration.get(key) ?? new Map<string, Resolved>();
  byConfiguration.set(key, known);
  const found = known.get(header) ?? resolveAmong(index, header, [], configuration);
  known.set(header, found);
  return found;
}

function resolveAmong(
  { named, others }: HeaderIndex,
  header: string,
  own: readonly IncludeFolder[],
  configuration: Configuration | undefined,
): Resolved {
  const places = [...own, ...(named.get(header) ?? [])];
  const on = configuration === undefined ? places : places.filter((place) => isEnabled(place, configuration));
  const [first] = on;
  if (first !== undefined) {
    const paths = (configuration === undefined ? on : [first]).map(({ path }) => join(path, header));
    return { kind: 'found', paths: [...new Set(paths)] };
  }
  const rest = (others.get(header) ?? []).map(({ path }) => join(path, header));
  if (rest.length > 0) return { kind: 'found', paths: rest };
  return places.length > 0 ? { kind: 'off', places } : { kind: 'missing' };
}

function headerNames(workspace: Workspace, folder: string): ReadonlySet<string> {
  return workspace.derive('c-header-names', folder, () => new Set(headersOf(workspace, folder)));
}

/** Files that have, or had, a name in their facts: where a name has to be looked for. */
const namers = new WeakMap<Workspace, Map<string, Set<string>>>();

export function filesNaming(workspace: Workspace, name: string): Iterable<string> {
  return namers.get(workspace)?.get(name) ?? [];
}

function note(workspace: Workspace, path: string, facts: CFacts): void {
  const byName = namers.get(workspace) ?? new Map<string, Set<string>>();
  namers.set(workspace, byName);
  const add = (name: string) => {
    const paths = byName.get(name);
    if (paths === undefined) byName.set(name, new Set([path]));
    else paths.add(path);
  };
  for (const name of facts.functions.keys()) add(name);
  for (const name of facts.macros.keys()) add(name);
  for (const name of facts.odd) add(name);
}

/** What a file says; undefined where it cannot be read. */
export function factsOf(workspace: Workspace, path: string): CFacts | undefined {
  return workspace.derive('c-facts', path, (files) => {
    const text = files.readText(path);
    if (text === undefined || text.length > TEXT_LIMIT) return undefined;
    const facts = readFacts(text, fileKind(path) === 'c++');
    note(workspace, path, facts);
    return facts;
  });
}
