/** What mends a problem of a Kconfig file, where one change is obvious. */
import { type KconfigCode, KEYWORDS } from '../kconfig';
import { type Fix, insertion, type Problem, removal, replacement, suggest } from '../problem';

type Mend = (problem: Problem, lines: readonly string[]) => readonly Fix[];

const MENDS: Partial<Readonly<Record<KconfigCode, Mend>>> = {
  'old-help': ({ range }) => replacement(range, 'help'),
  'unknown-keyword': keyword,
  'unclosed-string': ({ range: { start } }, lines) =>
    insertion({ line: start.line, character: lineAt(lines, start.line).trimEnd().length }, '"'),
  'unbalanced-block': withoutLines,
  'range-type': withoutLines,
  'menuconfig-prompt': ({ range: { start } }, lines) => {
    const end = { line: start.line, character: start.character + 'menuconfig'.length };
    const isWord = lineAt(lines, start.line).slice(start.character, end.character) === 'menuconfig';
    return isWord ? replacement({ start, end }, 'config') : [];
  },
  'no-type': ({ range: { start } }) => insertion({ line: start.line + 1, character: 0 }, '\tbool\n'),
  'unclosed-block': ({ range: { start } }, lines) => {
    const kind = /^\s*(menu|if|choice)\b/.exec(lineAt(lines, start.line))?.[1];
    const line = lines.length - 1;
    const last = lineAt(lines, line);
    if (kind === undefined) return [];
    return insertion({ line, character: last.length }, `${last === '' ? '' : '\n'}end${kind}\n`);
  },
  'prompt-redefined': (problem, lines) =>
    /^\s*prompt\b/.test(lineAt(lines, problem.range.start.line)) ? withoutLines(problem, lines) : [],
  // An option's own line, in a choice; that of the choice itself has a default to be chosen.
  'choice-default': (problem, lines) =>
    / is in a choice/.test(problem.message) ? withoutLines(problem, lines) : [],
  'select-type': (problem, lines) =>
    / cannot (?:select|imply)/.test(problem.message) ? withoutLines(problem, lines) : [],
  syntax: expected,
};

/** The problems of a text, with what mends them. */
export function withFixes<P extends Problem>(problems: readonly P[], text: string): readonly P[] {
  if (problems.length === 0) return problems;
  const lines = text.split('\n');
  const mends: Readonly<Record<string, Mend | undefined>> = MENDS;
  return problems.map((problem) => {
    const fixes = Object.hasOwn(mends, problem.code) ? (mends[problem.code]?.(problem, lines) ?? []) : [];
    return fixes.length === 0 ? problem : { ...problem, fixes };
  });
}

/** A keyword that is spelt as no other. */
function keyword({ range }: Problem, lines: readonly string[]): readonly Fix[] {
  const { start, end } = range;
  const line = lineAt(lines, start.line);
  const rest = line.slice(end.character);
  // Two words are one keyword: the second may be there, or not.
  const pairs = [
    ['depends', 'on'],
    ['visible', 'if'],
  ] as const;
  const words = KEYWORDS.map((word) => {
    const second = pairs.find(([first]) => first === word)?.[1];
    return second === undefined || new RegExp(`^\\s+${second}\\b`).test(rest) ? word : `${word} ${second}`;
  });
  const near = suggest(line.slice(start.character, end.character), words);
  return near === undefined ? [] : replacement(range, near);
}

/** A word that is missing before another one, or what is too much at the end of a line. */
function expected({ message, range }: Problem, lines: readonly string[]): readonly Fix[] {
  const word = /^Here '(\w+)' is expected/.exec(message)?.[1];
  if (word !== undefined) return insertion(range.start, `${word} `);
  if (!message.startsWith("Here the line's end is expected")) return [];
  const line = lineAt(lines, range.start.line);
  const surplus = line.slice(range.start.character).trim();
  if (surplus === '' || surplus.endsWith('\\')) return [];
  const from = line.slice(0, range.start.character).trimEnd().length;
  const { line: at } = range.start;
  return removal(
    { start: { line: at, character: from }, end: { line: at, character: line.trimEnd().length } },
    `'${surplus}'`,
  );
}

/** Without the lines of a statement. */
function withoutLines({ range: { start, end } }: Problem, lines: readonly string[]): readonly Fix[] {
  const text = lineAt(lines, start.line).trim();
  const whole = { start: { line: start.line, character: 0 }, end: { line: end.line + 1, character: 0 } };
  return removal(whole, `'${text}'`);
}

function lineAt(lines: readonly string[], line: number): string {
  return lines[line] ?? '';
}
