/** Functions that a header promises to everybody, that the library defines, and that it does not export. */
import { join } from 'node:path';
import { parseExports } from '../../library';
import type { Problem } from '../../problem';
import type { Workspace } from '../../project';
import type { Steps } from '../../steps';
import { factsOf } from '../c/headers';
import { Lines } from '../c/lines';
import { libraryOfFile, shortName, shownFolders } from '../c/providers';
import type { Check } from '../check';
import { definedAt, librariesAt, prepareDefined, standingOf } from './defined';

export const headerCheck: Check = {
  kinds: ['header'],
  prepare: (workspace, path) => prepare(workspace, path),
  check({ path, text, workspace }) {
    const subject = subjectOf(workspace, path);
    const facts = subject && factsOf(workspace, path);
    if (subject === undefined || facts === undefined || facts.isBroken) return [];
    const { folder, name, list } = subject;
    const listed = new Set(parseExports(list));
    const missing = [...facts.functions].flatMap(([symbol, declared]) => {
      const [first] = declared;
      const isPromised = declared.every(({ hasBody, isLocal, isWeak }) => !hasBody && !isLocal && !isWeak);
      if (first === undefined || !isPromised || listed.has(symbol) || symbol.startsWith('_')) return [];
      const isMacro = facts.macros.has(symbol) || facts.odd.has(symbol);
      if (isMacro || !definedAt(workspace, folder).has(symbol)) return [];
      return standingOf(workspace, folder, symbol) === 'defined' ? [{ symbol, start: first.start }] : [];
    });
    if (missing.length === 0) return [];
    const lines = new Lines(text);
    return missing.map(({ symbol, start }): Problem => {
      const message = `'${symbol}' is declared for everybody, and the exportsyms.uk of '${name}' does not export it.`;
      const file = join(folder, 'exportsyms.uk');
      const rows = list.split('\n');
      const end = { line: rows.length - 1, character: rows.at(-1)?.length ?? 0 };
      const newText = `${rows.at(-1) === '' ? '' : '\n'}${symbol}\n`;
      return {
        code: 'unexported-function',
        severity: 'hint',
        message,
        range: lines.range(start, symbol.length),
        fixes: [
          {
            title: `Export '${symbol}' from '${name}'`,
            changes: [{ file, range: { start: end, end }, newText }],
          },
        ],
      };
    });
  },
};

interface Subject {
  readonly folder: string;
  readonly name: string;
  readonly list: string;
}

/** The library that shows a header to everybody, with its list; undefined where it has none, or exports nothing. */
function subjectOf(workspace: Workspace, path: string): Subject | undefined {
  const tree = workspace.librariesOf(path);
  const library = tree && libraryOfFile(tree, path);
  if (library?.exports === undefined || library.exports.length === 0) return undefined;
  if (!isShown(workspace, library.folder, path)) return undefined;
  const list = workspace.files.readText(join(library.folder, 'exportsyms.uk'));
  return list === undefined ? undefined : { folder: library.folder, name: shortName(library), list };
}

function isShown(workspace: Workspace, folder: string, path: string): boolean {
  const shown = workspace.derive('exports-shown', folder, () => {
    const tree = workspace.librariesOf(join(folder, 'Makefile.uk'));
    return tree === undefined
      ? []
      : librariesAt(workspace, folder).flatMap((library) => shownFolders(tree, library));
  });
  return shown.some((one) => path.startsWith(`${one}/`) || path.startsWith(`${one}\\`));
}

function* prepare(workspace: Workspace, path: string): Steps<void> {
  const subject = subjectOf(workspace, path);
  if (subject !== undefined) yield* prepareDefined(workspace, subject.folder);
}
