/** What stands at the end of a half-typed collection in brackets or braces, such as `[qemu/x86_64, {plat: `. */

export interface FlowPlace {
  /** Keys, and `-` for items, from the first bracket on. */
  readonly path: readonly string[];
  readonly kind: 'key' | 'value';
  readonly prefix: string;
  readonly startsItem: boolean;
  readonly siblings: readonly string[];
}

interface Level {
  readonly isList: boolean;
  /** The key whose value is being written. */
  key: string | undefined;
  readonly keys: string[];
}

/** Undefined where the text is in no bracket at its end. */
export function flowPlace(text: string): FlowPlace | undefined {
  if (!/^[[{]/.test(text)) return undefined;
  const levels: Level[] = [];
  let word = '';
  let quote: string | undefined;
  for (const [at, character] of [...text].entries()) {
    const level = levels.at(-1);
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word += character;
    } else if (/["']/.test(character) && word.trim() === '') quote = character;
    else if (/[[{]/.test(character) && word.trim() === '') {
      levels.push({ isList: character === '[', key: undefined, keys: [] });
      word = '';
    } else if (/[\]}]/.test(character)) {
      levels.pop();
      word = '';
    } else if (character === ',' && level !== undefined) {
      level.key = undefined;
      word = '';
    } else if (character === ':' && level?.isList === false && /^(\s|$)/.test(text.slice(at + 1))) {
      level.key = word.trim();
      level.keys.push(level.key);
      word = '';
    } else word += character;
  }
  const inner = levels.at(-1);
  if (inner === undefined) return undefined;
  return {
    path: levels.flatMap(({ isList, key }) => (isList ? ['-'] : (key ?? []))),
    kind: inner.key === undefined ? 'key' : 'value',
    prefix: word.trimStart(),
    startsItem: inner.isList,
    siblings: inner.keys,
  };
}
