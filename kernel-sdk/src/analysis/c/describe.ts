/** What there is to know of a function or a header that a C or C++ file names: who has it, and whether it is there. */
import { dirname, join } from 'node:path';
import type { Library } from '../../library';
import { fileKind, isEnabled, isProject, type Tree, type Workspace } from '../../project';
import { factsOf, headerIndex, type Including, resolveInclude } from './headers';
import { compiledBy, exporters, libraryOfFile, shortName, shownFolders, sourcePath } from './providers';
import { type Scope, scopeOf } from './scope';
import { providersOfSystemCall } from './system-calls';
import { targetsOf } from './targets';

export interface Provider {
  /** As people say it: `uksched`. */
  readonly library: string;
  /** `CONFIG_LIBUKSCHED`. */
  readonly option: string | undefined;
  /** For a target of the project; undefined where no project says so. */
  readonly isEnabled: boolean | undefined;
}

export interface FunctionDescription {
  readonly name: string;
  /** The declaration's text, in one line. */
  readonly signature: string | undefined;
  /** Where that stands, absolute. */
  readonly declaredIn: string | undefined;
  readonly isExported: boolean;
  readonly providers: readonly Provider[];
  /** Libraries that answer the system call of this name. */
  readonly systemCall: readonly Provider[];
}

/** Undefined where nobody of the tree has the function. */
export function describeFunction(
  workspace: Workspace,
  path: string,
  name: string,
): FunctionDescription | undefined {
  const tree = workspace.treeOf(path);
  if (tree === undefined) return undefined;
  const [declared] = scopeAt(workspace, tree, path)?.declarations(name) ?? [];
  const exporting = exporters(workspace, tree, name);
  const owner = declared && libraryOfFile(tree, declared.path);
  const systemCall = providersOfSystemCall(workspace, tree, name);
  const libraries = exporting.length > 0 || owner === undefined ? exporting : [owner];
  if (libraries.length === 0 && systemCall.length === 0) return undefined;
  return {
    name,
    signature: declared && signatureAt(workspace, declared.path, declared.start),
    declaredIn: declared?.path,
    isExported: exporting.length > 0,
    providers: libraries.map((library) => providerOf(workspace, tree, library)),
    systemCall: systemCall.map((library) => providerOf(workspace, tree, library)),
  };
}

export interface HeaderDescription {
  readonly header: string;
  /** Absolute; the file that the first target includes, or could include. */
  readonly path: string;
  readonly providers: readonly Provider[];
}

/** The header that an `#include` at an offset of a file names; undefined where none does, or nobody has it. */
export function describeInclude(
  workspace: Workspace,
  path: string,
  offset: number,
): (HeaderDescription & { readonly start: number }) | undefined {
  const tree = workspace.treeOf(path);
  const include = factsOf(workspace, path)?.includes.find(
    ({ start, header }) => start <= offset && offset <= start + header.length,
  );
  if (tree === undefined || include === undefined || include.header === '') return undefined;
  const resolved = resolveInclude(includingOf(workspace, tree, path), include, path);
  const found =
    resolved.kind === 'found'
      ? resolved.paths[0]
      : resolved.kind === 'off' && resolved.places[0] !== undefined
        ? join(resolved.places[0].path, include.header)
        : undefined;
  if (found === undefined) return undefined;
  const owner = libraryOfFile(tree, found);
  const providers = owner === undefined ? [] : [providerOf(workspace, tree, owner)];
  return { header: include.header, path: found, providers, start: include.start };
}

/** Sources of a tree's libraries and the headers that they show, where they are on this disk. */
export function filesOfTree(workspace: Workspace, tree: Tree): readonly string[] {
  return tree.catalog.libraries.flatMap((library) => {
    const { sources, origin } = library;
    const isOwn = (path: string) => origin === undefined || !path.startsWith(origin);
    const own = sources.map(({ path }) => sourcePath(path)).filter(isOwn);
    const beside = [...new Set([library.folder, ...own.map(dirname), ...headerFolders(tree, library)])];
    const headers = beside
      .filter(isOwn)
      .flatMap((folder) => workspace.files.entries(folder).map(({ name }) => join(folder, name)))
      .filter((path) => fileKind(path) === 'header');
    return [...own, ...headers];
  });
}

/** Include folders, with the folders in them that headers stand in. */
function headerFolders(tree: Tree, library: Library): readonly string[] {
  return shownFolders(tree, library).flatMap((folder) => [folder, join(folder, 'uk'), join(folder, 'sys')]);
}

function includingOf(workspace: Workspace, tree: Tree, path: string): Including {
  const index = headerIndex(workspace, tree);
  const library = compiledBy(workspace, tree, path, undefined);
  const [target] = isProject(tree) ? targetsOf(workspace, tree) : [];
  return { workspace, index, library, configuration: target?.configuration };
}

function scopeAt(workspace: Workspace, tree: Tree, path: string): Scope | undefined {
  return scopeOf(includingOf(workspace, tree, path), path, fileKind(path) === 'c++');
}

export function providerOf(workspace: Workspace, tree: Tree, library: Library): Provider {
  const targets = isProject(tree) ? targetsOf(workspace, tree) : [];
  return {
    library: shortName(library),
    option: library.option,
    isEnabled:
      targets.length === 0
        ? undefined
        : targets.some(({ configuration }) => isEnabled(library, configuration)),
  };
}

/** A declaration longer than this is more than one. */
const SIGNATURE_LIMIT = 500;

/** From the beginning of the declaration to its end, or to its body. */
export function signatureAt(workspace: Workspace, path: string, start: number): string | undefined {
  const text = workspace.files.readText(path);
  if (text === undefined) return undefined;
  const before = text.slice(Math.max(0, start - SIGNATURE_LIMIT), start);
  // Behind what ends the one before: a statement, a body, a comment, a directive.
  const begin = Math.max(...[';', '}', '{', '*/', '\n#', '\n\n'].map((mark) => endOf(before, mark)));
  const after = /^[^;{]{0,500}/.exec(text.slice(start))?.[0] ?? '';
  return `${before.slice(begin)}${after}`.replace(/\s+/g, ' ').trim();
}

function endOf(text: string, mark: string): number {
  const at = text.lastIndexOf(mark);
  if (at < 0) return 0;
  if (mark !== '\n#') return at + mark.length;
  const end = text.indexOf('\n', at + 1);
  return end < 0 ? text.length : end;
}
