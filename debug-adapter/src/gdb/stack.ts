/** MI commands for threads (QEMU's vCPUs) and their frames. */
import type { GdbConnection } from './connection';
import { executeOn, type ThreadContext } from './frame-context';
import { integer, type MiTuple, text, tuple, tuples } from './mi-value';
import { type NamedValue, namedValueOf } from './named-value';

export interface GdbThread {
  readonly id: number;
  readonly name: string;
  readonly running: boolean;
}

export interface GdbFrame {
  /** 0 is the innermost. */
  readonly level: number;
  readonly address: string;
  /** Absent for code without symbols. */
  readonly function?: string;
  /** Absolute path as the compiler recorded it. */
  readonly file?: string;
  /** One-based. */
  readonly line?: number;
}

export async function listThreads(gdb: GdbConnection): Promise<GdbThread[]> {
  const result = await gdb.execute('-thread-info');
  return tuples(result, 'threads').flatMap((thread) => {
    const id = integer(thread, 'id');
    if (id === undefined) return [];
    const told = text(thread, 'details') ?? text(thread, 'target-id') ?? `Thread ${id}`;
    // QEMU makes all states as long as `running`.
    const name = told.replace(/ +\]$/, ']');
    return [{ id, name, running: text(thread, 'state') === 'running' }];
  });
}

/** The number of frames, counted up to `limit`. */
export async function stackDepth(gdb: GdbConnection, on: ThreadContext, limit: number): Promise<number> {
  return integer(await executeOn(gdb, on, (where) => `-stack-info-depth ${where} ${limit}`), 'depth') ?? 0;
}

/** Frames `first` to `last`, both included; fewer where the stack ends. */
export async function listFrames(
  gdb: GdbConnection,
  on: ThreadContext,
  first: number,
  last: number,
): Promise<GdbFrame[]> {
  const result = await executeOn(gdb, on, (where) => `-stack-list-frames ${where} ${first} ${last}`);
  // A thread's first function returns to nowhere: GDB takes that for a caller. A call of nothing is the innermost frame.
  return tuples(result, 'stack')
    .map(frameOf)
    .filter(({ level, address }) => level === 0 || BigInt(address) !== 0n);
}

/** The arguments of the functions in frames `first` to `last`, by level. */
export async function listArguments(
  gdb: GdbConnection,
  on: ThreadContext,
  first: number,
  last: number,
): Promise<ReadonlyMap<number, readonly NamedValue[]>> {
  const ask = (where: string) => `-stack-list-arguments ${where} --simple-values ${first} ${last}`;
  const frames = tuples(await executeOn(gdb, on, ask), 'stack-args');
  return new Map(
    frames.map((frame) => [integer(frame, 'level') ?? 0, tuples(frame, 'args').map(namedValueOf)] as const),
  );
}

/** The frame of a `*stopped` record, without asking GDB again. */
export function frameOfStop(data: MiTuple): GdbFrame | undefined {
  const frame = tuple(data, 'frame');
  return frame === undefined || text(frame, 'addr') === undefined ? undefined : frameOf(frame);
}

function frameOf(frame: MiTuple): GdbFrame {
  const name = text(frame, 'func');
  const file = text(frame, 'fullname');
  const line = integer(frame, 'line');
  return {
    level: integer(frame, 'level') ?? 0,
    address: text(frame, 'addr') ?? '0x0',
    // What GDB calls a function that it does not know.
    ...(name === undefined || name === '??' ? {} : { function: name }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}
