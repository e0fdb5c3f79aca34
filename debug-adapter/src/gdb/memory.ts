/** MI commands for memory. */
import { type GdbConnection, GdbRefusal, quoteMi } from './connection';
import { inConsoleTurn, runConsoleCommand } from './console';
import { decodeBytes } from './mi-text';
import { text, tuples } from './mi-value';

/** Asked for at once, in bytes: an answer has two characters for each. */
const CHUNK = 0x4_0000;
const PAGE = 0x1000n;
/** A text is read in pieces of so many bytes, and up to so many of them. */
const TEXT_PIECE = 256;
const TEXT_LIMIT = 0x1000;

/**
 * The bytes from `address` on, up to `count`; fewer where memory ends or is not mapped, none where it does
 * not begin. Rejects where the guest runs by now.
 */
export async function readMemory(gdb: GdbConnection, address: bigint, count: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const ask = (done: number) =>
    done < count ? readPiece(gdb, address + BigInt(done), Math.min(CHUNK, count - done)) : undefined;
  // GDB reads one while the one before is looked at.
  let next = ask(0);
  for (let done = 0; next !== undefined; done += CHUNK) {
    const current = next;
    next = ask(done + CHUNK);
    next?.catch(() => undefined);
    const piece = await current;
    pieces.push(piece);
    if (piece.length < Math.min(CHUNK, count - done)) break;
  }
  return Buffer.concat(pieces);
}

/** The text that begins at an address, up to its closing zero; undefined where nothing can be read. */
export async function readText(gdb: GdbConnection, address: bigint): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  for (let done = 0; done < TEXT_LIMIT; done += TEXT_PIECE) {
    const piece = await readMemory(gdb, address + BigInt(done), TEXT_PIECE);
    const end = piece.indexOf(0);
    pieces.push(end < 0 ? piece : piece.subarray(0, end));
    if (end >= 0 || piece.length < TEXT_PIECE) {
      if (done === 0 && piece.length === 0) return undefined;
      break;
    }
  }
  return decodeBytes(Buffer.concat(pieces));
}

/** Where what can be read of `count` bytes begins. */
export async function nextReadable(
  gdb: GdbConnection,
  address: bigint,
  count: number,
): Promise<bigint | undefined> {
  const whole = PAGE - (address % PAGE);
  // Memory is mapped by pages: only where one begins can the answer change.
  for (let done = 0n; done < BigInt(count); done += done === 0n ? whole : PAGE) {
    if ((await readPiece(gdb, address + done, 1)).length > 0) return address + done;
  }
  return undefined;
}

const physical = new WeakMap<GdbConnection, boolean>();

/** Whether the stub reads physical memory: QEMU's of a whole machine alone does. False where there is none to ask just now. */
export async function readsPhysicalMemory(gdb: GdbConnection): Promise<boolean> {
  const known = physical.get(gdb);
  if (known !== undefined) return known;
  const said = await runConsoleCommand(gdb, 'maintenance packet qqemu.PhyMemMode').catch((error) => {
    if (error instanceof GdbRefusal && error.isOvertaken) throw error;
    return '';
  });
  const answer = /received: "(.*)"/.exec(said)?.[1];
  // Without an answer, or with an error's, it may do so later.
  if (answer === undefined || /^E[0-9a-f]{2}$/i.test(answer)) return false;
  const reads = answer === '0' || answer === '1';
  physical.set(gdb, reads);
  return reads;
}

/**
 * The same of physical memory, by QEMU's own packet for it (gdbstub, `Qqemu.PhyMemMode`); nothing from a stub that has
 * none. The three go out together: nobody else reads while the stub is in that mode.
 */
export async function readPhysicalMemory(
  gdb: GdbConnection,
  address: bigint,
  count: number,
): Promise<Buffer> {
  // Another stub would pass the mode over, and answer with virtual memory.
  if (!(await readsPhysicalMemory(gdb))) return Buffer.alloc(0);
  const mode = (on: 0 | 1) =>
    gdb.execute(`-interpreter-exec console ${quoteMi(`maintenance packet Qqemu.PhyMemMode:${on}`)}`);
  return inConsoleTurn(gdb, async () => {
    const [, read, back] = await Promise.allSettled([mode(1), readPiece(gdb, address, count), mode(0)]);
    if (back.status === 'rejected') throw back.reason;
    if (read.status === 'rejected') throw read.reason;
    return read.value;
  });
}

/** Rejects with GDB's reason where the memory cannot be written. */
export async function writeMemory(gdb: GdbConnection, address: bigint, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; done += CHUNK) {
    const contents = bytes.subarray(done, done + CHUNK).toString('hex');
    await gdb.execute(`-data-write-memory-bytes ${hex(address + BigInt(done))} ${quoteMi(contents)}`);
  }
}

export function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}

async function readPiece(gdb: GdbConnection, address: bigint, count: number): Promise<Buffer> {
  try {
    const result = await gdb.execute(`-data-read-memory-bytes ${hex(address)} ${count}`);
    const block = tuples(result, 'memory')[0];
    // What is readable may begin behind what was asked for.
    if (block === undefined || BigInt(text(block, 'begin') ?? -1) !== address) return Buffer.alloc(0);
    const bytes = Buffer.from(text(block, 'contents') ?? '', 'hex').subarray(0, count);
    // Where less can be read, GDB counts the first byte behind it, too, which nobody has read; it ends with a page.
    const behind = bytes.length < count ? Number((address + BigInt(bytes.length)) % PAGE) : 0;
    return behind === 1 ? bytes.subarray(0, -1) : bytes;
  } catch (error) {
    if (error instanceof GdbRefusal && !error.isOvertaken) return Buffer.alloc(0);
    throw error;
  }
}
