/** What an expression, or a GDB command, may go on with. */
import { completeCommand, type FrameContext, registerNames } from '../gdb';
import type { Target } from './target';

export interface Completion {
  /** The whole word. */
  readonly word: string;
  /** Where in the text the word begins, zero-based. */
  readonly start: number;
}

const PRINT = 'print ';

/** `text` up to the cursor. Expressions are completed in a frame's scope. */
export async function complete(
  target: Target,
  text: string,
  kind: 'expression' | 'command',
  at: FrameContext | undefined,
): Promise<Completion[]> {
  const word = (kind === 'expression' ? /[\w$]*$/ : /[\w-]*$/).exec(text)?.[0] ?? '';
  const start = text.length - word.length;
  const prefix = kind === 'expression' ? PRINT : '';
  const [lines, registers] = await Promise.all([
    completeCommand(target.gdb, `${prefix}${text}`, at),
    word.startsWith('$') && kind === 'expression' ? registerNames(target.gdb) : [],
  ]);
  const found = lines.flatMap((line) => {
    const whole = line.slice(prefix.length);
    return whole.startsWith(text.slice(0, start)) ? [whole.slice(start)] : [];
  });
  // GDB completes those that every processor has.
  const own = registers.map((name) => `$${name}`).filter((name) => name !== '$' && name.startsWith(word));
  return [...new Set([...found, ...own])].map((each) => ({ word: each, start }));
}
