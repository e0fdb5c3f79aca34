/** MI commands for breakpoints, logpoints and watchpoints. */
import { type GdbConnection, quoteMi } from './connection';
import { echoed, LOG_END, LOG_START, LOG_VALUE } from './log-text';
import { integer, type MiTuple, text, tuple, tuples } from './mi-value';

/** A breakpoint as GDB placed it. */
export interface GdbBreakpoint {
  readonly number: number;
  /** Where it will stop: one-based; absent for code without lines. */
  readonly line?: number;
  readonly file?: string;
  readonly address?: string;
}

/** Where a breakpoint is wanted: on a line (a path as the image names it), or by GDB's location syntax. */
export type GdbLocation = { readonly file: string; readonly line: number } | { readonly location: string };

export interface InsertOptions {
  readonly temporary?: boolean;
  /** A debug register of the CPU rather than whatever the stub does. */
  readonly hardware?: boolean;
  /** Stops where it is not zero. GDB checks it against what is in scope at the location. */
  readonly condition?: string;
}

/** Rejects when no code of the image comes from there, or the condition does not fit. */
export function insertBreakpoint(
  gdb: GdbConnection,
  where: GdbLocation,
  options: InsertOptions = {},
): Promise<GdbBreakpoint> {
  return insert(gdb, `-break-insert ${optionsOf(options)}${locationOf(where)}`);
}

/** On a location in GDB's syntax: a function's name or `*ADDRESS`. */
export function insertAt(
  gdb: GdbConnection,
  location: string,
  options: InsertOptions = {},
): Promise<GdbBreakpoint> {
  return insertBreakpoint(gdb, { location }, options);
}

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
  const placed = await insert(gdb, `-dprintf-insert ${optionsOf(options)}${locationOf(where)} "-"`);
  const commands = [
    `echo ${echoed(`${LOG_START}${placed.number}${LOG_VALUE}`)}`,
    ...parts.flatMap((part) =>
      'text' in part
        ? [`echo ${echoed(part.text)}`]
        : [`echo ${echoed(LOG_VALUE)}`, `output ${part.expression}`, `echo ${echoed(LOG_VALUE)}`],
    ),
    `echo ${echoed(LOG_END)}`,
  ];
  await gdb.execute(`-break-commands ${placed.number} ${commands.map(quoteMi).join(' ')}`);
  return placed;
}

/** What of an access stops the guest. `write` is a write that changes the value. */
export type Access = 'read' | 'write' | 'readWrite';

const WATCH: Readonly<Record<Access, { readonly option: string; readonly answer: string }>> = {
  read: { option: '-r ', answer: 'hw-rwpt' },
  write: { option: '', answer: 'wpt' },
  readWrite: { option: '-a ', answer: 'hw-awpt' },
};

/** Watches the place that an expression names. */
export async function insertWatchpoint(
  gdb: GdbConnection,
  expression: string,
  access: Access,
  condition?: string,
): Promise<GdbBreakpoint> {
  const { option, answer } = WATCH[access];
  const result = await gdb.execute(`-break-watch ${option}${quoteMi(expression)}`);
  const number = integer(tuple(result, answer) ?? {}, 'number');
  if (number === undefined) throw new Error('GDB answered -break-watch without a number.');
  if (condition !== undefined) await setCondition(gdb, number, condition);
  return { number };
}

/** Replaces a breakpoint's condition; none stops always. */
export async function setCondition(
  gdb: GdbConnection,
  number: number,
  condition: string | undefined,
): Promise<void> {
  await gdb.execute(`-break-condition ${number}${condition === undefined ? '' : ` ${condition}`}`);
}

export async function removeBreakpoints(gdb: GdbConnection, numbers: readonly number[]): Promise<void> {
  if (numbers.length > 0) await gdb.execute(`-break-delete ${numbers.join(' ')}`);
}

/** The lines of a file that have code, with where the code begins; ascending by address. */
export async function listCodeLines(
  gdb: GdbConnection,
  file: string,
): Promise<{ readonly line: number; readonly address: string }[]> {
  const result = await gdb.execute(`-symbol-list-lines ${quoteMi(file)}`);
  return tuples(result, 'lines').flatMap((entry) => {
    const line = integer(entry, 'line');
    const address = text(entry, 'pc');
    // Line 0 is compiler-made code of no line (DWARF 5, 6.2.2).
    return line === undefined || line === 0 || address === undefined ? [] : [{ line, address }];
  });
}

function optionsOf({ temporary, hardware, condition }: InsertOptions): string {
  return [
    temporary ? '-t ' : '',
    hardware ? '-h ' : '',
    condition === undefined ? '' : `-c ${quoteMi(condition)} `,
  ].join('');
}

function locationOf(where: GdbLocation): string {
  if ('location' in where) return quoteMi(where.location);
  return `--source ${quoteMi(where.file)} --line ${where.line}`;
}

async function insert(gdb: GdbConnection, command: string): Promise<GdbBreakpoint> {
  const placed = tuple(await gdb.execute(command), 'bkpt') ?? {};
  const number = integer(placed, 'number');
  if (number === undefined) throw new Error('GDB answered a breakpoint without a number.');
  return { number, ...place(placed) };
}

/** A breakpoint with several locations has none of its own: the first one stands for it. */
function place(placed: MiTuple): Omit<GdbBreakpoint, 'number'> {
  const at = tuples(placed, 'locations')[0] ?? placed;
  const line = integer(at, 'line');
  const file = text(at, 'fullname');
  const address = text(at, 'addr');
  return {
    ...(line === undefined ? {} : { line }),
    ...(file === undefined ? {} : { file }),
    ...(address === undefined ? {} : { address }),
  };
}
