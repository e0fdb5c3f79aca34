/** Places in a text by their distance from its beginning. */
import type { Range } from '../../problem';

/** @param length Of what stands there, in one line. */
export function rangeAt(text: string, start: number, length: number): Range {
  let line = 0;
  let begin = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < start; at = text.indexOf('\n', at + 1)) {
    line++;
    begin = at + 1;
  }
  const character = start - begin;
  return { start: { line, character }, end: { line, character: character + length } };
}
