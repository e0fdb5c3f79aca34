/** Parameters of a tree's libraries by the names that a command line has for them: `netdev.ip`. */
import { join } from 'node:path';
import { type ParameterDefinition, parametersAt } from '@unikernel-tools/kernel-sdk/analysis';
import type { Workspace } from '@unikernel-tools/kernel-sdk/project';
import { Turns } from '@unikernel-tools/kernel-sdk/steps';
import type { Position } from 'vscode-languageserver';
import type { Entity, Occurrence, PositionRequest } from './language';
import { registrations } from './makefile-uk/libraries';
import { parameterPrefixes } from './makefile-uk/parameters';

export interface NamedParameter {
  /** With its prefix. */
  readonly name: string;
  /** As registered: `libuknetdev`. */
  readonly library: string;
  readonly definition: ParameterDefinition;
}

/** Of the libraries of one folder. */
export function parametersIn(workspace: Workspace, folder: string): readonly NamedParameter[] {
  const all = parametersAt(workspace, folder);
  const text = all.length === 0 ? undefined : workspace.files.readText(join(folder, 'Makefile.uk'));
  if (text === undefined) return [];
  const [given] = parameterPrefixes(text);
  const library = given?.library ?? registrations(text)[0]?.name ?? '';
  const prefix = given?.prefix ?? library;
  return all.map((definition) => ({
    name: definition.hasPrefix ? definition.name : `${prefix}.${definition.name}`,
    ...{ library, definition },
  }));
}

/** Of all libraries that a file's tree has, in the order of their names. */
export async function parametersFor(workspace: Workspace, path: string): Promise<readonly NamedParameter[]> {
  const libraries = workspace.treeOf(path)?.catalog.libraries ?? [];
  const found: NamedParameter[] = [];
  const turns = new Turns();
  for (const folder of new Set(libraries.map((library) => library.folder))) {
    found.push(...parametersIn(workspace, folder));
    if (turns.due) await turns.pass();
  }
  return found.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Those that a source makes. */
function parametersOf(workspace: Workspace, path: string): readonly NamedParameter[] {
  const libraries = workspace.treeOf(path)?.catalog.libraries ?? [];
  // A source that is compiled in several ways has them behind its path.
  const own = libraries.filter(({ sources }) => sources.some((source) => source.path.startsWith(path)));
  return [...new Set(own.map(({ folder }) => folder))]
    .flatMap((folder) => parametersIn(workspace, folder))
    .filter(({ definition }) => definition.path === path);
}

export function parameterAt({ document, path, workspace, position }: PositionRequest) {
  const { line } = position;
  const content = document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
  if (!/UK_LIB_?PARAM|UK_PARAMETER/.test(content)) return undefined;
  const found = parametersOf(workspace, path).find(({ definition }) => isAt(definition.range, position));
  const entity = (name: string): Entity => ({ kind: 'parameter', name });
  return found && { entity: entity(found.name), range: found.definition.range };
}

export function parameterOccurrences(
  { path, workspace }: { readonly path: string; readonly workspace: Workspace },
  { kind, name }: Entity,
): readonly Occurrence[] {
  if (kind !== 'parameter') return [];
  return parametersOf(workspace, path).flatMap((one) =>
    one.name === name ? [{ range: one.definition.range, role: 'definition' as const }] : [],
  );
}

function isAt({ start, end }: ParameterDefinition['range'], { line, character }: Position): boolean {
  return start.line === line && start.character <= character && character <= end.character;
}
