/** Words of a declaration: what is in its parentheses, and what they are apart from each other. */
import { ATTRIBUTES } from './names';
import { NAME } from './tokens';

export interface Word {
  readonly text: string;
  /** One of those in `tokens.ts`. */
  readonly kind: number;
}

/** At the commas that stand in no parentheses. */
export function split<W extends Word>(words: readonly W[]): W[][] {
  const parts: W[][] = [[]];
  let depth = 0;
  for (const word of words) {
    if (/^[([{]$/.test(word.text)) depth++;
    if (/^[)\]}]$/.test(word.text)) depth--;
    if (word.text === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts;
}

/** The place of the parenthesis that closes the one at `open`; the last one where none does. */
export function closing(words: readonly Word[], open: number): number {
  let depth = 0;
  for (let at = open; at < words.length; at++) {
    const text = words[at]?.text;
    if (text === '(') depth++;
    else if (text === ')' && --depth === 0) return at;
  }
  return words.length - 1;
}

export function withoutAttributes<W extends Word>(words: readonly W[]): W[] {
  const kept: W[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) break;
    if (word.kind === NAME && ATTRIBUTES.has(word.text) && words[at + 1]?.text === '(')
      at = closing(words, at + 1);
    else kept.push(word);
  }
  return kept;
}
