/** From a project and a target to options with values and the libraries that they enable. */
import type { Configuration } from '../kconfig';
import type { Guarded } from '../library';
import type { ManifestTarget } from '../manifest';
import type { LocatedProblem } from '../problem';
import {
  evaluateTarget,
  NOWHERE,
  namedProblems,
  optionsOfTarget,
  platArch,
  valueProblems,
} from './assignments';
import type { ConfiguredProject, Project } from './model';

export type ConfigureResult =
  | {
      readonly ok: true;
      readonly configured: ConfiguredProject;
      readonly problems: readonly LocatedProblem[];
    }
  | { readonly ok: false; readonly message: string; readonly problems: readonly LocatedProblem[] };

/** The targets of which builds know how. */
const BUILT_TARGETS: readonly string[] = ['qemu/x86_64', 'qemu/arm64'];

/**
 * `target` is a target's name or `platform/architecture`; the manifest's first one unless told. `overrides` has values
 * that count before the manifest's, by names with `CONFIG_`.
 */
export function configureProject(
  project: Project,
  target?: string,
  overrides: ReadonlyMap<string, string> = new Map(),
): ConfigureResult {
  const problems = [...project.problems];
  const fail = (message: string): ConfigureResult => ({ ok: false, message, problems });
  const { manifest } = project;
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return fail(describeErrors(errors));
  const { kernel } = project.sources;
  if (kernel?.kind !== 'sdk') {
    return fail(
      `'${project.manifestPath}' names ${manifest.kernel?.kind ?? 'no'} kernel sources, which other tools configure. This is for the built-in kernel, 'x-kernel: sdk'.`,
    );
  }
  const found = findTarget(project, target);
  if (!found.ok) return fail(found.message);
  const chosen = found.target;
  const known = BUILT_TARGETS.filter((name) =>
    optionsOfTarget(name).every((option) => project.options.options.has(option)),
  );
  if (!known.includes(platArch(chosen))) {
    return fail(
      `The built-in kernel cannot be built for '${platArch(chosen)}'; it can for ${known.join(', ')}.`,
    );
  }
  problems.push(...namedProblems(project, chosen, overrides));
  const wrong = problems.filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) return fail(describeErrors(wrong));
  const configuration = evaluateTarget(project, chosen, overrides);
  problems.push(...valueProblems(project, chosen, configuration, overrides));
  const outside = problems.filter(({ severity }) => severity === 'error');
  if (outside.length > 0) return fail(describeErrors(outside));
  const libraries = project.catalog.libraries.filter((library) => isEnabled(library, configuration));
  return {
    ok: true,
    problems,
    configured: { project, kernelFolder: kernel.folder, target: chosen, configuration, libraries },
  };
}

/** Whether what an option guards counts. */
export function isEnabled({ option }: Guarded, { values }: Configuration): boolean {
  return option === undefined || values.get(option) === 'y';
}

/** What a user calls a target: its name, else `platform/architecture`. */
export function targetName(target: ManifestTarget): string {
  return target.name?.value ?? platArch(target);
}

export type FoundTarget =
  | { readonly ok: true; readonly target: ManifestTarget }
  | { readonly ok: false; readonly message: string };

/** @param wanted A target's name or `platform/architecture`; the manifest's first one unless told. */
export function findTarget({ manifest, manifestPath }: Project, wanted?: string): FoundTarget {
  const { targets } = manifest;
  const target =
    wanted === undefined
      ? targets[0]
      : targets.find((known) => known.name?.value === wanted || platArch(known) === wanted);
  if (target !== undefined) return { ok: true, target };
  const message =
    targets.length === 0
      ? `'${manifestPath}' has no targets: add 'targets: [qemu/x86_64]'.`
      : `'${manifestPath}' has no target '${wanted}'; it has ${targets.map(targetName).join(', ')}.`;
  return { ok: false, message };
}

/** The first error with its place, and how many more there are. */
export function describeErrors(errors: readonly LocatedProblem[]): string {
  const [first] = errors;
  if (first === undefined) return '';
  // What a command line says has no place in a file.
  if (first.range === NOWHERE) return first.message;
  const { line, character } = first.range.start;
  const more = errors.length > 1 ? ` (${errors.length - 1} more; 'unikernel check' lists them all)` : '';
  return `${first.file}:${line + 1}:${character + 1}: ${first.message}${more}`;
}
