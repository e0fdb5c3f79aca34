/** MI commands for breakpoints. */
import { type GdbConnection, quoteMi } from './connection';
import { integer, type MiTuple, text, tuple, tuples } from './mi-value';

/** A breakpoint as GDB placed it. */
export interface GdbBreakpoint {
  readonly number: number;
  /** Where it will stop: one-based; absent for code without lines. */
  readonly line?: number;
  readonly file?: string;
  readonly address?: string;
}

/** On a line of a source file. Rejects when no code of the image comes from the file or the line. */
export function insertAtLine(
  gdb: GdbConnection,
  file: string,
  line: number,
  condition?: string,
): Promise<GdbBreakpoint> {
  const where = `--source ${quoteMi(file)} --line ${line}`;
  return insert(gdb, `${condition === undefined ? '' : `-c ${quoteMi(condition)} `}${where}`);
}

/** On a location in GDB's syntax: a function's name or `*ADDRESS`. */
export function insertAt(
  gdb: GdbConnection,
  location: string,
  options: { readonly temporary?: boolean } = {},
): Promise<GdbBreakpoint> {
  return insert(gdb, `${options.temporary ? '-t ' : ''}${quoteMi(location)}`);
}

export async function removeBreakpoints(gdb: GdbConnection, numbers: readonly number[]): Promise<void> {
  if (numbers.length > 0) await gdb.execute(`-break-delete ${numbers.join(' ')}`);
}

async function insert(gdb: GdbConnection, what: string): Promise<GdbBreakpoint> {
  const result = await gdb.execute(`-break-insert ${what}`);
  const placed = tuple(result, 'bkpt') ?? {};
  const number = integer(placed, 'number');
  if (number === undefined) throw new Error('GDB answered -break-insert without a number.');
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
