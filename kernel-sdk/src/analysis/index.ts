/** analysis/: a {@link Workspace} in, the problems of each of its files out. */
import type { Problem } from '../problem';
import { fileKind, type Workspace } from '../project';
import type { Check } from './check';
import { kconfigCheck } from './kconfig';
import { manifestCheck } from './manifest';

export type { Check, CheckedFile } from './check';

const CHECKS: readonly Check[] = [manifestCheck, kconfigCheck];

/** Everything that is wrong with a file, in text order; nothing for files that cannot be read or have no checks. */
export async function problemsOf(workspace: Workspace, path: string): Promise<readonly Problem[]> {
  const kind = fileKind(path);
  const checks = CHECKS.filter(({ kinds }) => kind !== undefined && kinds.includes(kind));
  if (kind === undefined || checks.length === 0) return [];
  const text = workspace.files.readText(path);
  if (text === undefined) return [];
  const found = await Promise.all(checks.map((check) => check.check({ path, kind, text, workspace })));
  return found
    .flat()
    .sort(
      (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
    );
}
