/** GDB's own completion. */
import { type GdbConnection, quoteMi } from './connection';
import { executeAt, type FrameContext } from './frame-context';
import { texts } from './mi-value';

/** Whole command lines that begin as `command` does. */
export async function completeCommand(
  gdb: GdbConnection,
  command: string,
  at?: FrameContext,
): Promise<string[]> {
  const quoted = quoteMi(command);
  const result =
    at === undefined
      ? await gdb.execute(`-complete ${quoted}`)
      : await executeAt(gdb, at, (where) => `-complete ${where} ${quoted}`);
  return texts(result, 'matches');
}
