/** Code that the configuration leaves out, for editors to grey. */
import type { Problem } from '../../problem';
import { fileKind, isProject, type Workspace } from '../../project';
import { factsOf } from './headers';
import { statesIn } from './scope';
import { targetsOf } from './targets';

/** Hints over whole lines; none where a target of the project compiles them, or nobody can know. */
export function inactiveCode(workspace: Workspace, path: string): readonly Problem[] {
  const kind = fileKind(path);
  if (kind !== 'c' && kind !== 'c++' && kind !== 'header') return [];
  return workspace.derive('c-inactive', path, () => {
    const tree = workspace.treeOf(path);
    const facts = factsOf(workspace, path);
    if (facts === undefined || tree === undefined || !isProject(tree)) return [];
    const targets = targetsOf(workspace, tree);
    if (targets.length === 0) return [];
    const states = targets.map(({ configuration }) => statesIn(facts, configuration, kind === 'c++'));
    const isOut = (block: number) => states.every((of) => of[block] === 'no');
    return facts.blocks.flatMap(({ parent, firstLine, lastLine }, block): Problem[] => {
      if (parent < 0 || !isOut(block) || isOut(parent) || lastLine <= firstLine) return [];
      const names = targets.map(({ name }) => `'${name}'`).join(' and ');
      const range = { start: { line: firstLine, character: 0 }, end: { line: lastLine, character: 0 } };
      const message = `The configuration for ${names} leaves these lines out.`;
      return [{ code: 'inactive-code', severity: 'hint', message, range }];
    });
  });
}
