/** Where the lines of the functions around a place begin in their code. */
import { disassembleFunction, type GdbConnection, type GdbFrame, listFrames } from '../gdb';

export interface LineStart {
  readonly address: string;
  /** File and line, as one text. */
  readonly line: string;
  /** GDB's breakpoint there, where there is one. */
  number?: number;
}

/**
 * Of a frame's function and its caller's: each piece of code that belongs to one line. A function's first
 * one is its entry, before its frame stands, and no line that a user sees it at.
 */
export async function lineStarts(gdb: GdbConnection, thread: number, level: number): Promise<LineStart[]> {
  const frames = await listFrames(gdb, { thread }, level, level + 1);
  const functions = await Promise.all(frames.map((frame) => startsIn(gdb, frame)));
  const seen = new Set<string>();
  return functions.flat().filter(({ address }) => !seen.has(address) && seen.add(address));
}

async function startsIn(gdb: GdbConnection, frame: GdbFrame): Promise<LineStart[]> {
  const starts: LineStart[] = [];
  // Behind a call that does not return may lie another function.
  const address = frame.level === 0 ? frame.address : `0x${(BigInt(frame.address) - 1n).toString(16)}`;
  let before: string | undefined;
  for (const { address: at, file, line, offset } of await disassembleFunction(gdb, address)) {
    const here = file === undefined || line === undefined ? undefined : `${file}:${line}`;
    if (here !== undefined && here !== before && offset !== undefined && offset > 0) {
      starts.push({ address: `0x${at.toString(16)}`, line: here });
    }
    before = here;
  }
  return starts;
}
