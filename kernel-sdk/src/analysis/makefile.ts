/** Problems of Makefile.uk that the files around them show. */
import { basename, dirname, extname, relative } from 'node:path';
import type { Guarded } from '../library';
import { type Fix, type Problem, type Range, removal, replacement, suggest } from '../problem';
import { isEnabled, type Workspace } from '../project';
import { targetsOf } from './c';
import type { Check } from './check';
import { librariesAt } from './exports/defined';

export const MAKEFILE_CODES = {
  'missing-source': 'The source that the library lists does not exist.',
} as const;

export const makefileCheck: Check = {
  kinds: ['makefile'],
  check({ path, text, workspace }) {
    const lines = text.split('\n');
    const tree = workspace.librariesOf(path);
    const tooLarge = tree?.problems.filter(({ code, file }) => code === 'too-large' && file === path) ?? [];
    if (tooLarge.length > 0) return tooLarge;
    return librariesAt(workspace, dirname(path)).flatMap(({ sources, folder }) =>
      sources.flatMap((listed): Problem[] => {
        const { path: written, except } = listed;
        const [source = ''] = written.split('|');
        // What is fetched or built need not be there yet; what only make can tell is not looked for.
        if (
          except !== undefined ||
          !/^[^$*?%<>]+\.(c|S|s|asm|cc|cpp|cxx)$/.test(source) ||
          relative(folder, source).startsWith('..')
        )
          return [];
        if (workspace.files.kind(source) !== undefined) return [];
        const range = placeOf(lines, relative(folder, source));
        if (range === undefined) return [];
        const message = `The source '${relative(folder, source)}' does not exist: there is no '${source}'.`;
        const fixes = missingSourceFixes(workspace, source, lines, range);
        // What nobody compiles fails nobody's build.
        const isNeeded = isCompiled(workspace, path, listed) && !isConditional(lines, range.start.line);
        const severity = isNeeded ? 'error' : 'information';
        return [{ code: 'missing-source', severity, message, range, fixes }];
      }),
    );
  },
};

/** Whether a source is compiled for one of a project's targets, or always. */
function isCompiled(workspace: Workspace, makefile: string, source: Guarded): boolean {
  if (source.option === undefined) return true;
  const project = workspace.projectOf(makefile);
  if (project === undefined) return false;
  return targetsOf(workspace, project).some(({ configuration }) => isEnabled(source, configuration));
}

/** Whether a line counts under a condition of make's, which only make can tell. */
function isConditional(lines: readonly string[], line: number): boolean {
  let depth = 0;
  for (const content of lines.slice(0, line)) {
    if (/^\s*ifn?(?:eq|def)\b/.test(content)) depth++;
    else if (/^\s*endif\b/.test(content)) depth--;
  }
  return depth > 0;
}

/** The file that was meant, of the same folder; else the line goes, where it lists nothing more. */
function missingSourceFixes(
  { files }: Workspace,
  source: string,
  lines: readonly string[],
  range: Range,
): readonly Fix[] {
  const names = files.entries(dirname(source)).flatMap(({ name, kind }) => (kind === 'file' ? [name] : []));
  const near = suggest(
    basename(source),
    names.filter((name) => extname(name) === extname(source)),
  );
  const { line } = range.start;
  const start = { line, character: range.end.character - basename(source).length };
  const renamed = near === undefined ? [] : replacement({ start, end: range.end }, near);
  const isAlone = /^\s*\w+-\S+\s*\+=\s*\S+\s*$/.test(lines[line] ?? '');
  const whole = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
  return [...renamed, ...(isAlone ? removal(whole, `'${basename(source)}' from the list`) : [])];
}

/** Where a Makefile.uk has a file's name, and no comment before it. */
function placeOf(lines: readonly string[], name: string): Range | undefined {
  for (const [line, content] of lines.entries()) {
    const at = content.indexOf(name);
    if (at < 0 || content.slice(0, at).includes('#')) continue;
    return { start: { line, character: at }, end: { line, character: at + name.length } };
  }
  return undefined;
}
