/** MI commands for logpoints. */
import {
  finished,
  type GdbBreakpoint,
  type GdbLocation,
  type InsertOptions,
  insert,
  insertBreakpoint,
  locationOf,
  optionsOf,
  removeBreakpoints,
} from './breakpoint';
import { type GdbConnection, GdbRefusal, quoteMi } from './connection';
import { echoed, LOG_END, LOG_START, LOG_VALUE } from './log-text';

/** What each logpoint does, by its number. */
const COMMANDS = new WeakMap<GdbConnection, Map<number, string>>();

/** What a logpoint says: texts as they are, and expressions whose values stand in for them. */
export type LogPart = { readonly text: string } | { readonly expression: string };

/**
 * A breakpoint that prints and lets the guest go on, inside of GDB: a step that passes it goes on too, which
 * a stop and a resume of ours would end. GDB's `dprintf` knows no values without a format; its commands,
 * replaced, do. What it prints arrives as {@link LogReader} understands it.
 */
export async function insertLogpoint(
  gdb: GdbConnection,
  where: GdbLocation,
  parts: readonly LogPart[],
  options: Pick<InsertOptions, 'condition'> = {},
): Promise<GdbBreakpoint> {
  for (const part of parts) {
    if (!('expression' in part)) continue;
    // An expression that fails at a hit would strand the guest: GDB checks names where it checks conditions.
    const probe = await insertBreakpoint(gdb, where, { condition: `((${part.expression}), 1)` });
    await removeBreakpoints(gdb, [probe.number]);
  }
  const placed = await insert(gdb, `-dprintf-insert ${optionsOf(options)}${locationOf(where)} "log"`);
  const commands = [
    `echo ${echoed(`${LOG_START}${placed.number}${LOG_VALUE}`)}`,
    ...parts.flatMap((part) =>
      'text' in part
        ? [`echo ${echoed(part.text)}`]
        : [`echo ${echoed(LOG_VALUE)}`, `output ${part.expression}`, `echo ${echoed(LOG_VALUE)}`],
    ),
    `echo ${echoed(LOG_END)}`,
  ];
  return finished(gdb, placed, async () => {
    await setCommands(gdb, placed.number, commands.map(quoteMi).join(' '));
    return placed;
  });
}

/** GDB gives its dprintf breakpoints their own commands back when it connects to a machine. */
export async function renewLogpoints(gdb: GdbConnection): Promise<void> {
  for (const [number, commands] of [...(COMMANDS.get(gdb) ?? [])]) {
    await setCommands(gdb, number, commands).catch((error: unknown) => {
      if (!(error instanceof GdbRefusal)) throw error;
      // It was removed meanwhile: GDB uses no number again.
      COMMANDS.get(gdb)?.delete(number);
    });
  }
}

async function setCommands(gdb: GdbConnection, number: number, commands: string): Promise<void> {
  await gdb.execute(`-break-commands ${number} ${commands}`);
  COMMANDS.set(gdb, (COMMANDS.get(gdb) ?? new Map<number, string>()).set(number, commands));
}
