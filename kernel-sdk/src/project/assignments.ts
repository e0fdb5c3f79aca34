/** What a manifest says about libraries and options, held against those that there are; and the values that follow. */
import { relative } from 'node:path';
import {
  type Configuration,
  evaluateKconfig,
  isValue,
  type Option,
  type OptionType,
  rangeOf,
} from '../kconfig';
import type { ManifestTarget, OptionAssignment } from '../manifest';
import { type Fix, type LocatedProblem, type Range, type Ranged, replacement, suggest } from '../problem';
import type { Project } from './model';

/** What a target switches on. Source: Unikraft's plat/ and arch/ and what `kraft build` sets for a target. */
const PLATFORM_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  qemu: ['PLAT_KVM'],
  fc: ['PLAT_KVM'],
  xen: ['PLAT_XEN'],
};
const ARCHITECTURE_OPTIONS: Readonly<Record<string, string>> = {
  x86_64: 'ARCH_X86_64',
  arm64: 'ARCH_ARM_64',
  arm: 'ARCH_ARM_32',
};

/** `platform/architecture`. */
export function platArch({ platform, architecture }: ManifestTarget): string {
  return `${platform.value}/${architecture.value}`;
}

/** Names without `CONFIG_` of what `platform/architecture` switches on. */
export function optionsOfTarget(name: string): readonly string[] {
  const [platform = '', architecture = ''] = name.split('/');
  return [ARCHITECTURE_OPTIONS[architecture] ?? [], PLATFORM_OPTIONS[platform] ?? []].flat();
}

/** The option that enables a library of the manifest: `uksched` and `libuksched` are LIBUKSCHED. */
export function libraryOption(library: string): string {
  const name = library.toUpperCase().replace(/[^A-Z0-9]/g, '_');
  return name.startsWith('LIB') ? name : `LIB${name}`;
}

/** Assignments of a target, those of the kernel first; later ones count. */
export function assignmentsOf(
  { manifest }: Project,
  target: ManifestTarget | undefined,
): readonly OptionAssignment[] {
  return [
    ...manifest.kconfig,
    ...manifest.libraries.flatMap(({ kconfig }) => kconfig),
    ...(target?.kconfig ?? []),
  ];
}

/** Values that count before a manifest's, by names with `CONFIG_`. */
export type Overrides = ReadonlyMap<string, string>;

/** Where a value stands that comes from a command line. */
export const NOWHERE: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Libraries and options that do not exist, and values that an option cannot have. */
export function namedProblems(
  project: Project,
  target: ManifestTarget | undefined,
  overrides: Overrides = new Map(),
): LocatedProblem[] {
  return [
    ...project.manifest.libraries.flatMap((library) => checkLibrary(project, library.name)),
    ...assignmentsWith(project, target, overrides).flatMap((assignment) =>
      checkAssignment(project, assignment),
    ),
  ];
}

/** Those of a target that nothing overrides, and what overrides the others, which stands nowhere in the manifest. */
function assignmentsWith(
  project: Project,
  target: ManifestTarget | undefined,
  overrides: Overrides,
): readonly OptionAssignment[] {
  return [
    ...assignmentsOf(project, target).filter(({ name }) => !overrides.has(name.value)),
    ...[...overrides].map(([name, value]) => ({
      name: { value: name, range: NOWHERE },
      value: { value, range: NOWHERE },
    })),
  ];
}

export function evaluateTarget(
  project: Project,
  target: ManifestTarget | undefined,
  overrides: Overrides = new Map(),
): Configuration {
  return evaluateKconfig(project.options, assignedIn(project, target, overrides));
}

