/** MI commands for symbols. */

import { type GdbConnection, GdbRefusal, quoteMi } from './connection';
import { runConsoleCommand } from './console';
import { text, tuple, tuples } from './mi-value';

export interface StaticVariable {
  readonly name: string;
  readonly type: string;
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
      return name === undefined || path === undefined
        ? []
        : [{ name, type: text(symbol, 'type') ?? '', file: path }];
    }),
  );
}

/** The functions with debug information whose names fit a regular expression, each name once; `limit` of them at most. */
export async function listFunctions(gdb: GdbConnection, pattern: string, limit: number): Promise<string[]> {
  const command = `-symbol-info-functions --name ${quoteMi(pattern)} --max-results ${limit}`;
  const symbols = tuple(await gdb.execute(command), 'symbols') ?? {};
  const found = tuples(symbols, 'debug').flatMap((file) => tuples(file, 'symbols'));
  return [...new Set(found.flatMap((symbol) => text(symbol, 'name') ?? []))];
}

/** Whether the loaded file has line tables and types, rather than bare symbols or none. */
export async function hasDebugInformation(gdb: GdbConnection): Promise<boolean> {
  const symbols = tuple(await gdb.execute('-symbol-info-functions --max-results 1'), 'symbols') ?? {};
  return tuples(symbols, 'debug').length > 0;
}

/** Every source file that the image's line tables name: absolute paths. */
export async function listSourceFiles(gdb: GdbConnection): Promise<string[]> {
  const files = tuples(await gdb.execute('-file-list-exec-source-files'), 'files');
  return [...new Set(files.flatMap((file) => text(file, 'fullname') ?? []))];
}

export interface GdbSymbol {
  readonly name: string;
  /** Bytes from its start. */
  readonly offset: number;
  readonly section: string;
}

/** The symbol that an address belongs to; undefined where there is none. */
export async function symbolAt(gdb: GdbConnection, address: bigint): Promise<GdbSymbol | undefined> {
  const printed = await runConsoleCommand(gdb, `info symbol 0x${address.toString(16)}`);
  const found = /^(\S.*?) (?:\+ (\d+) )?in section (\S+)/.exec(printed);
  if (found?.[1] === undefined) return undefined;
  return { name: found[1], offset: Number(found[2] ?? 0), section: found[3] ?? '' };
}

export interface ImageSection {
  readonly name: string;
  readonly start: bigint;
  readonly end: bigint;
}

/** The sections that lie in the guest's memory. */
export async function listSections(gdb: GdbConnection): Promise<ImageSection[]> {
  const printed = await runConsoleCommand(gdb, 'info files');
  const lines = printed.matchAll(/^\s*(0x[0-9a-f]+) - (0x[0-9a-f]+) is (\S+)$/gm);
  return [...lines].map(([, start = '0', end = '0', name = '']) => ({
    ...{ name, start: BigInt(start), end: BigInt(end) },
  }));
}

/** The source line that an instruction comes from; undefined for what is no code with lines. */
export async function lineAt(
  gdb: GdbConnection,
  address: bigint,
): Promise<{ readonly file: string; readonly line: number } | undefined> {
  const printed = await runConsoleCommand(gdb, `info line *0x${address.toString(16)}`);
  // Words about a stop may come before it.
  const found = /^Line (\d+) of "(.*?)" (?:starts|is) at address/m.exec(printed);
  return found?.[2] === undefined ? undefined : { file: found[2], line: Number(found[1]) };
}

/** Where the symbol that an address belongs to begins; undefined where there is none. */
export async function symbolStart(gdb: GdbConnection, address: bigint): Promise<bigint | undefined> {
  const symbol = await symbolAt(gdb, address);
  return symbol === undefined ? undefined : address - BigInt(symbol.offset);
}

/** Paths that begin with `from` in the image are looked for below `to`. */
export async function substitutePath(gdb: GdbConnection, from: string, to: string): Promise<void> {
  await runConsoleCommand(gdb, `set substitute-path ${quoteMi(from)} ${quoteMi(to)}`);
}

/** What stands in a line of a source that the image comes from; undefined where the source is not here. */
export async function sourceLine(
  gdb: GdbConnection,
  file: string,
  line: number,
): Promise<string | undefined> {
  try {
    const listed = await runConsoleCommand(gdb, `list "${file}":${line},${line}`);
    return /^\d+\t(.*)$/m.exec(listed)?.[1];
  } catch (error) {
    if (error instanceof GdbRefusal) return undefined;
    throw error;
  }
}
