/** What a manifest names, held against its tree: libraries, options and their values. */
import type { LocatedProblem, Problem, Range } from '../../problem';
import { assignmentsOf, namedProblems, valueProblems, type Workspace } from '../../project';

/** Problems of a manifest's file that follow from its project, each once whatever targets have it. */
export function projectProblems(workspace: Workspace, path: string, text: string): readonly Problem[] {
  const project = workspace.project(path);
  // What is not on this disk may have anything.
  if (project === undefined || !project.complete) return [];
  const lines = text.split('\n');
  const { targets } = project.manifest;
  const each = targets.length === 0 ? [undefined] : targets;
  const found = new Map<string, { readonly problem: Problem; count: number }>();
  for (const [index, target] of each.entries()) {
    const configuration = workspace.configuration(path, index);
    const problems = [
      ...namedProblems(project, target),
      ...(configuration === undefined ? [] : valueProblems(project, target, configuration)),
    ].filter(({ file }) => file === path);
    for (const problem of problems) {
      const key = `${problem.code} ${keyOf(problem.range)} ${problem.message}`;
      const before = found.get(key);
      if (before === undefined) found.set(key, { problem: fitting(problem, lines), count: 1 });
      else before.count++;
    }
  }
  const shared = new Set(assignmentsOf(project, undefined).map(({ name }) => keyOf(name.range)));
  return [...found.values()]
    .filter(({ problem: { code, range }, count }) => {
      // What all targets share may be there for one of them only.
      return code !== 'option-off' || count === each.length || !shared.has(keyOf(range));
    })
    .map(({ problem }) => problem);
}

function keyOf({ start }: Range): string {
  return `${start.line}:${start.character}`;
}

/** Lines can be added where an assignment begins a line, and not inside of braces. */
function fitting({ file: _, ...problem }: LocatedProblem, lines: readonly string[]): Problem {
  const line = lines[problem.range.start.line] ?? '';
  const isFree = /^\s*(- *)?$/.test(line.slice(0, problem.range.start.character));
  if (problem.code !== 'option-off' || isFree) return problem;
  const { fixes: __, ...rest } = problem;
  return rest;
}
