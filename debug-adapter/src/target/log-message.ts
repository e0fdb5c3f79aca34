/** Logpoint messages: text with expressions in braces. */
import type { LogPart } from '../gdb';

/** `x is {p->x}` has a text and an expression; `\{` is a brace. An open brace without its end is text. */
export function readLogMessage(message: string): LogPart[] {
  const parts: LogPart[] = [];
  let text = '';
  for (let at = 0; at < message.length; at++) {
    const character = message.charAt(at);
    const end = character === '{' ? closing(message, at) : -1;
    if (character === '\\' && /[{}\\]/.test(message.charAt(at + 1))) {
      text += message.charAt(++at);
    } else if (end > at + 1) {
      if (text !== '') parts.push({ text });
      text = '';
      parts.push({ expression: message.slice(at + 1, end).trim() });
      at = end;
    } else {
      text += character;
    }
  }
  return text === '' ? parts : [...parts, { text }];
}

/** The brace that closes the one at `open`; braces inside pair up. */
function closing(message: string, open: number): number {
  let depth = 0;
  for (let at = open; at < message.length; at++) {
    if (message[at] === '{') depth++;
    else if (message[at] === '}' && --depth === 0) return at;
  }
  return -1;
}
