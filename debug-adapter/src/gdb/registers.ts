/** MI commands for registers. */
import type { GdbConnection } from './connection';
import { executeAt, type FrameContext } from './frame-context';
import { integer, text, texts, tuples } from './mi-value';

/** Names by number; an empty name is a register that this target does not have. */
export async function registerNames(gdb: GdbConnection): Promise<string[]> {
  const result = await gdb.execute('-data-list-register-names');
  // An empty list of names comes as one empty text.
  return texts(result, 'register-names');
}

/** Values of the registers with these numbers, in GDB's hexadecimal form. */
export async function registerValues(
  gdb: GdbConnection,
  numbers: readonly number[],
  at: FrameContext,
): Promise<ReadonlyMap<number, string>> {
  const result = await executeAt(
    gdb,
    at,
    (where) => `-data-list-register-values ${where} --skip-unavailable x ${numbers.join(' ')}`,
  );
  return new Map(
    tuples(result, 'register-values').flatMap((register) => {
      const number = integer(register, 'number');
      return number === undefined ? [] : [[number, text(register, 'value') ?? ''] as const];
    }),
  );
}
