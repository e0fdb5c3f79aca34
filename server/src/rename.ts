/** Another name for an option or a function: what it may be, and what changes with it. */
import { isFunctionName } from '@unikernel-tools/kernel-sdk/analysis';
import { type Range, ResponseError, type WorkspaceEdit } from 'vscode-languageserver';
import type { Entity } from './language';
import type { Found } from './navigation';
import { uriOf } from './paths';

export function isRenamable({ kind, name }: Entity): boolean {
  return kind === 'option' || (kind === 'function' && name !== 'main');
}

/** The new name as texts have it. Throws where it is none. */
export function checkedName({ kind }: Entity, newName: string): string {
  if (kind === 'option') {
    const bare = newName.replace(/^CONFIG_/, '');
    if (/^[A-Za-z0-9_]+$/.test(bare)) return bare;
    throw new ResponseError(0, `'${newName}' is no name for an option: use letters, digits and '_'.`);
  }
  if (isFunctionName(newName)) return newName;
  throw new ResponseError(
    0,
    `'${newName}' is no name for a function: use letters, digits and '_', and no word of C.`,
  );
}

interface Others {
  /** What has the new name already. */
  readonly taken: readonly Found[];
  /** The workspace's files. */
  readonly own: ReadonlySet<string>;
}

/** Throws where others than the workspace's files count on the name. */
export function renaming(
  { kind, name }: Entity,
  newName: string,
  occurrences: readonly Found[],
  { taken, own }: Others,
): WorkspaceEdit {
  const foreign = occurrences.find(
    ({ path, role }) => !own.has(path) && (role === 'definition' || kind === 'function'),
  );
  if (foreign !== undefined) {
    const is = foreign.role === 'reference' ? 'used' : 'defined';
    throw new ResponseError(0, `'${name}' is ${is} in '${foreign.path}', which is not in this workspace.`);
  }
  if (kind === 'function') checkFunction(name, newName, occurrences, taken);
  const changes: Record<string, { range: Range; newText: string }[]> = {};
  for (const { path, range } of occurrences) {
    const uri = uriOf(path);
    changes[uri] = [...(changes[uri] ?? []), { range, newText: newName }];
  }
  return { changes };
}

function checkFunction(
  name: string,
  newName: string,
  occurrences: readonly Found[],
  taken: readonly Found[],
): void {
  const definitions = occurrences.filter(({ role }) => role === 'definition');
  if (occurrences.some(({ isSystemCall }) => isSystemCall))
    throw new ResponseError(0, `'${name}' is a system call, whose name programs count on.`);
  if (definitions.length === 0)
    throw new ResponseError(0, `Nothing in this workspace shows where '${name}' is defined.`);
  const [there] = taken.filter(({ role }) => role !== 'reference');
  if (there !== undefined) throw new ResponseError(0, `'${newName}' stands in '${there.path}' already.`);
}
