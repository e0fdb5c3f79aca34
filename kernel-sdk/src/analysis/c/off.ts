/** What is said of a header or a function that belongs to what the configuration leaves out. */
import type { Configuration } from '../../kconfig';
import type { IncludeFolder, Library } from '../../library';
import type { Problem, Range } from '../../problem';
import { blockers, type Project, type Workspace } from '../../project';
import { enableLibrary } from '../enable-library';
import { libraryOfFile, shortName } from './providers';

export interface OffSubject {
  readonly workspace: Workspace;
  readonly project: Project;
  readonly configuration: Configuration;
  /** As people name it: `qemu/x86_64`. */
  readonly target: string;
  /** There are others, for which this may be right. */
  readonly isOneOfMany: boolean;
}

/** Options that say which machine an image is for. */
const MACHINE = /^(?:ARCH|PLAT)_/;

/**
 * @param what As it stands in a sentence: `<uk/sched.h>`, `'uk_sched_yield'`.
 * @param options With `CONFIG_`, any of which would do.
 */
export function offProblem(
  subject: OffSubject,
  what: string,
  range: Range,
  libraries: readonly Library[],
  options: readonly string[],
): Problem {
  const { workspace, project, configuration, target, isOneOfMany } = subject;
  const names = [...new Set(libraries.map(shortName))];
  const words = names.map((name) => `'${name}'`).join(' or ') || 'a library';
  const needs = options.map((option) => needsOf(project, configuration, option));
  const machine = needs.map((off) => off.filter((name) => MACHINE.test(name)));
  if (machine.length > 0 && machine.every((off) => off.length > 0)) {
    const [needed = []] = machine;
    const message = `${what} belongs to ${words}, which is for ${needed.map((name) => `CONFIG_${name}`).join(' and ')} alone; the target is '${target}'.`;
    return { code: 'other-target', severity: 'error', message, range };
  }
  const [first = []] = needs;
  // What the library's own option is goes without saying.
  const others = first.filter((name) => !options.includes(`CONFIG_${name}`));
  const need =
    others.length === 0 ? '' : `; it needs ${others.map((name) => `CONFIG_${name}`).join(' and ')}`;
  const where = isOneOfMany ? ` for '${target}'` : '';
  const text = workspace.files.readText(project.manifestPath) ?? '';
  return {
    code: 'library-off',
    severity: 'error',
    message: `${what} belongs to ${words}, which the Kraftfile does not enable${where}${need}.`,
    range,
    fixes: [...new Set(libraries)].flatMap((library) => enableLibrary(project, text, library.name, others)),
  };
}

/** Names of options that are off and that an option cannot be on without: its own, when it is a machine's. */
function needsOf({ options }: Project, { evaluation }: Configuration, name: string): readonly string[] {
  const bare = name.replace(/^CONFIG_/, '');
  const option = options.options.get(bare);
  const off = option === undefined ? [] : blockers(option, (one) => evaluation.value(one) === 'n');
  return [...(MACHINE.test(bare) ? [bare] : []), ...off.map((one) => one.name)];
}

/** The libraries that folders of headers belong to. */
export function librariesOf(project: Project, places: readonly IncludeFolder[]): readonly Library[] {
  const found = places.flatMap(({ path, option }) => {
    const inside = libraryOfFile(project, `${path}/.`);
    return inside ?? project.catalog.libraries.find((library) => library.option === option) ?? [];
  });
  return [...new Set(found)];
}