/** What a target's options are evaluated with, by names without `CONFIG_`. */
export function assignedIn(
  project: Project,
  target: ManifestTarget | undefined,
  overrides: Overrides = new Map(),
): ReadonlyMap<string, string> {
  const assigned = new Map<string, string>();
  for (const { name } of project.manifest.libraries) assigned.set(libraryOption(name.value), 'y');
  for (const { name, value } of assignmentsOf(project, target))
    assigned.set(bareName(name.value), value.value);
  for (const [name, value] of overrides) assigned.set(bareName(name), value);
  if (target !== undefined) {
    // The target says which machine it is: no assignment chooses another one.
    const others = [...Object.values(PLATFORM_OPTIONS).flat(), ...Object.values(ARCHITECTURE_OPTIONS)];
    for (const other of others) if (project.options.options.has(other)) assigned.set(other, 'n');
    for (const option of optionsOfTarget(platArch(target))) assigned.set(option, 'y');
  }
  return assigned;
}

/** Values that do not come out as they were set, and selects that nothing backs. */
export function valueProblems(
  project: Project,
  target: ManifestTarget | undefined,
  configuration: Configuration,
  overrides: Overrides = new Map(),
): LocatedProblem[] {
  const assignments = assignmentsWith(project, target, overrides);
  return [
    ...assignments.flatMap((assignment) => checkRange(project, configuration, assignment)),
    ...assignments.flatMap((assignment) => checkOff(project, configuration, assignment)),
    ...checkSelects(configuration),
  ];
}

function bareName(name: string): string {
  return name.replace(/^CONFIG_/, '');
}

function checkLibrary(project: Project, { value: name, range }: Ranged<string>): LocatedProblem[] {
  // Another kernel's libraries may have options by any name.
  if (project.sources.kernel?.kind !== 'sdk') return [];
  if (project.options.options.has(libraryOption(name))) return [];
  const options = new Set(project.catalog.libraries.flatMap(({ option }) => option ?? []));
  const known = [...options].map((option) => option.replace(/^CONFIG_LIB/, '').toLowerCase());
  const near = suggest(name.replace(/^lib/, ''), known);
  return [
    {
      code: 'unknown-library',
      severity: 'error',
      message: `There is no library '${name}' in the kernel.${near === undefined ? '' : ` Did you mean '${near}'?`}`,
      range,
      file: project.manifestPath,
      ...(near === undefined ? {} : { fixes: replacement(range, near) }),
    },
  ];
}

const TAKES: Readonly<Record<OptionType, string>> = {
  bool: 'y or n',
  tristate: 'y, m or n',
  int: 'a whole number',
  hex: 'a number such as 0x10',
  string: 'a text',
};
/** What people write in place of `y` and `n`. */
const LOGIC: Readonly<Record<string, string>> = {
  ...{ yes: 'y', true: 'y', on: 'y', '1': 'y' },
  ...{ no: 'n', false: 'n', off: 'n', '0': 'n' },
};

function checkAssignment(project: Project, assignment: OptionAssignment): LocatedProblem[] {
  const { name, value } = assignment;
  const file = project.manifestPath;
  const bare = bareName(name.value);
  const option = project.options.options.get(bare);
  if (option === undefined) {
    const near = suggest(bare, project.options.options.keys());
    const prefix = name.value.startsWith('CONFIG_') ? 'CONFIG_' : '';
    const hint = near === undefined ? '' : ` Did you mean 'CONFIG_${near}'?`;
    return [
      {
        code: 'unknown-option',
        // Another version of a kernel than the one at hand may have it.
        severity: project.sources.kernel?.kind === 'sdk' ? 'error' : 'warning',
        message: `There is no option '${name.value}'.${hint}`,
        range: name.range,
        file,
        ...(near === undefined ? {} : { fixes: replacement(name.range, `${prefix}${near}`) }),
      },
    ];
  }
  const type = option.type ?? 'bool';
  if (isValue(type, value.value)) return [];
  const meant =
    type === 'bool' || type === 'tristate'
      ? LOGIC[value.value.toLowerCase()]
      : type === 'int' && /^0x[0-9a-f]{1,12}$/i.test(value.value)
        ? String(Number(value.value))
        : undefined;
  return [
    {
      code: 'option-value',
      severity: project.sources.kernel?.kind === 'sdk' ? 'error' : 'warning',
      message: `'${name.value}' takes ${TAKES[type]}, not '${value.value}'.`,
      range: value.range,
      file,
      ...(meant === undefined ? {} : { fixes: withValue(assignment, meant) }),
    },
  ];
}

