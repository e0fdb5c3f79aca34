/** GDB's command line inside MI. */
import { OneByOne } from '../one-by-one';
import { type GdbConnection, quoteMi } from './connection';
import { executeAt, type FrameContext } from './frame-context';
import { echoed, LogReader } from './log-text';

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

/** Stands before what a command prints: GDB may have told something else since the command before. */
const BEGIN = '\u0004';
const SAY_BEGIN = quoteMi(`echo ${echoed(BEGIN)}`);

async function run(gdb: GdbConnection, command: string, at: FrameContext | undefined): Promise<string> {
  let printed = '';
  // A command that runs code of the guest's passes logpoints, whose texts are told by themselves.
  const logs = new LogReader(() => undefined);
  const collect = (text: string) => {
    printed += logs.console(text);
  };
  const fail = (text: string) => logs.log(text);
  gdb.on('console', collect);
  gdb.on('log', fail);
  try {
    // Of two commands that are one for MI, nothing of anybody else's is printed between.
    const both = `${SAY_BEGIN} ${quoteMi(command)}`;
    if (at === undefined) await gdb.execute(`-interpreter-exec console ${both}`);
    else await executeAt(gdb, at, (where) => `-interpreter-exec ${where} console ${both}`);
  } finally {
    gdb.off('console', collect);
    gdb.off('log', fail);
  }
  return printed.slice(printed.indexOf(BEGIN) + BEGIN.length);
}
