/** What there is to know of a symbol that a library exports, or could: its prototype, its comment, where it stands. */
import { basename, dirname, join } from 'node:path';
import type { Range } from '../../problem';
import { fileKind, type Workspace } from '../../project';
import { signatureAt } from '../c/describe';
import { factsOf, headersOf } from '../c/headers';
import { Lines } from '../c/lines';
import { exporters, shortName, shownFolders } from '../c/providers';
import { definedAt, librariesAt, listedSources } from './defined';
import { systemCallsAt } from './system-calls';

export interface SymbolPlace {
  /** Absolute. */
  readonly path: string;
  readonly range: Range;
}

export interface ExportDescription {
  readonly signature: string | undefined;
  /** The comment before the declaration, or before the definition. */
  readonly comment: string | undefined;
  /** As an `#include` has it: `uk/alloc.h`. */
  readonly header: string | undefined;
  readonly definition: SymbolPlace | undefined;
  /** Short names of other libraries that export the symbol as well. */
  readonly others: readonly string[];
}

/** @param path The list's. */
export function describeExport(workspace: Workspace, path: string, name: string): ExportDescription {
  const folder = dirname(path);
  const tree = workspace.librariesOf(path);
  const declared = declarationsAt(workspace, folder).get(name);
  const definition = exportDefinition(workspace, folder, name);
  const text = declared && workspace.files.readText(declared.path);
  const source = definition && workspace.files.readText(definition.path);
  const start =
    definition && source !== undefined ? offsetOf(source, definition.range.start.line) : undefined;
  const others = tree === undefined ? [] : exporters(workspace, tree, name);
  return {
    signature: declared
      ? signatureAt(workspace, declared.path, declared.start)
      : definition && source !== undefined && definedAt(workspace, folder).has(name)
        ? signatureAt(
            workspace,
            definition.path,
            offsetOf(source, definition.range.start.line) + definition.range.start.character,
          )
        : undefined,
    comment:
      (declared && text !== undefined ? commentBefore(text, declared.start) : undefined) ??
      (source !== undefined && start !== undefined ? commentBefore(source, start) : undefined),
    header: declared?.header,
    definition,
    others: others.filter((library) => library.folder !== folder).map(shortName),
  };
}

export interface ExportCandidate {
  readonly name: string;
  /** A header for everybody declares it. */
  readonly isDeclared: boolean;
  /** The name of the source that defines it. */
  readonly source: string;
}

/** What the sources of a folder's libraries define for everybody, system calls by all their names. */
export function exportCandidates(workspace: Workspace, folder: string): readonly ExportCandidate[] {
  const declared = declarationsAt(workspace, folder);
  const functions = [...definedAt(workspace, folder)].flatMap(([name, path]) =>
    name === 'main' || fileKind(path) === 'header' ? [] : [{ name, path }],
  );
  const calls = systemCallsAt(workspace, folder).flatMap(({ name, macro, path }) => {
    // What is low-level has no wrapper of libc's name.
    const names = [
      ...(macro.startsWith('UK_LL') ? [] : [name]),
      `uk_syscall_e_${name}`,
      `uk_syscall_r_${name}`,
    ];
    return names.map((one) => ({ name: one, path }));
  });
  return [...functions, ...calls].map(({ name, path }) => ({
    ...{ name, isDeclared: declared.has(name), source: basename(path) },
  }));
}

/** Where the sources of a folder's libraries define a symbol; undefined where no source shows it. */
export function exportDefinition(
  workspace: Workspace,
  folder: string,
  name: string,
): SymbolPlace | undefined {
  const known = definedAt(workspace, folder).get(name);
  if (known !== undefined) {
    const text = workspace.files.readText(known);
    const own = factsOf(workspace, known)
      ?.functions.get(name)
      ?.find(({ hasBody }) => hasBody);
    if (text !== undefined && own !== undefined) {
      return { path: known, range: new Lines(text).range(own.start, name.length) };
    }
  }
  const bare = name.replace(/^uk_syscall_[er]_/, '');
  const call = systemCallsAt(workspace, folder).find((one) => one.name === bare);
  if (call !== undefined) return { path: call.path, range: call.range };
  const patterns = [
    // A label, or a macro of assembly that makes one.
    new RegExp(`^[ \\t]*(?:[A-Z_]*ENTRY\\s*\\(\\s*)?(${escaped(name)})\\s*[:)]`, 'm'),
    // A variable, or what a macro makes of the name.
    new RegExp(
      `^(?!\\s*(?:#|\\*|//|extern\\b|return\\b))[^\\n=]*[\\s*(,](${escaped(name)})\\s*(?:[=;[,)]|$)`,
      'm',
    ),
  ];
  for (const path of listedSources(workspace, folder)) {
    const text = workspace.files.readText(path);
    if (text === undefined || !text.includes(name)) continue;
    for (const pattern of patterns) {
      const match = pattern.exec(text);
      const found = match?.[1];
      if (match === null || found === undefined) continue;
      const at = match.index + match[0].lastIndexOf(found);
      return { path, range: new Lines(text).range(at, found.length) };
    }
  }
  return undefined;
}

interface Declared {
  readonly path: string;
  readonly header: string;
  readonly start: number;
}

/** Functions that headers for everybody declare. */
function declarationsAt(workspace: Workspace, folder: string): ReadonlyMap<string, Declared> {
  return workspace.derive('exports-declared', folder, () => {
    const found = new Map<string, Declared>();
    const tree = workspace.librariesOf(join(folder, 'Makefile.uk'));
    for (const library of tree === undefined ? [] : librariesAt(workspace, folder)) {
      for (const include of tree === undefined ? [] : shownFolders(tree, library)) {
        for (const header of headersOf(workspace, include)) {
          const path = join(include, header);
          for (const [name, [first]] of factsOf(workspace, path)?.functions ?? []) {
            if (first !== undefined && !found.has(name))
              found.set(name, { path, header, start: first.start });
          }
        }
      }
    }
    return found;
  });
}

/** The comment that ends right before the declaration around an offset, without its marks. */
function commentBefore(text: string, start: number): string | undefined {
  const before = text.slice(0, start);
  const match = /\/\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:(?!\*\/|\n\s*\n|[;{}#])[\s\S])*$/.exec(
    before.slice(-4000),
  );
  const lines = match?.[1]?.split('\n').map((line) => line.replace(/^\s*\*+ ?/, '').trimEnd());
  const comment = lines?.join('\n').trim();
  return comment === '' ? undefined : comment;
}

function offsetOf(text: string, line: number): number {
  let at = 0;
  for (let count = 0; count < line; count++) at = text.indexOf('\n', at) + 1;
  return at;
}

function escaped(name: string): string {
  return name.replace(/[$.]/g, '\\$&');
}
