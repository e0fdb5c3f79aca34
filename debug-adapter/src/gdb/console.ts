/** GDB's command line inside MI. */
import { type GdbConnection, quoteMi } from './connection';
import { type FrameContext, frameOption } from './variables';

/** Runs a GDB command, in a frame where one is given, and gives what it printed. Rejects with GDB's reason. */
export async function runConsoleCommand(
  gdb: GdbConnection,
  command: string,
  at?: FrameContext,
): Promise<string> {
  let printed = '';
  const collect = (text: string) => {
    printed += text;
  };
  const where = at === undefined ? '' : `${frameOption(at)} `;
  gdb.on('console', collect);
  try {
    await gdb.execute(`-interpreter-exec ${where}console ${quoteMi(command)}`);
  } finally {
    gdb.off('console', collect);
  }
  return printed;
}
