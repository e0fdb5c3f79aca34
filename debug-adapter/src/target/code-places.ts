/** Places in code that a user can choose: lines that have code, and functions that a line calls. */
import { disassembleFunction, type GdbFrame, listCodeLines } from '../gdb';
import type { Target } from './target';

/** A function that the rest of a frame's line calls. */
export interface CalledFunction {
  readonly name: string;
  readonly address: string;
}

/** x86's `call 0x1234 <name>`, arm64's `bl 0x1234 <name>`; a call through a pointer names nobody. */
const CALL = /^(?:call[ql]?|bl)\s+(0x[0-9a-f]+) <(.+)>$/;
/** `name+12` is inside of a function. */
const INSIDE = /\+\d+$/;

export async function calledFunctions(target: Target, frame: GdbFrame): Promise<CalledFunction[]> {
  const instructions = await disassembleFunction(target.gdb, frame.address);
  const here = BigInt(frame.address);
  const called = new Map<string, CalledFunction>();
  for (const { address, text, line } of instructions) {
    const call = address >= here && line === frame.line ? CALL.exec(text) : null;
    if (call?.[1] !== undefined && call[2] !== undefined && !INSIDE.test(call[2])) {
      called.set(call[2], { name: call[2], address: call[1] });
    }
  }
  return [...called.values()];
}

/** Lines from `first` to `last` that have code; none for a file that the image does not come from. */
export async function codeLines(
  target: Target,
  file: string,
  first: number,
  last: number,
): Promise<{ readonly line: number; readonly address: string }[]> {
  const all = await listCodeLines(target.gdb, file).catch(() => []);
  const lines = new Map<number, string>();
  for (const { line, address } of all) {
    if (line >= first && line <= last && !lines.has(line)) lines.set(line, address);
  }
  return [...lines].map(([line, address]) => ({ line, address })).sort((a, b) => a.line - b.line);
}
