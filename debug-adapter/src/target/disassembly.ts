/** Machine code around any address, as many instructions as asked for, forwards and backwards. */
import { disassembleRange, type GdbConnection, GdbRefusal, type Instruction, symbolStart } from '../gdb';

/** The longest instruction of x86, in bytes (SDM 2A, 2.3.11). */
const LONGEST = 15;
/** Decoding that begins in the middle of an instruction meets the true ones again within about this many bytes. */
const SETTLING = 64;
/** A symbol further back than this is not decoded from its start, in bytes. */
const SYMBOL_LIMIT = 0x1_0000;
const PAGE = 0x1000n;

/**
 * `count` instructions, beginning `offset` instructions from the one at `base`. Where memory cannot be read
 * an instruction without text stands for each byte.
 */
export async function disassembleAround(
  gdb: GdbConnection,
  base: bigint,
  offset: number,
  count: number,
): Promise<Instruction[]> {
  const before = offset < 0 ? await instructionsBefore(gdb, base, -offset) : [];
  const wantedAfter = Math.max(0, offset + count);
  const after = wantedAfter > 0 ? await instructionsFrom(gdb, base, wantedAfter) : [];
  return offset < 0 ? [...before, ...after].slice(0, count) : after.slice(offset);
}

async function instructionsFrom(gdb: GdbConnection, base: bigint, count: number): Promise<Instruction[]> {
  const found: Instruction[] = [];
  let at = base;
  while (found.length < count) {
    // An instruction has four bytes on the average of kernels' code; more are fetched where that is too few.
    const end = at + BigInt((count - found.length) * 6 + LONGEST);
    const decoded = await decode(gdb, at, end);
    if (decoded.length === 0) break;
    found.push(...decoded);
    at = endOf(decoded) ?? end;
  }
  while (found.length < count) found.push(unreadable(at++));
  return found.slice(0, count);
}

async function instructionsBefore(gdb: GdbConnection, base: bigint, count: number): Promise<Instruction[]> {
  let found: Instruction[] = [];
  for (let span = count * 6 + SETTLING; ; span *= 2) {
    const wanted = base > BigInt(span) ? base - BigInt(span) : 0n;
    const start = await firstReadable(gdb, wanted, base);
    found = await decodeUpTo(gdb, start, base);
    if (found.length >= count || start > wanted || wanted === 0n || span > count * LONGEST + SETTLING) break;
  }
  const taken = found.slice(-count);
  let at = taken[0]?.address ?? base;
  while (taken.length < count) {
    at = at > 0n ? at - 1n : 0n;
    taken.unshift(unreadable(at));
  }
  return taken;
}

/**
 * Instructions of [start, end) of which the last ends at `end` exactly. Instructions of variable length can
 * only be decoded forwards: from the start of the symbol there, else from whichever byte leads to `end`.
 */
async function decodeUpTo(gdb: GdbConnection, start: bigint, end: bigint): Promise<Instruction[]> {
  const symbol = await symbolStart(gdb, start);
  const near = symbol !== undefined && start - symbol < BigInt(SYMBOL_LIMIT) ? [symbol] : [];
  const shifts = Array.from({ length: LONGEST }, (_, shift) => start + BigInt(shift));
  let best: Instruction[] = [];
  for (const from of [...near, ...shifts]) {
    if (from >= end) break;
    const decoded = await decode(gdb, from, end);
    if (endOf(decoded) === end) return decoded;
    if (best.length === 0) best = decoded;
  }
  // Data between: what runs over the end is left out.
  return best.filter((instruction) => (endOf([instruction]) ?? end) <= end);
}

/** Where [start, end) can be read up to `end`. */
async function firstReadable(gdb: GdbConnection, start: bigint, end: bigint): Promise<bigint> {
  // Memory is mapped by pages: only where one begins can the answer change.
  for (let page = end - 1n - ((end - 1n) % PAGE); page + PAGE > start; page -= PAGE) {
    const at = page > start ? page : start;
    const failed = await disassembleRange(gdb, at, at + 1n).then(
      () => false,
      (error: unknown) => {
        if (error instanceof GdbRefusal) return true;
        throw error;
      },
    );
    if (failed) return page + PAGE < end ? page + PAGE : end;
    if (page === 0n) break;
  }
  return start;
}

/** As far as memory can be read. */
async function decode(gdb: GdbConnection, start: bigint, end: bigint): Promise<Instruction[]> {
  let limit = end;
  for (let attempt = 0; attempt <= LONGEST + 1 && limit > start; attempt++) {
    try {
      return await disassembleRange(gdb, start, limit);
    } catch (error) {
      if (!(error instanceof GdbRefusal)) throw error;
      const at = /0x[0-9a-f]+/.exec(error.message)?.[0];
      if (at === undefined) return [];
      // The last instruction may begin before the bytes that are missing.
      limit = BigInt(at) < limit ? BigInt(at) : limit - 1n;
    }
  }
  return [];
}

function endOf(instructions: readonly Instruction[]): bigint | undefined {
  const last = instructions.at(-1);
  return last === undefined ? undefined : last.address + BigInt(last.bytes.split(' ').length);
}

function unreadable(address: bigint): Instruction {
  return { address, bytes: '', text: '' };
}
