/** Who has a function, a header or a system call: libraries, by what they export, define and show in headers. */
import { dirname, join, relative, resolve } from 'node:path';
import type { Configuration } from '../../kconfig';
import type { Catalog, Library, SourcePath } from '../../library';
import { isEnabled, type LibraryTree, type Workspace } from '../../project';
import type { Steps } from '../../steps';
import { factsOf, headersOf } from './headers';

/** As people say it: `uksched`. */
export function shortName({ name }: Library): string {
  return name.replace(/^lib/, '');
}

/** Libraries whose exportsyms.uk has a name. */
export function exporters(workspace: Workspace, tree: LibraryTree, name: string): readonly Library[] {
  const index = workspace.trees.ofLibraries('c-exporters', tree, ({ catalog }) => {
    const byName = new Map<string, Library[]>();
    for (const library of catalog.libraries) {
      for (const symbol of library.exports ?? [])
        byName.set(symbol, [...(byName.get(symbol) ?? []), library]);
    }
    return byName;
  });
  return index.get(name) ?? [];
}

/** By their folders: they follow from the catalog alone. */
const byFolder = new WeakMap<Catalog, ReadonlyMap<string, Library>>();

/** The library in whose folder, or in whose fetched sources, a file is: the innermost one. */
export function libraryOfFile({ catalog }: LibraryTree, path: string): Library | undefined {
  const folders = byFolder.get(catalog) ?? foldersOf(catalog);
  byFolder.set(catalog, folders);
  let at = resolve(path);
  for (;;) {
    const library = folders.get(at);
    if (library !== undefined) return library;
    const above = dirname(at);
    if (above === at) return undefined;
    at = above;
  }
}

/** Of several libraries with the same folder, the first. */
function foldersOf(catalog: Catalog): ReadonlyMap<string, Library> {
  const found = new Map<string, Library>();
  for (const library of catalog.libraries) {
    for (const folder of [library.folder, library.origin]) {
      if (folder !== undefined && !found.has(resolve(folder))) found.set(resolve(folder), library);
    }
  }
  return found;
}

function isIn(folder: string, path: string): boolean {
  if (path.includes('..')) return !relative(folder, path).startsWith('..');
  return (
    path.startsWith(folder) && (path.length === folder.length || /[\\/]/.test(path[folder.length] ?? ''))
  );
}

/** Without a variant: `main.c|isr`. */
export function sourcePath(written: string): string {
  return written.split('|')[0] ?? written;
}

export interface Definition {
  readonly path: string;
  readonly start: number;
  readonly isLocal: boolean;
}

/** Functions that the sources of a library define; undefined where not all of them are known. */
export function definitionsIn(
  workspace: Workspace,
  library: Library,
): ReadonlyMap<string, Definition> | undefined {
  return workspace.derive('c-definitions', `${library.name} ${library.folder}`, () => {
    const found = new Map<string, Definition>();
    for (const { path: written, except } of library.sources) {
      const path = sourcePath(written);
      if (except !== undefined || !/\.(?:c|cc|cpp|cxx)$/.test(path)) return undefined;
      const facts = factsOf(workspace, path);
      if (facts === undefined || facts.isBroken) return undefined;
      for (const [name, declared] of facts.functions) {
        const own = declared.find(({ hasBody }) => hasBody);
        if (own !== undefined) found.set(name, { path, start: own.start, isLocal: own.isLocal });
      }
      // Anything may come of these.
      for (const name of facts.odd) {
        if (!found.has(name)) found.set(name, { path, start: 0, isLocal: false });
      }
    }
    return found;
  });
}

/** Whether a library has a function, as far as its headers and sources tell; undefined where they do not. */
export function mayHave(
  workspace: Workspace,
  tree: LibraryTree,
  library: Library,
  name: string,
): boolean | undefined {
  if (library.exports !== undefined) return library.exports.includes(name);
  const defined = definitionsIn(workspace, library);
  if (defined?.has(name) === true || declaredBy(workspace, tree, library).has(name)) return true;
  if (defined !== undefined) return false;
  // Sources from elsewhere do not know Unikraft's names; those beside its Makefile.uk may.
  return library.origin !== undefined && isKernelName(name) && !isInOwnSources(workspace, library, name)
    ? false
    : undefined;
}

