/**
 * What the sources of a project use of libraries. Only what stands outside of all conditions is judged: whether the
 * rest is compiled, a compiler knows.
 */
import { dirname, join, relative } from 'node:path';
import type { IncludeFolder, Library } from '../library';
import type { Problem } from '../problem';
import { blockers, type FileSystem, isEnabled, isProject, type Project, type Workspace } from '../project';
import type { Check } from './check';
import { enableLibrary } from './enable-library';

export const C_CODES = {
  'library-off': 'The header belongs to a library that the configuration does not enable.',
} as const;

/** Headers that compilers bring along for kernels (C11, 4 paragraph 6). */
const FREESTANDING: ReadonlySet<string> = new Set(
  [
    'float',
    'iso646',
    'limits',
    'stdalign',
    'stdarg',
    'stdatomic',
    'stdbool',
    'stddef',
    'stdint',
    'stdnoreturn',
  ].map((name) => `${name}.h`),
);

export interface Include {
  /** As written: `uk/sched.h`. */
  readonly header: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** `#include <…>` lines that no condition is around, in code that is no comment. */
export function unconditionalIncludes(text: string): readonly Include[] {
  const found: Include[] = [];
  let depth = 0;
  let inComment = false;
  for (const [line, raw] of text.split('\n').entries()) {
    if (inComment) {
      if (!raw.includes('*/')) continue;
      inComment = false;
      continue;
    }
    const directive = /^\s*#\s*(\w+)/.exec(raw)?.[1];
    if (directive === undefined) {
      const opened = raw.lastIndexOf('/*');
      inComment = opened >= 0 && raw.indexOf('*/', opened) < 0;
    } else if (/^if/.test(directive)) depth++;
    else if (directive === 'endif') depth--;
    else if (directive === 'include' && depth === 0) {
      const header = /^\s*#\s*include\s*<([^>]+)>/.exec(raw)?.[1];
      const start = raw.indexOf('<') + 1;
      if (header !== undefined) found.push({ header, line, start, end: start + header.length });
    }
  }
  return found;
}

export const includeCheck: Check = {
  kinds: ['c', 'c++'],
  *prepare(workspace, path) {
    const tree = workspace.treeOf(path);
    if (tree === undefined || !isProject(tree) || !tree.complete) return;
    if (!tree.catalog.libraries.some((library) => hasSource(library, path))) return;
    for (const folder of tree.catalog.includes) {
      headersIn(workspace, folder.path);
      yield;
    }
  },
  check({ path, text, workspace }) {
    const tree = workspace.treeOf(path);
    if (tree === undefined || !isProject(tree) || !tree.complete) return [];
    const configuration = workspace.configuration(tree.manifestPath);
    const own = tree.catalog.libraries.find((library) => hasSource(library, path));
    // What is not compiled can use what it likes; a build for one target says nothing about others.
    if (configuration === undefined || own === undefined || !isEnabled(own, configuration)) return [];
    const source = own.sources.find((one) => pathOf(one.path) === path);
    if (source === undefined || !isEnabled(source, configuration)) return [];
    const others = tree.manifest.targets.map((_, index) => workspace.configuration(tree.manifestPath, index));
    return unconditionalIncludes(text).flatMap((include): Problem[] => {
      if (FREESTANDING.has(include.header)) return [];
      const places = foldersWith(workspace, tree, own, include.header, dirname(path));
      if (places.length === 0) return [];
      const isThere = [configuration, ...others].some(
        (one) => one === undefined || places.some((folder) => isEnabled(folder, one)),
      );
      if (isThere) return [];
      return [problemOf(workspace, tree, include, places)];
    });
  },
};

function hasSource({ sources }: Library, path: string): boolean {
  return sources.some((source) => pathOf(source.path) === path);
}

/** Without a variant: `main.c|isr`. */
function pathOf(source: string): string {
  return source.split('|')[0] ?? source;
}

/** Include folders that have a header: those of all sources, the library's own, and the source's folder. */
function foldersWith(
  workspace: Workspace,
  { catalog }: Project,
  own: Library,
  header: string,
  folder: string,
): readonly IncludeFolder[] {
  return [...catalog.includes, ...own.includes, { path: folder }].filter(({ path }) => {
    const known = headersIn(workspace, path);
    return known?.has(header) ?? workspace.files.kind(join(path, header)) === 'file';
  });
}

/** Folders in one another, and files, beyond which nobody looks through an include folder. */
const HEADER_DEPTH = 6;
const HEADER_LIMIT = 5000;

/** Every file below an include folder as an `#include` names it; undefined where there are too many. */
function headersIn(workspace: Workspace, folder: string): ReadonlySet<string> | undefined {
  return workspace.derive('headers', folder, (files) => {
    const found = new Set<string>();
    // A folder's name may have a variable in it that only make knows.
    if (files.kind(folder) !== 'folder') return found;
    for (const path of filesBelow(folder, files, HEADER_DEPTH)) {
      if (found.size === HEADER_LIMIT) return undefined;
      found.add(relative(folder, path));
    }
    return found;
  });
}

function* filesBelow(folder: string, files: FileSystem, depth: number): Generator<string> {
  for (const { name, kind } of files.entries(folder)) {
    const path = join(folder, name);
    if (kind === 'file') yield path;
    else if (kind === 'folder' && depth > 0) yield* filesBelow(path, files, depth - 1);
  }
}

function problemOf(
  workspace: Workspace,
  project: Project,
  { header, line, start, end }: Include,
  places: readonly IncludeFolder[],
): Problem {
  const { evaluation } = workspace.configuration(project.manifestPath) ?? {};
  const libraries = places.flatMap(
    ({ option }) => project.catalog.libraries.find((library) => library.option === option) ?? [],
  );
  const names = [...new Set(libraries.map(({ name }) => name))];
  const words = names.map((name) => `'${name.replace(/^lib/, '')}'`).join(' or ') || 'a library';
  const option = project.options.options.get(libraries[0]?.option?.replace(/^CONFIG_/, '') ?? '');
  const off = option && evaluation ? blockers(option, (one) => evaluation.value(one) === 'n') : [];
  const needs = off.map(({ name }) => `CONFIG_${name}`).join(' and ');
  const text = workspace.files.readText(project.manifestPath) ?? '';
  return {
    code: 'library-off',
    severity: 'error',
    message: `<${header}> belongs to ${words}, which the Kraftfile does not enable${needs === '' ? '' : `; it needs ${needs}`}.`,
    range: { start: { line, character: start }, end: { line, character: end } },
    fixes: names.flatMap((name) => enableLibrary(project, text, name)),
  };
}
