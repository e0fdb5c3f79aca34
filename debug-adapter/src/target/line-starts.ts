/** Where the lines of the functions around a place begin in their code. */
import {
  disassembleFunction,
  evaluate,
  type GdbConnection,
  type GdbFrame,
  type Instruction,
  listFrames,
} from '../gdb';

export interface LineStart {
  readonly address: string;
  /** File and line, as one text. */
  readonly line: string;
  /** Whether code of the same line jumps there. */
  readonly isWithinLine: boolean;
  /** GDB's breakpoint there, where there is one. */
  number?: number;
}

/** In an instruction's text. */
const ADDRESS = /0x[0-9a-f]+/g;

/** Functions that are inlined in one another, at most. */
const INLINED_LIMIT = 32;

/** A frame, and the one that called its function: no function that this one is inlined in, which goes on where it stands. */
export async function withCaller(gdb: GdbConnection, thread: number, level: number): Promise<GdbFrame[]> {
  const [frame, ...callers] = await listFrames(gdb, { thread }, level, level + INLINED_LIMIT);
  if (frame === undefined) return [];
  for (const caller of callers) {
    // A function that calls itself stands at the same address in each of its frames.
    const isInlined = caller.address === frame.address && (await haveOneStack(gdb, thread, frame, caller));
    if (!isInlined) return [frame, caller];
  }
  return [frame];
}

async function haveOneStack(gdb: GdbConnection, thread: number, ...frames: GdbFrame[]): Promise<boolean> {
  const pointers = await Promise.all(frames.map(({ level }) => evaluate(gdb, '$sp', { thread, level })));
  return new Set(pointers).size === 1;
}

/**
 * Of frames' functions: each piece of code that belongs to one line. A function's first one is its entry, before its frame
 * stands, and no line that a user sees it at.
 */
export async function lineStarts(gdb: GdbConnection, frames: readonly GdbFrame[]): Promise<LineStart[]> {
  const functions = await Promise.all(frames.map((frame) => startsIn(gdb, frame)));
  const seen = new Set<string>();
  return functions.flat().filter(({ address }) => !seen.has(address) && seen.add(address));
}

async function startsIn(gdb: GdbConnection, frame: GdbFrame): Promise<LineStart[]> {
  const starts: LineStart[] = [];
  // Behind a call that does not return may lie another function.
  const address = frame.level === 0 ? frame.address : `0x${(BigInt(frame.address) - 1n).toString(16)}`;
  const code = await disassembleFunction(gdb, address);
  const jumps = new Set(code.flatMap((from) => (from.text.match(ADDRESS) ?? []).map((to) => jump(from, to))));
  let before: string | undefined;
  for (const instruction of code) {
    const line = lineOf(instruction);
    const start = `0x${instruction.address.toString(16)}`;
    if (line !== undefined && line !== before && (instruction.offset ?? 0) > 0) {
      starts.push({ address: start, line, isWithinLine: jumps.has(jump(instruction, start)) });
    }
    before = line;
  }
  return starts;
}

function lineOf({ file, line }: Instruction): string | undefined {
  return file === undefined || line === undefined ? undefined : `${file}:${line}`;
}

/** From an instruction's line to an address. */
function jump(from: Instruction, to: string): string {
  return `${lineOf(from)} ${to}`;
}
