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

/** Values of the registers with these numbers: as numbers in GDB's hexadecimal form, or as their types are shown. */
export async function registerValues(
  gdb: GdbConnection,
  numbers: readonly number[],
  at: FrameContext,
  form: 'x' | 'N' = 'x',
): Promise<ReadonlyMap<number, string>> {
  if (numbers.length === 0) return new Map();
  const result = await executeAt(
    gdb,
    at,
    (where) => `-data-list-register-values ${where} --skip-unavailable ${form} ${numbers.join(' ')}`,
  );
  return new Map(
    tuples(result, 'register-values').flatMap((register) => {
      const number = integer(register, 'number');
      return number === undefined ? [] : [[number, text(register, 'value') ?? ''] as const];
    }),
  );
}
