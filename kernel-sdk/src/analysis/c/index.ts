/** What the C and C++ sources of a project use of libraries, against what its configuration enables. */
import type { Library } from '../../library';
import type { Problem } from '../../problem';
import { fileKind, type LibraryTree, type Project } from '../../project';
import type { Check, CheckedFile } from '../check';
import { checkCalls, isUndeclared } from './check-calls';
import { checkIncludes } from './check-includes';
import { flagsOf, hasHiddenHeaders } from './flags';
import { headerIndex, type Including, prepareIndex } from './headers';
import { Lines } from './lines';
import { compiledBy, prepareDeclared } from './providers';
import { prepareScope, scopeOf } from './scope';
import { Shadows } from './shadow';
import { type CTarget, targetsOf } from './targets';

export { C_CODES } from './codes';
export {
  describeFunction,
  describeInclude,
  type FunctionDescription,
  filesOfTree,
  type HeaderDescription,
  type Provider,
} from './describe';
export { inactiveCode } from './inactive';
export { type FunctionPlace, functionPlaces, isFunctionName } from './places';
export { targetsOf } from './targets';
export { unusedCheck } from './unused';

export const cCheck: Check = {
  kinds: ['c', 'c++'],
  *prepare(workspace, path) {
    const project = workspace.projectOf(path);
    const tree = project ?? workspace.librariesOf(path);
    if (tree === undefined) return;
    yield* prepareIndex(workspace, tree);
    const index = headerIndex(workspace, tree);
    const targets = project?.complete ? targetsOf(workspace, project) : [undefined];
    for (const target of targets) {
      const own = compiledBy(workspace, tree, path, target?.configuration);
      if (own === undefined) continue;
      const including = { workspace, index, library: own, configuration: target?.configuration };
      const isCpp = fileKind(path) === 'c++';
      yield* prepareScope(including, path, isCpp);
      const scope = scopeOf(including, path, isCpp);
      const isUnknown = ({ name }: { name: string }) => isUndeclared(scope?.declarations(name) ?? [], name);
      if (target !== undefined && scope?.isComplete && scope.facts.calls.some(isUnknown)) {
        yield* prepareDeclared(workspace, tree);
      }
    }
  },
  check(file) {
    const { workspace, path } = file;
    const project = workspace.projectOf(path);
    if (project?.complete) return inProject(file, project);
    const tree = workspace.librariesOf(path);
    const own = tree && compiledBy(workspace, tree, path, undefined);
    return tree === undefined || own === undefined ? [] : inTree(file, tree, own, undefined);
  },
};

/** What any target's build would stumble over, each once. */
function inProject(file: CheckedFile, project: Project): readonly Problem[] {
  const targets = targetsOf(file.workspace, project);
  const found = new Map<string, Problem>();
  for (const target of targets) {
    const own = compiledBy(file.workspace, project, file.path, target.configuration);
    // What is not compiled can use what it likes.
    if (own === undefined) continue;
    const isOneOfMany = targets.length > 1;
    for (const problem of inTree(file, project, own, { ...target, project, isOneOfMany })) {
      const { line, character } = problem.range.start;
      const key = `${problem.code === 'other-target' ? 'library-off' : problem.code} ${line}:${character}`;
      if (!found.has(key)) found.set(key, problem);
    }
  }
  return [...found.values()];
}

function inTree(
  { workspace, path, kind, text }: CheckedFile,
  tree: LibraryTree,
  own: Library,
  target: (CTarget & { readonly project: Project; readonly isOneOfMany: boolean }) | undefined,
): readonly Problem[] {
  const index = headerIndex(workspace, tree);
  const isCpp = kind === 'c++';
  const including: Including = { workspace, index, library: own, configuration: target?.configuration };
  const scope = scopeOf(including, path, isCpp);
  if (scope === undefined) return [];
  const lines = new Lines(text);
  const shadows = new Shadows(text, scope.facts);
  const flags = flagsOf(tree, own);
  if (hasHiddenHeaders(flags)) return [];
  const defined = new Set(flags.flatMap((flag) => /^-D([A-Za-z_]\w*)/.exec(flag)?.[1] ?? []));
  const off = target && {
    ...{ workspace, project: target.project, configuration: target.configuration },
    ...{ target: target.name, isOneOfMany: target.isOneOfMany },
  };
  return [
    ...(off === undefined ? [] : checkIncludes(off, including, scope, lines)),
    ...checkCalls({ workspace, tree, own, off, scope, lines, shadows, defined }),
  ];
}
