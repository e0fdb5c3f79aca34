/** Changes of a text, made: all at once, by the places that they have in the text as it was. */
import type { Position, Range, TextChange } from './index';

/** The text with the changes; undefined where two of them are about the same place. The same change twice is one. */
export function applyChanges(text: string, changes: readonly TextChange[]): string | undefined {
  const starts = lineStarts(text);
  const offset = ({ line, character }: Position) =>
    Math.min((starts[line] ?? text.length) + character, text.length);
  const cuts = changes
    .map(({ range, newText }) => ({ from: offset(range.start), to: offset(range.end), newText }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  let out = '';
  let at = 0;
  let before: (typeof cuts)[number] | undefined;
  for (const cut of cuts) {
    if (before?.from === cut.from && before.to === cut.to && before.newText === cut.newText) continue;
    if (cut.from < at || (cut.from === before?.from && cut.to === before.to)) return undefined;
    out += text.slice(at, cut.from) + cut.newText;
    at = cut.to;
    before = cut;
  }
  return out + text.slice(at);
}

/** What stands at a range. */
export function textAt(text: string, { start, end }: Range): string {
  const starts = lineStarts(text);
  const offset = ({ line, character }: Position) => (starts[line] ?? text.length) + character;
  return text.slice(offset(start), offset(end));
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
