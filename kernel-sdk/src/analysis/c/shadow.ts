/** Whether a name that is called is a variable there: a parameter, a local or a pointer to a function. */
import type { CFacts } from './facts';
import { NAME, tokensOf } from './tokens';

export class Shadows {
  /** Where names stand that are not called there. */
  #places: Map<string, number[]> | undefined;
  readonly #bodies: readonly { readonly start: number; readonly end: number }[];

  constructor(
    private readonly text: string,
    facts: CFacts,
  ) {
    this.#bodies = [...facts.functions.values()].flat().filter(({ hasBody }) => hasBody);
  }

  /** @param at Of the call, in UTF-16 code units. */
  isShadowed(name: string, at: number): boolean {
    this.#places ??= this.#read();
    const around = this.#around(at);
    // What stands in no function is there for all of them.
    return (this.#places.get(name) ?? []).some((place) => {
      const other = this.#around(place);
      return other === undefined || other === around;
    });
  }

  #around(at: number) {
    return this.#bodies.find(({ start, end }) => start <= at && at < end);
  }

  #read(): Map<string, number[]> {
    const { text } = this;
    const tokens = tokensOf(text);
    const word = (place: number) =>
      place < 0 || place >= tokens.count ? '' : text.slice(tokens.starts[place], tokens.ends[place]);
    const places = new Map<string, number[]>();
    for (let place = 0; place < tokens.count; place++) {
      if (tokens.kinds[place] !== NAME || word(place + 1) === '(') continue;
      if (/^(?:\.|->|struct|union|enum|goto)$/.test(word(place - 1))) continue;
      const name = word(place);
      const start = tokens.starts[place] ?? 0;
      const known = places.get(name);
      if (known === undefined) places.set(name, [start]);
      else known.push(start);
    }
    return places;
  }
}
