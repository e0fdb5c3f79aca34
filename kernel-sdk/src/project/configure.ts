/** From a project and a target to options with values and the libraries that they enable. */
import { relative } from 'node:path';
import { type Configuration, evaluateKconfig, isValue, rangeOf } from '../kconfig';
import type { Guarded } from '../library';
import type { ManifestTarget, OptionAssignment } from '../manifest';
import { type LocatedProblem, type Ranged, suggest } from '../problem';
import type { ConfiguredProject, Project } from './model';

export type ConfigureResult =
  | {
      readonly ok: true;
      readonly configured: ConfiguredProject;
      readonly problems: readonly LocatedProblem[];
    }
  | { readonly ok: false; readonly message: string; readonly problems: readonly LocatedProblem[] };

/** The targets of which builds know how, with the options that each switches on; the kernel has to have these. */
const TARGET_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  'qemu/x86_64': ['ARCH_X86_64', 'PLAT_KVM'],
  'qemu/arm64': ['ARCH_ARM_64', 'PLAT_KVM'],
};

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
  if (errors.length > 0) return fail(describe(errors));
  const { kernel } = project.sources;
  if (kernel?.kind !== 'sdk') {
    return fail(
      `'${project.manifestPath}' names ${manifest.kernel?.kind ?? 'no'} kernel sources. This version builds the built-in kernel alone: write 'x-kernel: sdk' in place of them.`,
    );
  }
  const chosen = chooseTarget(manifest.targets, target);
  if (chosen === undefined) {
    const known = manifest.targets.map(targetName).join(', ');
    return fail(
      known === ''
        ? `'${project.manifestPath}' has no targets: add 'targets: [qemu/x86_64]'.`
        : `'${project.manifestPath}' has no target '${target}'; it has ${known}.`,
    );
  }
  const targets = Object.entries(TARGET_OPTIONS).filter(([, options]) =>
    options.every((option) => project.options.options.has(option)),
  );
  const options = targets.find(([name]) => name === platArch(chosen))?.[1];
  if (options === undefined) {
    const known = targets.map(([name]) => name).join(', ');
    return fail(`The built-in kernel cannot be built for '${platArch(chosen)}'; it can for ${known}.`);
  }
  const nowhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const assignments = [
    ...manifest.kconfig,
    ...manifest.libraries.flatMap((l) => l.kconfig),
    ...chosen.kconfig,
    ...[...overrides].map(([name, value]) => ({
      name: { value: name, range: nowhere },
      value: { value, range: nowhere },
    })),
  ];
  problems.push(...manifest.libraries.flatMap((library) => checkLibrary(project, library.name)));
  problems.push(...assignments.flatMap((assignment) => checkAssignment(project, assignment)));
  const wrong = problems.filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) return fail(describe(wrong));
  const assigned = new Map<string, string>();
  for (const { name } of manifest.libraries) assigned.set(libraryOption(name.value), 'y');
  for (const { name, value } of assignments) assigned.set(name.value.replace(/^CONFIG_/, ''), value.value);
  // The target says which machine it is: no assignment chooses another one.
  for (const other of Object.values(TARGET_OPTIONS).flat()) assigned.set(other, 'n');
  for (const option of options) assigned.set(option, 'y');
  const configuration = evaluateKconfig(project.options, assigned);
  problems.push(...assignments.flatMap((assignment) => checkRange(project, configuration, assignment)));
  problems.push(...checkSelects(configuration));
  const outside = problems.filter(({ severity }) => severity === 'error');
  if (outside.length > 0) return fail(describe(outside));
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

/** `platform/architecture`. */
export function platArch({ platform, architecture }: ManifestTarget): string {
  return `${platform.value}/${architecture.value}`;
}

/** What a user calls a target: its name, else `platform/architecture`. */
export function targetName(target: ManifestTarget): string {
  return target.name?.value ?? platArch(target);
}

/** The option that enables a library of the manifest: `uksched` and `libuksched` are CONFIG_LIBUKSCHED. */
function libraryOption(library: string): string {
  const name = library.toUpperCase().replace(/[^A-Z0-9]/g, '_');
  return name.startsWith('LIB') ? name : `LIB${name}`;
}

