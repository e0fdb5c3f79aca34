/** Places in a text by their distance from its beginning. */
import type { Range } from '../../problem';

export class Lines {
  /** Where each line begins. */
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** @param length Of what stands there, in one line. */
  range(start: number, length: number): Range {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= start) low = middle;
      else high = middle - 1;
    }
    const character = start - (this.#starts[low] ?? 0);
    return { start: { line: low, character }, end: { line: low, character: character + length } };
  }
}