/** Another value in an assignment's own form: quoted in a map, bare behind `CONFIG_X=`, none where it has no place. */
function withValue(assignment: OptionAssignment, text: string): readonly Fix[] {
  const { name, value } = assignment;
  if (name.range === value.range) return [];
  return replacement(value.range, isItem(assignment) ? text : `'${text}'`);
}

/** `CONFIG_X=y`, an item of a list. */
function isItem({ name: { range: name }, value: { range: value } }: OptionAssignment): boolean {
  return value.start.line === name.end.line && value.start.character === name.end.character + 1;
}

/** Kconfig would silently take another number. */
function checkRange(
  project: Project,
  configuration: Configuration,
  assignment: OptionAssignment,
): LocatedProblem[] {
  const { name, value } = assignment;
  const range = rangeOf(project.options, configuration, bareName(name.value));
  if (range === undefined) return [];
  const { low, high, place } = range;
  if (Number(value.value) >= Number(low) && Number(value.value) <= Number(high)) return [];
  const file = nearest(place.file, [project.folder, project.sources.kernel?.folder ?? project.folder]);
  return [
    {
      code: 'option-range',
      severity: 'error',
      message: `'${name.value}' takes ${low} to ${high} (${file}:${place.range.start.line + 1}), not '${value.value}'.`,
      range: value.range,
      file: project.manifestPath,
      fixes: withValue(assignment, Number(value.value) < Number(low) ? low : high),
    },
  ];
}

/** What is switched on and stays off: Kconfig says nothing about it. */
function checkOff(
  project: Project,
  { evaluation }: Configuration,
  assignment: OptionAssignment,
): LocatedProblem[] {
  const { name, value } = assignment;
  const option = project.options.options.get(bareName(name.value));
  if (option === undefined || value.value !== 'y' || evaluation.value(option) !== 'n') return [];
  // Who sets two options of one choice has said which one counts.
  if (option.choice !== undefined && evaluation.visibility(option) !== 0) return [];
  const off = blockers(option, (one) => evaluation.value(one) === 'n');
  const settable = off.filter(({ prompts }) => prompts.length > 0);
  const because =
    option.prompts.length === 0
      ? 'only other options switch it on'
      : off.length === 0
        ? 'what it depends on is not met'
        : `it depends on ${off.map(({ name: needed }) => `'CONFIG_${needed}'`).join(' and ')}, which is off`;
  return [
    {
      code: 'option-off',
      severity: 'warning',
      message: `'${name.value}' stays off: ${because}.`,
      range: name.range,
      file: project.manifestPath,
      ...(settable.length === 0 || settable.length < off.length
        ? {}
        : { fixes: [assignBefore(assignment, settable)] }),
    },
  ];
}

/** More assignments, on lines of their own before another one, in its form: `CONFIG_X: 'y'` or `- CONFIG_X=y`. */
function assignBefore(assignment: OptionAssignment, options: readonly Option[]): Fix {
  const { start } = assignment.name.range;
  const inList = isItem(assignment);
  const column = Math.max(0, start.character - (inList ? 2 : 0));
  const next = `\n${' '.repeat(column)}${inList ? '- ' : ''}`;
  const lines = options.map((option) => `CONFIG_${option.name}${inList ? '=y' : ": 'y'"}${next}`);
  return {
    title: `Set ${options.map((option) => `'CONFIG_${option.name}'`).join(' and ')} too`,
    changes: [{ range: { start, end: start }, newText: lines.join('') }],
  };
}

/** Options that are off and each of which alone keeps another one off. */
export function blockers({ dependsOn, prompts }: Option, isOff: (option: Option) => boolean): Option[] {
  const found = new Set<Option>();
  const look = (expression: Option['dependsOn']) => {
    if (expression?.kind === 'symbol' && isOff(expression.symbol)) found.add(expression.symbol);
    if (expression?.kind === 'and') for (const operand of expression.operands) look(operand);
  };
  look(dependsOn);
  for (const { condition } of prompts.length === 1 ? prompts : []) look(condition);
  return [...found].filter(({ kind }) => kind === 'option');
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
