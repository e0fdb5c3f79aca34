/** analysis/: a {@link Workspace} in, the problems of each of its files out. */
import type { Problem } from '../problem';
import { fileKind, type Workspace } from '../project';
import type { Steps } from '../steps';
import { cCheck, unusedCheck } from './c';
import type { Check } from './check';
import { exportsCheck, headerCheck } from './exports';
import { kconfigCheck } from './kconfig';
import { makefileCheck } from './makefile';
import { manifestCheck } from './manifest';

export {
  describeFunction,
  describeInclude,
  type FunctionDescription,
  type FunctionPlace,
  filesOfTree,
  functionPlaces,
  inactiveCode,
  isFunctionName,
  type Provider,
} from './c';
export type { Check, CheckedFile } from './check';
export { CODES, documentationOf } from './codes';
export {
  describeExport,
  type ExportCandidate,
  type ExportDescription,
  exportCandidates,
  exportDefinition,
  type SymbolPlace,
} from './exports/describe';
export { type ParameterDefinition, parametersAt } from './exports/parameters';
export { describeSystemCall, type SystemCallDescription } from './exports/provided';
export { type SystemCallDefinition, systemCallsAt } from './exports/system-calls';
export { type NamedPath, namedPaths } from './manifest/paths';
export { type ModuleReader, TypeScriptAnalysis, WorkerReader } from './typescript';
export { describeForeign, type ForeignDescription } from './typescript/describe';

const CHECKS: readonly Check[] = [
  manifestCheck,
  unusedCheck,
  kconfigCheck,
  makefileCheck,
  exportsCheck,
  headerCheck,
  cCheck,
];

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
    const found = checks.flatMap((check) => check.check({ path, kind, text, workspace }));
    return limited(found.sort(inTextOrder));
  });
}

/** Makes, in steps, what takes long of finding a file's problems and of answering questions about it. */
export function* prepare(workspace: Workspace, path: string): Steps<void> {
  const kind = fileKind(path);
  if (kind === undefined) return;
  yield* workspace.prepare(path);
  for (const check of CHECKS) if (check.kinds.includes(kind)) yield* check.prepare?.(workspace, path) ?? [];
}

/** Whether the problems of a file are known, and nothing has changed since. */
export function areKnown(workspace: Workspace, path: string): boolean {
  return workspace.hasDerived('problems', path);
}

/** Nobody reads more of one file, and every one costs an editor something. */
const PROBLEM_LIMIT = 1000;

function limited(problems: readonly Problem[]): readonly Problem[] {
  const [first] = problems;
  if (first === undefined || problems.length <= PROBLEM_LIMIT) return problems;
  const message = `This file has ${problems.length} problems; the first ${PROBLEM_LIMIT} are shown.`;
  const { range } = first;
  return [
    { code: 'too-many-problems', severity: 'information', message, range },
    ...problems.slice(0, PROBLEM_LIMIT),
  ];
}

function inTextOrder({ range: { start: a } }: Problem, { range: { start: b } }: Problem): number {
  return a.line - b.line || a.character - b.character;
}
