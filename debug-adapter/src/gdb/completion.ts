/** GDB's own completion. */
import { type GdbConnection, quoteMi } from './connection';
import { texts } from './mi-value';
import { type FrameContext, frameOption } from './variables';

/** Whole command lines that begin as `command` does. */
export async function completeCommand(
  gdb: GdbConnection,
  command: string,
  at?: FrameContext,
): Promise<string[]> {
  const where = at === undefined ? '' : `${frameOption(at)} `;
  return texts(await gdb.execute(`-complete ${where}${quoteMi(command)}`), 'matches');
}
