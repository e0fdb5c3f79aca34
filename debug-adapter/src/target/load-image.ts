/** An image's symbols, and what is understood of its kernel by them. */
import { symbolsMissing } from '../errors';
import { enterFolder, type GdbConnection, hasDebugInformation, loadSymbols, substitutePath } from '../gdb';
import { GuestKernel } from './guest-kernel';

/** Where things are that symbols are about. */
export interface SymbolPlaces {
  /** GDB's own commands work in it. */
  readonly folder: string;
  /** Paths of the image that begin with the first of a pair are looked for below the second. */
  readonly sourceMap?: readonly (readonly [string, string])[];
  /** Bytes that lie between the image's addresses and the guest's. */
  readonly moved?: bigint | undefined;
}

/** Gives the kernel where it is known. Throws a DebugError where the image has no debug information. */
export async function loadImage(
  gdb: GdbConnection,
  symbols: string,
  { folder, sourceMap = [], moved }: SymbolPlaces,
): Promise<GuestKernel | undefined> {
  const loading = loadSymbols(gdb, symbols, moved);
  // Moved symbols are loaded in two steps; else what comes next is asked without waiting, and fails with the loading.
  if (moved !== undefined) await loading;
  const settings = [
    enterFolder(gdb, folder),
    ...sourceMap.map(([from, to]) => substitutePath(gdb, from, to)),
  ];
  const [hasInformation, found] = await Promise.all([
    hasDebugInformation(gdb),
    GuestKernel.find(gdb, symbols),
    loading,
    ...settings,
  ]);
  if (!hasInformation) throw symbolsMissing(symbols);
  return found;
}
