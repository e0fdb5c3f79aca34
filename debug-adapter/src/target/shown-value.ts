/** Values as they are shown, spelt so that GDB takes them: editors let a user change the text that is shown. */

const WORDS: ReadonlyMap<string, string> = new Map([
  ['true', '1'],
  ['false', '0'],
  ['NULL', '0'],
  ['nullptr', '0'],
  ['inf', '(1.0/0)'],
  ['-inf', '(-1.0/0)'],
  ['nan', '(0.0/0)'],
  ['-nan', '(0.0/0)'],
]);

/** `66 'B'`, `228 L'ä'`. */
const CHARACTER = /^(-?\d+) [LuU]?'(?:[^'\\]|\\.)+'$/;
/** `0x1060a8 <g+8>`, `(int *) 0x10`, `0x105b40 "text"`. */
const POINTER = /^(?:\([^()]*\) )?(0x[0-9a-f]+)(?: <[^>]*>)?(?: "(?:[^"\\]|\\.)*"(?:\.\.\.)?)?$/;
/** `nan(0x8000000000000)`. */
const NAN = /^-?nan\(0x[0-9a-f]+\)$/;
/** A pointer to a text; a text in quotes, which is left as it is; or what stands between two separators of a compound. */
const PART =
  /\s*(?:[A-Za-z_$][\w$]* = )?0x[0-9a-f]+(?: <[^>]*>)? "(?:[^"\\]|\\.)*"(?:\.\.\.)?|"(?:[^"\\]|\\.)*"|[^{},"']*(?:'(?:[^'\\]|\\.)+'[^{},"']*)?/g;

/** What may be meant by a text that is to be a value, one to be tried after the other. */
export function readings(shown: string): readonly string[] {
  const text = shown.trim();
  // GDB would take a member's name for a variable, and assign to that.
  if (text.startsWith('{')) return [text.replace(PART, member)];
  const other = scalar(text);
  return other === text ? [text] : [text, other];
}

/** ` x = true` of a structure, which GDB takes by its members' order. */
function member(part: string): string {
  const [, before = '', value = '', behind = ''] =
    /^(\s*(?:[A-Za-z_$][\w$]* = )?)(.*?)(\s*)$/s.exec(part) ?? [];
  return `${/^\s*/.exec(before)?.[0] ?? ''}${scalar(value)}${behind}`;
}

function scalar(text: string): string {
  if (NAN.test(text)) return '(0.0/0)';
  // Flags that no name stands for: `(A | unknown: 0x8)`.
  const flags = text.replace(/\bunknown: (?=0x)/, '');
  return WORDS.get(text) ?? CHARACTER.exec(text)?.[1] ?? POINTER.exec(text)?.[1] ?? flags;
}