function chooseTarget(
  targets: readonly ManifestTarget[],
  wanted: string | undefined,
): ManifestTarget | undefined {
  return wanted === undefined
    ? targets[0]
    : targets.find((target) => target.name?.value === wanted || platArch(target) === wanted);
}

function checkLibrary(project: Project, { value: name, range }: Ranged<string>): LocatedProblem[] {
  if (project.options.options.has(libraryOption(name))) return [];
  const options = new Set(project.catalog.libraries.flatMap(({ option }) => option ?? []));
  const known = [...options].map((option) => option.replace(/^CONFIG_LIB/, '').toLowerCase());
  const near = suggest(name.replace(/^lib/, ''), known);
  const hint = near === undefined ? '' : ` Did you mean '${near}'?`;
  const message = `There is no library '${name}' in the kernel.${hint}`;
  return [{ code: 'unknown-library', severity: 'error', message, range, file: project.manifestPath }];
}

/** Kconfig would silently take another number. */
function checkRange(
  project: Project,
  configuration: Configuration,
  { name, value }: OptionAssignment,
): LocatedProblem[] {
  const range = rangeOf(project.options, configuration, name.value.replace(/^CONFIG_/, ''));
  if (range === undefined) return [];
  const { low, high, place } = range;
  if (Number(value.value) >= Number(low) && Number(value.value) <= Number(high)) return [];
  const file = nearest(place.file, [project.folder, project.sources.kernel?.folder ?? project.folder]);
  const message = `'${name.value}' takes ${low} to ${high} (${file}:${place.range.start.line + 1}), not '${value.value}'.`;
  return [
    { code: 'option-range', severity: 'error', message, range: value.range, file: project.manifestPath },
  ];
}

/** Selects that nothing backs: what they switch on depends on what is off. */
function checkSelects({ evaluation }: Configuration): LocatedProblem[] {
  return evaluation.warnings.flatMap((warning): LocatedProblem[] => {
    if (warning.kind !== 'unmet-dependencies') return [];
    return warning.selectedBy.map(({ option, place }) => ({
      code: 'unmet-dependencies',
      severity: 'warning',
      message: `'${option.name}' selects '${warning.option.name}', which depends on what is off.`,
      ...place,
    }));
  });
}

/** A path from the folder that holds it, for messages. */
function nearest(path: string, folders: readonly string[]): string {
  const inside = folders.map((folder) => relative(folder, path)).find((short) => !short.startsWith('..'));
  return inside ?? path;
}

function checkAssignment(project: Project, { name, value }: OptionAssignment): LocatedProblem[] {
  const problem = (code: string, message: string, range = name.range): LocatedProblem[] => [
    { code, severity: 'error', message, range, file: project.manifestPath },
  ];
  const bare = name.value.replace(/^CONFIG_/, '');
  const option = project.options.options.get(bare);
  if (option === undefined) {
    const near = suggest(bare, project.options.options.keys());
    const hint = near === undefined ? '' : ` Did you mean 'CONFIG_${near}'?`;
    return problem('unknown-option', `There is no option '${name.value}'.${hint}`);
  }
  const type = option.type ?? 'bool';
  if (isValue(type, value.value)) return [];
  const takes = {
    bool: 'y or n',
    tristate: 'y, m or n',
    int: 'a whole number',
    hex: 'a number such as 0x10',
    string: 'a text',
  }[type];
  return problem('option-value', `'${name.value}' takes ${takes}, not '${value.value}'.`, value.range);
}

/** The first error with its place, and how many more there are. */
function describe(errors: readonly LocatedProblem[]): string {
  const [first] = errors;
  if (first === undefined) return '';
  const { line, character } = first.range.start;
  const more = errors.length > 1 ? ` (${errors.length - 1} more; 'unikernel check' lists them all)` : '';
  return `${first.file}:${line + 1}:${character + 1}: ${first.message}${more}`;
}
