/** MI commands that load the symbol file and connect to QEMU's stub. */
import { endpointText, type GdbEndpoint } from '@unikernel-tools/kernel-sdk/machine';
import { type GdbConnection, quoteMi } from './connection';
import { runConsoleCommand } from './console';
import { renewLogpoints } from './logpoint';

/** The folder that GDB's own commands work in. */
export async function enterFolder(gdb: GdbConnection, folder: string): Promise<void> {
  await gdb.execute(`-environment-cd ${quoteMi(folder)}`);
}

/** Loads the ELF file with the symbols; nothing runs yet. `moved` bytes lie between its addresses and the guest's. */
export async function loadSymbols(gdb: GdbConnection, file: string, moved = 0n): Promise<void> {
  await gdb.execute(`-file-exec-and-symbols ${quoteMi(file)}`);
  if (moved !== 0n) await runConsoleCommand(gdb, `symbol-file -o ${offset(moved)} ${quoteMi(file)}`);
}

/** GDB takes a difference of addresses as an address is: without a sign. */
function offset(moved: bigint): string {
  return `0x${BigInt.asUintN(64, moved).toString(16)}`;
}

export interface StubTraits {
  /** Breakpoints are the stub's own, not written into the guest's memory, which the guest may write over. */
  readonly keepsBreakpoints?: boolean;
}

/** Connects to a stub that listens. The guest stays stopped where it is. */
export async function connectTo(
  gdb: GdbConnection,
  endpoint: GdbEndpoint,
  { keepsBreakpoints = false }: StubTraits = {},
): Promise<void> {
  // Else GDB takes every breakpoint out at each stop and puts it in again for each step.
  const kept = gdb.execute(`-gdb-set breakpoint always-inserted ${keepsBreakpoints ? 'on' : 'off'}`);
  // The rest of the line is the place, quotes and blanks included.
  const connected = gdb.execute(`-target-select remote ${endpointText(endpoint)}`);
  await Promise.all([kept, connected]);
  await renewLogpoints(gdb);
}

/** From now on code is what the guest's memory holds. To be called when the guest is about to run, or is found running. */
export async function trustMemory(gdb: GdbConnection): Promise<void> {
  await gdb.execute('-gdb-set trust-readonly-sections off');
}

/** A stub that is there says so within this time, in milliseconds. */
const STUB_LIMIT_MS = 10_000;

/** Connects to a stub that somebody else started and that goes on when GDB leaves. It stops the guest. */
export async function attachTo(gdb: GdbConnection, endpoint: GdbEndpoint): Promise<void> {
  await gdb.execute('-gdb-set remote query-attached-packet auto');
  await gdb.execute('-gdb-set tcp auto-retry off');
  await gdb.execute(`-target-select remote ${endpointText(endpoint)}`, STUB_LIMIT_MS);
  await renewLogpoints(gdb);
}

/** The guest goes on without GDB. */
export async function detach(gdb: GdbConnection): Promise<void> {
  await gdb.execute('-target-detach');
}

/** The guest stays stopped where it is. */
export async function disconnect(gdb: GdbConnection): Promise<void> {
  await gdb.execute('-target-disconnect');
}

/** Ends the guest, where its stub can do that. */
export async function killGuest(gdb: GdbConnection): Promise<void> {
  await gdb.execute('-interpreter-exec console "kill"');
}

/** What is played cannot be changed, by an expression either; registers lend themselves to threads still. */
export async function forbidMemoryWrites(gdb: GdbConnection): Promise<void> {
  await gdb.execute('-gdb-set may-write-memory off');
}

export async function allowMemoryWrites(gdb: GdbConnection): Promise<void> {
  await gdb.execute('-gdb-set may-write-memory on');
}
