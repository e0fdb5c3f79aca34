/** What the public headers of a library declare, with the types that they take from elsewhere. */
import { dirname, join, relative } from 'node:path';
import type { Catalog, Library } from '../../library';
import type { FileSystem, LibraryTree, Workspace } from '../../project';
import { factsOf } from '../c/headers';
import { shownFolders } from '../c/providers';
import {
  addTypedef,
  type CDeclarations,
  type CFunction,
  type CType,
  readDeclarations,
} from './c-declarations';

export interface HeaderFunction extends CFunction {
  /** As an `#include` names the header: `uk/alloc.h`. */
  readonly header: string;
  /** Where that is, absolute. */
  readonly path: string;
}

export interface LibraryHeaders {
  /** Every declaration of a name: conditions may leave one of several. */
  readonly functions: ReadonlyMap<string, readonly HeaderFunction[]>;
  typedef(name: string): CType | undefined;
}

/** Folders in one another deeper than this, and more files than these, are no headers of a library. */
const DEPTH_LIMIT = 6;
const HEADER_LIMIT = 2000;

export function libraryHeaders(workspace: Workspace, library: Library): LibraryHeaders {
  return workspace.derive('library-headers', library.folder, (files) => {
    const tree = workspace.librariesOf(join(library.folder, 'Makefile.uk'));
    const functions = new Map<string, HeaderFunction[]>();
    const queue: string[] = [];
    for (const folder of publicFolders(tree, library)) {
      for (const path of headersBelow(folder, files, 0)) {
        queue.push(path);
        for (const found of declarationsOf(workspace, path)?.functions ?? []) {
          const known = functions.get(found.name) ?? [];
          functions.set(found.name, [...known, { ...found, path, header: relative(folder, path) }]);
        }
      }
    }
    const typedefs = typedefsFrom(workspace, tree?.catalog, library, queue);
    return { functions, typedef: (name) => typedefs.get(name) };
  });
}

/** The include folders that the library shows to others, of those in its own folder. */
function publicFolders(tree: LibraryTree | undefined, library: Library): readonly string[] {
  const shown = tree === undefined ? [] : shownFolders(tree, library);
  const own = shown.filter((path) => !relative(library.folder, path).startsWith('..'));
  const all = own.length === 0 ? [join(library.folder, 'include')] : own;
  return all.filter((path) => path !== library.folder);
}

function* headersBelow(folder: string, files: FileSystem, depth: number): Generator<string> {
  for (const { name, kind } of files.entries(folder)) {
    const path = join(folder, name);
    if (kind === 'folder' && depth < DEPTH_LIMIT) yield* headersBelow(path, files, depth + 1);
    if (kind === 'file' && name.endsWith('.h')) yield path;
  }
}

/** The names of types of headers, and of those that they include, as far as they are in the tree. */
function typedefsFrom(
  workspace: Workspace,
  catalog: Catalog | undefined,
  library: Library,
  headers: readonly string[],
): ReadonlyMap<string, CType | undefined> {
  const typedefs = new Map<string, CType | undefined>();
  const seen = new Set(headers);
  const folders = [...library.includes, ...(catalog?.includes ?? [])].map(({ path }) => path);
  // A set goes on with what is added to it meanwhile.
  for (const path of seen) {
    const read = declarationsOf(workspace, path);
    for (const [name, type] of read?.typedefs ?? []) addTypedef(typedefs, name, type);
    for (const include of read?.includes ?? []) {
      const found = [dirname(path), ...folders]
        .map((folder) => join(folder, include))
        .find((candidate) => workspace.files.kind(candidate) === 'file');
      if (found !== undefined && seen.size < HEADER_LIMIT) seen.add(found);
    }
  }
  return typedefs;
}

function declarationsOf(workspace: Workspace, path: string): CDeclarations | undefined {
  return workspace.derive('c-declarations', path, (files) => {
    const facts = factsOf(workspace, path);
    const text = facts && files.readText(path);
    return text === undefined ? undefined : readDeclarations(text, facts);
  });
}
