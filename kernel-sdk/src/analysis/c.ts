/**
 * What the sources of a project use of libraries. Only what stands outside of all conditions is judged: whether the
 * rest is compiled, a compiler knows.
 */
import { dirname, join } from 'node:path';
import type { IncludeFolder, Library } from '../library';
import type { Problem } from '../problem';
import { blockers, isEnabled, isProject, type Project, type Workspace } from '../project';
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
  { files }: Workspace,
  { catalog }: Project,
  own: Library,
  header: string,
  folder: string,
): readonly IncludeFolder[] {
  return [...catalog.includes, ...own.includes, { path: folder }].filter(
    ({ path }) => files.kind(join(path, header)) === 'file',
  );
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
