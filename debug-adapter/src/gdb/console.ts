/** GDB's command line inside MI. */
import { type GdbConnection, quoteMi } from './connection';

/** Runs a GDB command and gives what it printed. Rejects with GDB's reason. */
export async function runConsoleCommand(gdb: GdbConnection, command: string): Promise<string> {
  let printed = '';
  const collect = (text: string) => {
    printed += text;
  };
  gdb.on('console', collect);
  try {
    await gdb.execute(`-interpreter-exec console ${quoteMi(command)}`);
  } finally {
    gdb.off('console', collect);
  }
  return printed;
}
