/** The arguments of a macro's use, as the text has them. */

export interface MacroArgument {
  /** Blanks and comments are one blank each, and none at the ends. */
  readonly text: string;
  /** Where it begins. */
  readonly start: number;
}

/** No use of a macro that says something about a whole library is longer, in UTF-16 code units. */
const LIMIT = 4000;

const PIECE = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|\s+|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\s\S]/g;

/**
 * @param start Behind the parenthesis that opens them.
 * @returns Undefined where none closes it.
 */
export function macroArguments(text: string, start: number): readonly MacroArgument[] | undefined {
  const found: MacroArgument[] = [];
  let one = '';
  let from = start;
  let depth = 0;
  const end = () => {
    found.push({ text: one.trim(), start: from });
    one = '';
  };
  for (const { 0: piece, index } of text.slice(start, start + LIMIT).matchAll(PIECE)) {
    if (/^(\s|\/[/*])/.test(piece)) {
      if (one !== '') one += ' ';
      continue;
    }
    if (depth === 0 && (piece === ',' || piece === ')')) {
      end();
      if (piece === ')') return found;
      continue;
    }
    if (/^[([{]$/.test(piece)) depth++;
    else if (/^[)\]}]$/.test(piece)) depth--;
    if (one === '') from = start + index;
    one += piece;
  }
  return undefined;
}
