/** MI commands for symbols. */
import type { GdbConnection } from './connection';
import { text, tuple, tuples } from './mi-value';

export interface StaticVariable {
  readonly name: string;
  /** Absolute path of the file that defines it. */
  readonly file: string;
}

/** Every variable with static storage that has debug information, of every file. */
export async function listStaticVariables(gdb: GdbConnection): Promise<StaticVariable[]> {
  const symbols = tuple(await gdb.execute('-symbol-info-variables'), 'symbols') ?? {};
  return tuples(symbols, 'debug').flatMap((file) =>
    tuples(file, 'symbols').flatMap((symbol) => {
      const name = text(symbol, 'name');
      const path = text(file, 'fullname');
      return name === undefined || path === undefined ? [] : [{ name, file: path }];
    }),
  );
}

/** Whether the loaded file has line tables and types, rather than bare symbols or none. */
export async function hasDebugInformation(gdb: GdbConnection): Promise<boolean> {
  const symbols = tuple(await gdb.execute('-symbol-info-functions --max-results 1'), 'symbols') ?? {};
  return tuples(symbols, 'debug').length > 0;
}
