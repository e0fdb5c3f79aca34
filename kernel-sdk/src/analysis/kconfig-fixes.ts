/** What mends a problem of a Kconfig file, where one change is obvious. */
import { type KconfigCode, KEYWORDS } from '../kconfig';
import { type Fix, insertion, type Problem, removal, replacement, suggest } from '../problem';

/** @param near A file of the tree with nearly this path, as a problem tells it. */
type Mend = (problem: Problem, lines: readonly string[], near: NearFile) => readonly Fix[];
export type NearFile = (path: string) => string | undefined;

const MENDS: Partial<Readonly<Record<KconfigCode, Mend>>> = {
  'old-help': ({ range }) => replacement(range, 'help'),
  'unknown-keyword': keyword,
  'unclosed-string': ({ range: { start } }, lines) =>
    insertion({ line: start.line, character: lineAt(lines, start.line).trimEnd().length }, '"'),
  'unbalanced-block': withoutLines,
  'range-type': withoutLines,
  'modules-twice': withoutLines,
  'source-cycle': withoutLines,
  'stray-character': stray,
  'invalid-expression': expression,
  'unclosed-macro': ({ range: { start } }, lines) => {
    const name = /^\$\([A-Za-z_]\w*/.exec(lineAt(lines, start.line).slice(start.character))?.[0];
    if (name === undefined) return [];
    return insertion({ line: start.line, character: start.character + name.length }, ')');
  },
  'unknown-option-name': (problem, lines) => {
    const word = wordBehind('option', problem, lines);
    const near = word && suggest(word.text, OPTION_NAMES);
    return word === undefined || near === undefined ? [] : replacement(word.range, near);
  },
  'invalid-option': (problem, lines) => {
    const word = wordBehind('(?:menu)?config', problem, lines);
    const name = word?.text.replace(/[^\w-]+/g, '_').replace(/^_+|_+$/g, '');
    return word === undefined || !name ? [] : replacement(word.range, name);
  },
  'missing-source': ({ message, range: { start } }, lines, near) => {
    const path = /^There is no file '(.+)'\.$/.exec(message)?.[1];
    const found = path === undefined ? undefined : near(path);
    if (path === undefined || found === undefined) return [];
    // What comes before, a macro for instance, is the same in both.
    let same = 0;
    while (path[same] === found[same] && same < path.length) same++;
    const from = path.lastIndexOf('/', same - 1) + 1;
    const at = lineAt(lines, start.line).lastIndexOf(path.slice(from));
    if (at < 0) return [];
    const end = { line: start.line, character: at + path.length - from };
    return replacement({ start: { line: start.line, character: at }, end }, found.slice(from));
  },
  'choice-prompt': ({ range: { start } }, lines) => {
    const name = /^\s*(?:choice|(?:menu)?config)\s+(\w+)/.exec(lineAt(lines, start.line))?.[1];
    const words = name === undefined ? 'Which one' : name.toLowerCase().replace(/_/g, ' ');
    return below(start.line, `\tprompt "${words}"`, lines);
  },
  number: ({ message, range: { start } }, lines) => {
    const hex = /^'(0[xX][0-9a-fA-F]{1,12})' is no number/.exec(message)?.[1];
    const at = hex === undefined ? -1 : lineAt(lines, start.line).indexOf(hex);
    if (hex === undefined || at < 0) return [];
    const end = { line: start.line, character: at + hex.length };
    return replacement({ start: { line: start.line, character: at }, end }, String(Number(hex)));
  },
  'menuconfig-prompt': ({ range: { start } }, lines) => {
    const end = { line: start.line, character: start.character + 'menuconfig'.length };
    const isWord = lineAt(lines, start.line).slice(start.character, end.character) === 'menuconfig';
    return isWord ? replacement({ start, end }, 'config') : [];
  },
  'no-type': ({ range: { start } }, lines) =>
    choices(...TYPES.map((type) => below(start.line, `\t${type}`, lines))),
  'type-redefined': (problem, lines) => {
    const known = /^.+ is '(\w+)' already; '(\w+)' is ignored\.$/.exec(problem.message);
    const [, first = '', second = ''] = known ?? [];
    const { start } = problem.range;
    const end = { line: start.line, character: start.character + second.length };
    const isWord = lineAt(lines, start.line).slice(start.character, end.character) === second;
    if (known === null || !isWord) return [];
    return choices(replacement({ start, end }, first), withoutLines(problem, lines));
  },
  'unclosed-block': ({ range: { start } }, lines) => {
    const kind = /^\s*(menu|if|choice)\b/.exec(lineAt(lines, start.line))?.[1];
    const line = lines.length - 1;
    const last = lineAt(lines, line);
    if (kind === undefined) return [];
    return insertion({ line, character: last.length }, `${last === '' ? '' : '\n'}end${kind}\n`);
  },
  'prompt-redefined': (problem, lines) =>
    /^\s*prompt\b/.test(lineAt(lines, problem.range.start.line)) ? withoutLines(problem, lines) : [],
  'choice-default': choiceDefault,
  'select-type': withoutLines,
  syntax: expected,
};

/** The problems of a text, with what mends them. */
export function withFixes<P extends Problem>(
  problems: readonly P[],
  text: string,
  near: NearFile = () => undefined,
): readonly P[] {
  if (problems.length === 0) return problems;
  const lines = text.split('\n');
  const mends: Readonly<Record<string, Mend | undefined>> = MENDS;
  return problems.map((problem) => {
    const fixes = Object.hasOwn(mends, problem.code)
      ? (mends[problem.code]?.(problem, lines, near) ?? [])
      : [];
    return fixes.length === 0 ? problem : { ...problem, fixes };
  });
}

/** The types that options have most often. */
const TYPES: readonly string[] = ['bool', 'string', 'int'];

/** Ways of which none is likelier than the others. */
function choices(...ways: readonly (readonly Fix[])[]): readonly Fix[] {
  return ways.flat().map((fix) => ({ ...fix, isAlternative: true }));
}

/** More options than these are no small choice. */
const OPTIONS_LIMIT = 6;

/** A choice's default that is none of its options can be each of them, or none; an option's own has no place. */
function choiceDefault(problem: Problem, lines: readonly string[]): readonly Fix[] {
  if (!problem.message.endsWith('none of its options.')) return withoutLines(problem, lines);
  const { line } = problem.range.start;
  const [, before = '', value = ''] = /^(\s*default\s+)(\S+)/.exec(lineAt(lines, line)) ?? [];
  const end = lines.findIndex((text, at) => at > line && /^\s*endchoice\b/.test(text));
  const names = lines
    .slice(line, Math.max(line, end))
    .flatMap((text) => /^\s*config\s+(\w+)/.exec(text)?.[1] ?? []);
  if (value === '' || names.length > OPTIONS_LIMIT) return choices(withoutLines(problem, lines));
  const start = { line, character: before.length };
  const range = { start, end: { line, character: before.length + value.length } };
  return choices(withoutLines(problem, lines), ...names.map((name) => replacement(range, name)));
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

/** Words behind `option`. */
const OPTION_NAMES: readonly string[] = ['modules', 'defconfig_list', 'env', 'allnoconfig_y'];

/** The word behind a keyword on a problem's line. */
function wordBehind(keyword: string, { range: { start } }: Problem, lines: readonly string[]) {
  const match = new RegExp(`^(\\s*${keyword}\\s+)(\\S+)`).exec(lineAt(lines, start.line));
  const [, before = '', text = ''] = match ?? [];
  if (match === null) return undefined;
  const { line } = start;
  const end = { line, character: before.length + text.length };
  return { text, range: { start: { line, character: before.length }, end } };
}

/** One `&` where two are meant, or what means nothing at all. */
function stray({ range }: Problem, lines: readonly string[]): readonly Fix[] {
  const { start, end } = range;
  const character = lineAt(lines, start.line).slice(start.character, end.character);
  return /^[&|]$/.test(character)
    ? replacement(range, character.repeat(2))
    : removal(range, `'${character}'`);
}

/** `==` where `=` is meant, a parenthesis that is not closed, an operator with nothing behind it. */
function expression({ message, range }: Problem, lines: readonly string[]): readonly Fix[] {
  const { start, end } = range;
  const line = lineAt(lines, start.line);
  if (message.startsWith("Here ')' is missing")) return insertion(end, ')');
  if (message.endsWith("not '='.") && line[start.character - 1] === '=') return removal(range, "'='");
  const operator = line.slice(start.character, end.character);
  if (!/ is missing\.$/.test(message) || !/^(?:&&|\|\|)$/.test(operator)) return [];
  const from = line.slice(0, start.character).trimEnd().length;
  return removal({ start: { line: start.line, character: from }, end }, `'${operator}'`);
}

/** A word that is missing before another one, or what is too much at the end of a line. */
function expected({ message, range }: Problem, lines: readonly string[]): readonly Fix[] {
  const word = /^Here '(\w+)' is expected/.exec(message)?.[1];
  if (word !== undefined) return insertion(range.start, `${word} `);
  if (/^Here a (?:text|path) in quotation marks is expected/.test(message)) {
    return quoted(range.start, lineAt(lines, range.start.line).slice(range.start.character).trim());
  }
  if (!message.startsWith("Here the line's end is expected")) return [];
  const line = lineAt(lines, range.start.line);
  const surplus = line.slice(range.start.character).trim();
  if (surplus === '' || surplus.endsWith('\\')) return [];
  if (/^\s*(?:bool|boolean|tristate|int|hex|string)\s+$/.test(line.slice(0, range.start.character))) {
    return quoted(range.start, surplus);
  }
  const from = line.slice(0, range.start.character).trimEnd().length;
  const { line: at } = range.start;
  return removal(
    { start: { line: at, character: from }, end: { line: at, character: line.trimEnd().length } },
    `'${surplus}'`,
  );
}

/** The rest of a line as a text; its condition stays behind it. */
function quoted(start: Problem['range']['start'], rest: string): readonly Fix[] {
  const [, words = '', condition] = /^(.*?)(\s+if\s.*)?$/.exec(rest) ?? [];
  if (words === '' || /["\\#]/.test(words) || (condition !== undefined && /\sif\s/.test(words))) return [];
  const end = { line: start.line, character: start.character + words.length };
  return replacement({ start, end }, `"${words}"`);
}

/** A line below another one, which may be the last and have no end. */
function below(line: number, text: string, lines: readonly string[]): readonly Fix[] {
  if (line + 1 < lines.length) return insertion({ line: line + 1, character: 0 }, `${text}\n`);
  return insertion({ line, character: lineAt(lines, line).length }, `\n${text}`);
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
