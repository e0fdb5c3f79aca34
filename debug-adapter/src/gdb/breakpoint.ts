/** MI commands for breakpoints and watchpoints. */
import { type GdbConnection, quoteMi } from './connection';
import { runConsoleCommand } from './console';
import { integer, type MiTuple, text, tuple, tuples } from './mi-value';

/** A breakpoint as GDB placed it. */
export interface GdbBreakpoint {
  readonly number: number;
  /** Of one on several functions: those on the others. */
  readonly also?: readonly number[];
  /** Of a watchpoint: the breakpoint where what it watches ends. */
  readonly end?: number;
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
  return location === 'main' ? insertAtMain(gdb, options) : insertBreakpoint(gdb, { location }, options);
}

/**
 * On the function `main`. A kernel that brings a weak one for images without an application leaves its code in some
 * images: a breakpoint is placed on both then, and the one that is called is kept.
 */
async function insertAtMain(gdb: GdbConnection, options: InsertOptions = {}): Promise<GdbBreakpoint> {
  const bkpt = await insertRaw(gdb, `-break-insert ${optionsOf(options)}main`);
  return finished(gdb, placedAs(bkpt), () => onStrong(gdb, bkpt));
}

async function onStrong(gdb: GdbConnection, bkpt: MiTuple): Promise<GdbBreakpoint> {
  const locations = tuples(bkpt, 'locations');
  const strong: MiTuple[] = [];
  for (const location of locations) {
    // The linker's symbol table has the strong one alone.
    const symbol = await runConsoleCommand(gdb, `info symbol ${text(location, 'addr')}`);
    if (/^main(\s|$)/.test(symbol)) strong.push(location);
  }
  const [only] = strong;
  if (only === undefined || strong.length > 1) return placedAs(bkpt);
  const others = locations
    .filter((location) => location !== only)
    .map((location) => text(location, 'number'));
  await gdb.execute(`-break-disable ${others.join(' ')}`);
  return placedAs({ ...bkpt, locations: [only] });
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
  if (number === undefined)
    throw new Error('GDB set a data breakpoint without a number. Set it again, or restart.');
  return finished(gdb, { number }, async (placed) => {
    if (condition !== undefined) await setCondition(gdb, number, condition);
    return placed;
  });
}

/** Does what is left to do for one that GDB has already; where that is refused, GDB does not keep it either. */
export async function finished(
  gdb: GdbConnection,
  placed: GdbBreakpoint,
  work: (placed: GdbBreakpoint) => Promise<GdbBreakpoint>,
): Promise<GdbBreakpoint> {
  try {
    return await work(placed);
  } catch (error) {
    // Why it is refused is what counts.
    await removeBreakpoints(gdb, [placed.number]).catch(() => undefined);
    throw error;
  }
}

/** All that are being inserted, or none where one of them is refused. */
export async function insertedTogether(
  gdb: GdbConnection,
  inserting: readonly Promise<GdbBreakpoint>[],
): Promise<GdbBreakpoint[]> {
  const settled = await Promise.allSettled(inserting);
  const placed = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const refused = settled.find((each) => each.status === 'rejected');
  if (refused === undefined) return placed;
  const numbers = placed.map(({ number }) => number);
  await removeBreakpoints(gdb, numbers).catch(() => undefined);
  throw refused.reason;
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

/** Whether the guest stops at breakpoints, which GDB keeps either way. */
export async function setBreakpoints(
  gdb: GdbConnection,
  numbers: readonly number[],
  enabled: boolean,
): Promise<void> {
  // Without a number it would be all.
  if (numbers.length > 0) await gdb.execute(`-break-${enabled ? 'enable' : 'disable'} ${numbers.join(' ')}`);
}

/** The same of all breakpoints. */
export async function setAllBreakpoints(gdb: GdbConnection, enabled: boolean): Promise<void> {
  await gdb.execute(enabled ? '-break-enable' : '-break-disable');
}

/** Where a breakpoint stops: none for a watchpoint. Rejects where there is no such breakpoint any more. */
export async function breakpointAddresses(gdb: GdbConnection, number: number): Promise<bigint[]> {
  const table = tuple(await gdb.execute(`-break-info ${number}`), 'BreakpointTable') ?? {};
  return tuples(table, 'body')
    .flatMap((bkpt) => [bkpt, ...tuples(bkpt, 'locations')])
    .flatMap((place) => {
      const address = text(place, 'addr');
      // Of several, the breakpoint's own is in words.
      return address?.startsWith('0x') ? [BigInt(address)] : [];
    });
}

export async function removeAllBreakpoints(gdb: GdbConnection): Promise<void> {
  await runConsoleCommand(gdb, 'delete');
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

/** MI's options, each with a blank behind it. */
export function optionsOf({ temporary, hardware, condition }: InsertOptions): string {
  return [
    temporary ? '-t ' : '',
    hardware ? '-h ' : '',
    condition === undefined ? '' : `-c ${quoteMi(condition)} `,
  ].join('');
}

export function locationOf(where: GdbLocation): string {
  if ('location' in where) return quoteMi(where.location);
  return `--source ${quoteMi(where.file)} --line ${where.line}`;
}

/** Runs a command that inserts one. */
export async function insert(gdb: GdbConnection, command: string): Promise<GdbBreakpoint> {
  return placedAs(await insertRaw(gdb, command));
}

async function insertRaw(gdb: GdbConnection, command: string): Promise<MiTuple> {
  return tuple(await gdb.execute(command), 'bkpt') ?? {};
}

function placedAs(bkpt: MiTuple): GdbBreakpoint {
  const number = integer(bkpt, 'number');
  if (number === undefined)
    throw new Error('GDB set a breakpoint without a number. Set it again, or restart.');
  return { number, ...place(bkpt) };
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
