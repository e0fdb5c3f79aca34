/** What mends a text that is no YAML, where one slip of the hand explains it: the text is YAML afterwards. */
import { parseDocument } from 'yaml';

export interface YamlMend {
  readonly title: string;
  /** Offsets of what is replaced. */
  readonly from: number;
  readonly to: number;
  readonly newText: string;
}

/** @param at The offset of the first thing that is wrong. */
export function yamlMend(text: string, at: number): YamlMend | undefined {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', start);
  const line = text.slice(start, end < 0 ? text.length : end);
  return [...indentations(line, start), ...blanks(line, start)].find(({ from, to, newText }) =>
    isYaml(text.slice(0, from) + newText + text.slice(to)),
  );
}

/** Tabs, which are no indentation. */
function* indentations(line: string, start: number): Generator<YamlMend> {
  const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
  if (!indent.includes('\t')) return;
  const mend = { title: 'Indent with blanks', from: start, to: start + indent.length };
  for (const width of [2, 4, 0]) yield { ...mend, newText: indent.replace(/\t/g, ' '.repeat(width)) };
}

/** `key:value` and `-item`, in which a blank is missing. */
function* blanks(line: string, start: number): Generator<YamlMend> {
  for (const [expression, title] of [
    [/^\s*(?:- +)*[\w.-]+:(?=[^\s:/])/, "Add a blank behind ':'"],
    [/^\s*-(?=[^\s-])/, "Add a blank behind '-'"],
  ] as const) {
    const before = expression.exec(line)?.[0];
    if (before === undefined) continue;
    const from = start + before.length;
    yield { title, from, to: from, newText: ' ' };
  }
}

function isYaml(text: string): boolean {
  return parseDocument(text, { uniqueKeys: false, logLevel: 'silent' }).errors.length === 0;
}
