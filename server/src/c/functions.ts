/** Functions that C and C++ files declare, define and call. */
import { functionPlaces } from '@unikernel-tools/kernel-sdk/analysis';
import type { Workspace } from '@unikernel-tools/kernel-sdk/project';
import type { Entity, Occurrence, PositionRequest } from '../language';

/** The name at a position, where the file has it as a function's. */
export function functionAt({ document, path, workspace, position }: PositionRequest) {
  const { line, character } = position;
  const content = document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
  for (const match of content.matchAll(/[A-Za-z_]\w*/g)) {
    const [name] = match;
    if (character < match.index || character > match.index + name.length) continue;
    const place = functionPlaces(workspace, path, name).find(
      ({ range: { start } }) => start.line === line && start.character === match.index,
    );
    const entity: Entity = { kind: 'function', name };
    return place && { entity, range: place.range };
  }
  return undefined;
}

export function functionOccurrences(
  { path, workspace }: { readonly path: string; readonly workspace: Workspace },
  { kind, name }: Entity,
): readonly Occurrence[] {
  return kind === 'function' ? functionPlaces(workspace, path, name) : [];
}
