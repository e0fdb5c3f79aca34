/** `unikernel check`, `build` and `clean`. */
import { relative } from 'node:path';
import { clean } from '../build';
import type { LocatedProblem } from '../problem';
import { configureProject, targetName } from '../project';
import type { Invocation } from './main';
import { builtAt, projectAt } from './select';

export async function buildCommand(invocation: Invocation): Promise<number> {
  const { image } = await builtAt(invocation);
  invocation.streams.stdout.write(`${image.image}\n`);
  return 0;
}

export async function cleanCommand({ positionals }: Invocation): Promise<number> {
  clean(projectAt(positionals[0] ?? '.'));
  return 0;
}

/** Every problem on a line of its own, as compilers print them. */
export async function checkCommand({ positionals, streams }: Invocation): Promise<number> {
  const paths = positionals.length === 0 ? ['.'] : positionals;
  let errors = 0;
  for (const path of paths) {
    const project = projectAt(path);
    const problems = new Map<string, LocatedProblem>();
    for (const problem of project.problems) problems.set(lineOf(problem), problem);
    if (
      project.problems.every(({ severity }) => severity !== 'error') &&
      project.manifest.kernel?.kind === 'sdk'
    ) {
      for (const target of project.manifest.targets) {
        const result = configureProject(project, targetName(target));
        for (const problem of result.problems) problems.set(lineOf(problem), problem);
        if (!result.ok && result.problems.every(({ severity }) => severity !== 'error')) {
          streams.stdout.write(`${project.manifestPath}: error: ${result.message}\n`);
          errors++;
        }
      }
    }
    for (const [line, { severity }] of problems) {
      streams.stdout.write(`${line}\n`);
      if (severity === 'error') errors++;
    }
  }
  return errors > 0 ? 1 : 0;
}

function lineOf({ file, range, severity, message, code }: LocatedProblem): string {
  const near = relative(process.cwd(), file);
  const { line, character } = range.start;
  return `${near.startsWith('..') ? file : near}:${line + 1}:${character + 1}: ${severity}: ${message} [${code}]`;
}