/** Unikraft's own functions: `uk_malloc`, `ukplat_crash`. */
export function isKernelName(name: string): boolean {
  return /^uk(?:plat|arch)?_/.test(name);
}

function isInOwnSources(workspace: Workspace, { sources, origin = '' }: Library, name: string): boolean {
  return sources.some(({ path, except }) => {
    if (path.startsWith(origin)) return false;
    const facts = except === undefined ? factsOf(workspace, sourcePath(path)) : undefined;
    return facts === undefined || facts.functions.has(name) || facts.odd.has(name);
  });
}

/** Reads everything that is needed to know who declares a function. */
export function* prepareDeclared(workspace: Workspace, tree: LibraryTree): Steps<void> {
  for (const library of tree.catalog.libraries) {
    for (const folder of shownFolders(tree, library)) {
      for (const header of headersOf(workspace, folder)) {
        factsOf(workspace, join(folder, header));
        yield;
      }
    }
    declaredBy(workspace, tree, library);
    yield;
  }
}

/** Libraries whose headers have a function. */
export function declarers(workspace: Workspace, tree: LibraryTree, name: string): readonly Library[] {
  return tree.catalog.libraries.filter((library) => declaredBy(workspace, tree, library).has(name));
}

/** Names of functions and macros in the headers that a library shows. */
function declaredBy(workspace: Workspace, tree: LibraryTree, library: Library): ReadonlySet<string> {
  const folders = shownFolders(tree, library);
  // Other folders are other names: the tree may have been read again.
  return workspace.derive('c-declared', `${library.name} ${folders.join(' ')}`, () => {
    const names = new Set<string>();
    for (const folder of folders) {
      for (const header of headersOf(workspace, folder)) {
        const facts = factsOf(workspace, join(folder, header));
        for (const name of facts?.functions.keys() ?? []) names.add(name);
        for (const name of facts?.macros.keys() ?? []) names.add(name);
        for (const name of facts?.odd ?? []) names.add(name);
      }
    }
    return names;
  });
}

/** They follow from the two alone. */
const shown = new WeakMap<Catalog, Map<Library, readonly string[]>>();

/** The include folders for everybody that are a library's. */
export function shownFolders({ catalog }: LibraryTree, library: Library): readonly string[] {
  const byLibrary = shown.get(catalog) ?? new Map<Library, readonly string[]>();
  shown.set(catalog, byLibrary);
  const known = byLibrary.get(library) ?? foldersShown(catalog, library);
  byLibrary.set(library, known);
  return known;
}

function foldersShown(catalog: Catalog, library: Library): readonly string[] {
  const own = [library.folder, ...(library.origin === undefined ? [] : [library.origin])];
  const inside = catalog.includes.filter(({ path }) => own.some((folder) => isIn(folder, path)));
  return [...new Set(inside.map(({ path }) => path))];
}

interface Compiled {
  readonly library: Library;
  readonly source: SourcePath;
}

/** The library that compiles a source: in a configuration, or in any where none is given. */
export function compiledBy(
  workspace: Workspace,
  tree: LibraryTree,
  path: string,
  configuration: Configuration | undefined,
): Library | undefined {
  const index = workspace.trees.ofLibraries('c-compiled', tree, ({ catalog }) => {
    const byPath = new Map<string, Compiled[]>();
    for (const library of catalog.libraries) {
      for (const source of library.sources) {
        const at = sourcePath(source.path);
        const known = byPath.get(at);
        if (known === undefined) byPath.set(at, [{ library, source }]);
        else known.push({ library, source });
      }
    }
    return byPath;
  });
  return index
    .get(path)
    ?.find(
      ({ library, source }) =>
        configuration === undefined ||
        (isEnabled(library, configuration) && isEnabled(source, configuration)),
    )?.library;
}
