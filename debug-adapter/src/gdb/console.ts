/** GDB's command line inside MI. */
import { OneByOne } from '../one-by-one';
import { type GdbConnection, quoteMi } from './connection';
import { executeAt, type FrameContext } from './frame-context';

/** What GDB prints says not which command it belongs to: one is run after the other. */
const turnsOf = new WeakMap<GdbConnection, OneByOne>();

/** Runs a GDB command, in a frame where one is given, and gives what it printed. Rejects with GDB's reason. */
export function runConsoleCommand(gdb: GdbConnection, command: string, at?: FrameContext): Promise<string> {
  return inConsoleTurn(gdb, () => run(gdb, command, at));
}

/** Does work that prints, while nobody listens for another command's words. */
export function inConsoleTurn<T>(gdb: GdbConnection, work: () => Promise<T>): Promise<T> {
  const turns = turnsOf.get(gdb) ?? new OneByOne();
  turnsOf.set(gdb, turns);
  return turns.run(work);
}

async function run(gdb: GdbConnection, command: string, at: FrameContext | undefined): Promise<string> {
  let printed = '';
  const collect = (text: string) => {
    printed += text;
  };
  gdb.on('console', collect);
  try {
    const quoted = quoteMi(command);
    if (at === undefined) await gdb.execute(`-interpreter-exec console ${quoted}`);
    else await executeAt(gdb, at, (where) => `-interpreter-exec ${where} console ${quoted}`);
  } finally {
    gdb.off('console', collect);
  }
  return printed;
}
