/** MI commands that load the symbol file and connect to QEMU's stub. */
import type { GdbEndpoint } from '@unikernel-tools/kernel-sdk/machine';
import { type GdbConnection, quoteMi } from './connection';
import { renewLogpoints } from './logpoint';

/** Loads the ELF file with the symbols; nothing runs yet. */
export async function loadSymbols(gdb: GdbConnection, file: string): Promise<void> {
  await gdb.execute(`-file-exec-and-symbols ${quoteMi(file)}`);
}

/** Connects to a stub that listens. The guest stays stopped where it is. */
export async function connectTo(gdb: GdbConnection, endpoint: GdbEndpoint): Promise<void> {
  const place = endpoint.transport === 'unix' ? endpoint.path : `127.0.0.1:${endpoint.port}`;
  // The rest of the line is the place, quotes and blanks included.
  await gdb.execute(`-target-select remote ${place}`);
  await renewLogpoints(gdb);
}
