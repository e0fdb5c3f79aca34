/** Whether a name that is called is a variable there: a parameter, a local or a pointer to a function. */
import type { CFacts } from './facts';
import { NAME, tokensOf } from './tokens';

/** @param at Of the call, in UTF-16 code units. */
export function isShadowed(text: string, facts: CFacts, name: string, at: number): boolean {
  const functions = [...facts.functions.values()].flat().filter(({ hasBody }) => hasBody);
  const around = functions.find(({ start, end }) => start <= at && at < end);
  const tokens = tokensOf(text);
  const word = (place: number) =>
    place < 0 || place >= tokens.count ? '' : text.slice(tokens.starts[place], tokens.ends[place]);
  for (let place = 0; place < tokens.count; place++) {
    if (tokens.kinds[place] !== NAME || word(place) !== name || word(place + 1) === '(') continue;
    if (/^(?:\.|->|struct|union|enum|goto)$/.test(word(place - 1))) continue;
    const start = tokens.starts[place] ?? 0;
    const isHere = around === undefined || (around.start <= start && start < around.end);
    if (isHere || !functions.some((one) => one.start <= start && start < one.end)) return true;
  }
  return false;
}
