/** MI commands that prepare GDB: settings, the symbol file, the connection to QEMU's stub. */
import type { GdbEndpoint } from '@unikernel-tools/kernel-sdk/machine';
import { type GdbConnection, quoteMi } from './connection';

const SETTINGS: readonly (readonly [name: string, value: string])[] = [
  ['confirm', 'off'],
  ['pagination', 'off'],
  ['width', '0'],
  ['height', '0'],
  // Commands are answered while the guest runs.
  ['mi-async', 'on'],
  // Frames below `main` are the kernel's: they belong on the stack, to its very end.
  ['backtrace past-main', 'on'],
  ['backtrace past-entry', 'on'],
  ['backtrace limit', 'unlimited'],
  ['charset', 'UTF-8'],
  ['print elements', '200'],
  ['print repeats', '10'],
  ['print sevenbit-strings', 'off'],
  ['print frame-arguments', 'scalars'],
  ['breakpoint pending', 'off'],
  ['debuginfod enabled', 'off'],
  // With no answer to qAttached GDB owns the guest: when GDB ends, however, QEMU ends with it.
  ['remote query-attached-packet', 'off'],
  ['tcp auto-retry', 'on'],
];

export async function applySettings(gdb: GdbConnection): Promise<void> {
  for (const [name, value] of SETTINGS) await gdb.execute(`-gdb-set ${name} ${value}`);
}

/** Loads the ELF file with the symbols; nothing runs yet. */
export async function loadSymbols(gdb: GdbConnection, file: string): Promise<void> {
  await gdb.execute(`-file-exec-and-symbols ${quoteMi(file)}`);
}

/** Connects to a stub that listens. The guest stays stopped where it is. */
export async function connectTo(gdb: GdbConnection, endpoint: GdbEndpoint): Promise<void> {
  const place = endpoint.transport === 'unix' ? endpoint.path : `127.0.0.1:${endpoint.port}`;
  // The rest of the line is the place, quotes and blanks included.
  await gdb.execute(`-target-select remote ${place}`);
}
