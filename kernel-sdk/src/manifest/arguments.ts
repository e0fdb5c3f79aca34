/** A command line in one text, split as a POSIX shell splits words; nothing is expanded. */

/** An unclosed quote ends with the text. */
export function splitArguments(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    const next = text.charAt(i + 1);
    if (quote === "'" || (quote === '"' && c !== '\\')) {
      if (c === quote) quote = '';
      else word = (word ?? '') + c;
    } else if (c === '\\' && next !== '' && (quote === '' || /["\\$`]/.test(next))) {
      word = (word ?? '') + next;
      i++;
    } else if (quote === '' && (c === '"' || c === "'")) {
      quote = c;
      word ??= '';
    } else if (quote === '' && /\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + c;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
