/** Functions of a library's list that another library of the same image exports and defines as well. */
import { dirname, join } from 'node:path';
import type { Configuration } from '../../kconfig';
import type { Library } from '../../library';
import { isEnabled, type Project, type Tree, type Workspace } from '../../project';
import type { Steps } from '../../steps';
import { flagsOf, hasHiddenHeaders } from '../c/flags';
import { factsOf, headerIndex, prepareIndex } from '../c/headers';
import { sourcePath } from '../c/providers';
import { prepareScope } from '../c/scope';
import { definesStrongly } from '../c/strong';
import { type CTarget, targetsOf } from '../c/targets';
import { isWhole } from './defined';

export interface Rival {
  /** The one that comes first. */
  readonly library: Library;
  /** Absolute. */
  readonly source: string;
  /** As people name it: `qemu/x86_64`. */
  readonly target: string;
  /** What a library does not export is its own alone: Unikraft's way, and not the built-in kernel's. */
  readonly isLocalized: boolean;
}

/** By the function's name, for lists of a project; nothing where the two are not sure to meet. */
export function rivalsOf(workspace: Workspace, path: string): ReadonlyMap<string, Rival> {
  const found = new Map<string, Rival>();
  for (const pair of pairsAt(workspace, path)) {
    if (found.has(pair.name) || definingSource(pair, pair.later) === undefined) continue;
    const source = definingSource(pair, pair.earlier);
    if (source === undefined) continue;
    const isLocalized = pair.project.sources.kernel?.kind === 'unikraft';
    found.set(pair.name, { library: pair.earlier, source, target: pair.target.name, isLocalized });
  }
  return found;
}

/** Reads, one file at a time, what {@link rivalsOf} looks at. */
export function* prepareRivals(workspace: Workspace, path: string): Steps<void> {
  for (const pair of pairsAt(workspace, path)) {
    const { project, target, name } = pair;
    yield* prepareIndex(workspace, project);
    const index = headerIndex(workspace, project);
    for (const library of [pair.later, pair.earlier]) {
      for (const source of sourcesNaming(pair, library, name)) {
        yield* prepareScope(
          { workspace, index, library, configuration: target.configuration },
          source,
          false,
        );
      }
    }
  }
}

interface Pair {
  readonly workspace: Workspace;
  readonly project: Project;
  readonly target: CTarget;
  readonly name: string;
  readonly earlier: Library;
  readonly later: Library;
}

/** Libraries that a target has both of and that export the same name, the list's own as the later one. */
function pairsAt(workspace: Workspace, path: string): readonly Pair[] {
  const folder = dirname(path);
  const project = workspace.projectOf(path);
  if (project === undefined || !project.complete || hasOddLinker(project)) return [];
  const { libraries } = project.catalog;
  const own = libraries.filter((library) => library.folder === folder);
  const shared = own.flatMap((later) => {
    const listed = new Set(later.exports);
    const others = libraries.slice(0, libraries.indexOf(later)).filter(({ name }) => name !== later.name);
    return others.flatMap((earlier) =>
      (earlier.exports ?? []).flatMap((name) => (listed.has(name) ? [{ name, earlier, later }] : [])),
    );
  });
  if (shared.length === 0) return [];
  return targetsOf(workspace, project).flatMap((target) =>
    shared
      .filter(({ earlier, later }) =>
        [earlier, later].every((one) => isLinked(workspace, project, one, target.configuration)),
      )
      .map((one) => ({ workspace, project, target, ...one })),
  );
}

/** Whether the linker may be told to take the first of many. */
function hasOddLinker({ catalog }: Tree): boolean {
  return catalog.flags.some(({ flag }) => /muldefs|allow-multiple-definition/.test(flag));
}

/** Conditions of make's, registrations for one platform, and changes to objects. */
const MAKES_OWN = /^\s*(?:ifn?(?:eq|def)|define)\b|addplat|LDFLAGS|OBJC|_LOCALS\b|\s-i(?:nclude|macros)\b/m;

/** Whether a library's objects are surely in the image as they are compiled. */
function isLinked(
  workspace: Workspace,
  project: Project,
  library: Library,
  configuration: Configuration,
): boolean {
  if (!isEnabled(library, configuration) || !isWhole(workspace, library.folder)) return false;
  const text = workspace.files.readText(join(library.folder, 'Makefile.uk')) ?? '';
  // A guard of several words only make understands.
  const isGuarded = library.option !== undefined || !/addlib_s/.test(text);
  if (!isGuarded || MAKES_OWN.test(text) || hasHiddenHeaders(flagsOf(project, library))) return false;
  // Of Unikraft's other folders, make imports what it likes.
  const { kernel, libraries = [], application } = project.sources;
  const isImported = [...libraries, application].includes(library.folder);
  if (kernel === undefined) return false;
  return isImported || kernel.kind === 'sdk' || dirname(library.folder) === join(kernel.folder, 'lib');
}

/** A library's source that surely defines the pair's function. */
function definingSource(pair: Pair, library: Library): string | undefined {
  const { workspace, project, target, name } = pair;
  const index = headerIndex(workspace, project);
  const including = { workspace, index, library, configuration: target.configuration };
  const defined = definedByFlags(workspace, project, library);
  return sourcesNaming(pair, library, name).find((source) =>
    definesStrongly(including, source, name, defined),
  );
}

/** Macros of a library's command lines, of those as well that only make can tell whether they count. */
function definedByFlags(workspace: Workspace, project: Project, library: Library): ReadonlySet<string> {
  const text = workspace.files.readText(join(library.folder, 'Makefile.uk')) ?? '';
  const all = [...flagsOf(project, library), text].join(' ');
  return new Set([...all.matchAll(/-D\s*([A-Za-z_]\w*)/g)].map(([, macro = '']) => macro));
}

/** Sources of a library that are compiled and have a function with a body. */
function sourcesNaming({ workspace, target }: Pair, library: Library, name: string): readonly string[] {
  return library.sources.flatMap((source) => {
    const path = sourcePath(source.path);
    if (source.except !== undefined || !isEnabled(source, target.configuration)) return [];
    const declared = path.endsWith('.c') ? factsOf(workspace, path)?.functions.get(name) : undefined;
    return declared?.some(({ hasBody }) => hasBody) === true ? [path] : [];
  });
}
