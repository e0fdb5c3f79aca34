/** analysis/: a {@link Workspace} in, the problems of each of its files out. */
import type { Problem } from '../problem';
import { fileKind, type Workspace } from '../project';
import type { Check } from './check';
import { kconfigCheck } from './kconfig';
import { manifestCheck } from './manifest';

export type { Check, CheckedFile } from './check';

const CHECKS: readonly Check[] = [manifestCheck, kconfigCheck];

/**
 * Everything that is wrong with a file, in text order; nothing for files that cannot be read or have no checks. It is
 * worked out again when a file changes that it follows from.
 */
export function problemsOf(workspace: Workspace, path: string): readonly Problem[] {
  const kind = fileKind(path);
  const checks = CHECKS.filter(({ kinds }) => kind !== undefined && kinds.includes(kind));
  if (kind === undefined || checks.length === 0) return [];
  return workspace.derive('problems', path, (files) => {
    const text = files.readText(path);
    if (text === undefined) return [];
    return checks.flatMap((check) => check.check({ path, kind, text, workspace })).sort(inTextOrder);
  });
}

function inTextOrder({ range: { start: a } }: Problem, { range: { start: b } }: Problem): number {
  return a.line - b.line || a.character - b.character;
}
