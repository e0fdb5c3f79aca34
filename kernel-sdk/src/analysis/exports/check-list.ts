/** What is wrong with an exportsyms.uk: symbols that are listed twice, that nobody or two define, that share a line. */
import { dirname, relative } from 'node:path';
import { NONE, readExports } from '../../library';
import { type Problem, type Range, removal, replacement } from '../../problem';
import type { Check } from '../check';
import { librariesAt, prepareDefined, standingOf } from './defined';
import { prepareRivals, type Rival, rivalsOf } from './rivals';

/** A list with more characters is of no library. */
const LENGTH_LIMIT = 1_000_000;

export const exportsCheck: Check = {
  kinds: ['exports'],
  *prepare(workspace, path) {
    yield* prepareDefined(workspace, dirname(path));
    yield* prepareRivals(workspace, path);
  },
  check({ path, text, workspace }) {
    if (text.length > LENGTH_LIMIT) {
      const start = { line: 0, character: 0 };
      const message = `This list has ${text.length} characters; one of more than ${LENGTH_LIMIT} is not read.`;
      return [{ code: 'too-large', severity: 'error', message, range: { start, end: start } }];
    }
    const folder = dirname(path);
    const [library] = librariesAt(workspace, folder);
    const seen = new Set<string>();
    const rivals = rivalsOf(workspace, path);
    const lines = readExports(text);
    return lines.flatMap(({ value: symbol, range, rest }): Problem[] => {
      const form = rest === undefined ? [] : [formProblem(symbol, rest.value, rest.range)];
      if (symbol === NONE) return form;
      if (seen.has(symbol)) {
        const message = `'${symbol}' is listed already.`;
        const fixes = removal(wholeLine(range), `the second '${symbol}'`);
        return [...form, { code: 'duplicate-export', severity: 'information', message, range, fixes }];
      }
      seen.add(symbol);
      const rival = rivals.get(symbol);
      if (rival !== undefined) {
        const isAlone = lines.every(({ value }) => value === symbol);
        return [...form, rivalProblem(symbol, range, rival, isAlone)];
      }
      const standing = standingOf(workspace, folder, symbol);
      if (standing === 'defined' || standing === 'unknown') return form;
      const message =
        standing === 'static'
          ? `'${symbol}' is static in '${library?.name}': nothing outside of its file can have it.`
          : `No source of '${library?.name}' defines '${symbol}'.`;
      const fixes = removal(wholeLine(range), `'${symbol}' from the list`);
      // No build minds it, nor says a word.
      return [...form, { code: 'unknown-export', severity: 'information', message, range, fixes }];
    });
  },
};

function rivalProblem(symbol: string, range: Range, rival: Rival, isAlone: boolean): Problem {
  const { library, source, target, isLocalized } = rival;
  const message = `'${relative(library.folder, source)}' of '${library.name}' defines '${symbol}' too, and '${target}' has both libraries: linking fails with a multiple definition.`;
  // An empty list would export everything.
  const fixes = isAlone ? replacement(range, NONE) : removal(wholeLine(range), `'${symbol}' from the list`);
  const mending = isLocalized ? { fixes } : {};
  return { code: 'two-providers', severity: 'warning', message, range, ...mending };
}

function formProblem(symbol: string, rest: string, range: Range): Problem {
  const words = rest.split(/\s+/);
  const newText = `\n${words.join('\n')}`;
  const start = { line: range.start.line, character: range.start.character };
  return {
    code: 'export-form',
    severity: 'warning',
    message: `A line has one symbol: '${symbol}' is exported, '${rest}' is not.`,
    range,
    fixes: [
      {
        title: words.length === 1 ? `Put '${rest}' on a line of its own` : 'Put each on a line of its own',
        changes: [{ range: { start, end: range.end }, newText }],
      },
    ],
  };
}

function wholeLine({ start: { line } }: Range): Range {
  return { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
}
