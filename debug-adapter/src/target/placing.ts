/** Puts one wanted breakpoint into GDB. */
import {
  evaluate,
  type GdbBreakpoint,
  type GdbLocation,
  insertAt,
  insertBreakpoint,
  insertLogpoint,
  insertWatchpoint,
  setCondition,
} from '../gdb';
import { countingCondition, readHitCondition } from './hit-condition';
import { readLogMessage } from './log-message';
import type { Target } from './target';
import type { WantedBreakpoint, WatchedPlace } from './wanted-breakpoint';

/**
 * Watchpoints at a time: an x86 or arm64 processor's debug registers. QEMU's TCG would take more, but a
 * session is to behave the same on KVM.
 */
export const WATCHPOINT_LIMIT = 4;

/** A breakpoint that cannot be; the message is a sentence for the user. */
export class UnusableBreakpoint extends Error {}

/** Rejects with {@link UnusableBreakpoint} or GDB's refusal. `watchpoints` are placed already. */
export async function placeBreakpoint(
  target: Target,
  wanted: WantedBreakpoint,
  id: number,
  watchpoints: number,
): Promise<GdbBreakpoint> {
  const condition = await conditionOf(target, wanted, id);
  const options = condition === undefined ? {} : { condition };
  if (wanted.kind === 'data') {
    if (watchpoints >= WATCHPOINT_LIMIT) {
      throw new UnusableBreakpoint(
        `The processor watches ${WATCHPOINT_LIMIT} places at a time, and all of them are in use. Remove another data breakpoint first.`,
      );
    }
    return insertWatchpoint(target.gdb, watchExpression(wanted.place), wanted.access, condition);
  }
  if (wanted.kind === 'line' && wanted.logMessage !== undefined) {
    const parts = readLogMessage(wanted.logMessage);
    return insertLogpoint(target.gdb, locationOf(wanted), parts, options);
  }
  if (wanted.kind === 'function') return insertAt(target.gdb, wanted.name, options);
  return insertBreakpoint(target.gdb, locationOf(wanted), options);
}

/** GDB's condition for the user's and the hit count together; undefined to stop always. */
async function conditionOf(
  target: Target,
  wanted: WantedBreakpoint,
  id: number,
): Promise<string | undefined> {
  if (wanted.hitCondition === undefined) return wanted.condition;
  const hits = readHitCondition(wanted.hitCondition);
  if (hits === undefined) {
    throw new UnusableBreakpoint(
      `'${wanted.hitCondition}' is not a hit count. Write 3, >= 3, > 3, < 3, <= 3 or % 3.`,
    );
  }
  await resetHits(target, id);
  return countingCondition(hits, counterOf(id), wanted.condition);
}

/** The breakpoint's hits are counted from here on. */
export async function resetHits(target: Target, id: number): Promise<void> {
  await evaluate(target.gdb, `${counterOf(id)} = 0`);
}

/** Counts the hits of a breakpoint that GDB calls `number`, or lets somebody else do it, who is told of each. */
export async function countHits(
  target: Target,
  { id, wanted, number }: { readonly id: number; readonly wanted: WantedBreakpoint; readonly number: number },
  counts: boolean,
): Promise<void> {
  await setCondition(target.gdb, number, counts ? await conditionOf(target, wanted, id) : wanted.condition);
}

function counterOf(id: number): string {
  return `$unikernel_hits_${id}`;
}

function locationOf(wanted: Exclude<WantedBreakpoint, { kind: 'data' }>): GdbLocation {
  switch (wanted.kind) {
    case 'line':
      return { file: wanted.file, line: wanted.line };
    case 'function':
      return { location: wanted.name };
    case 'instruction':
      return { location: `*${wanted.address}` };
  }
}

/** By address, so that it outlives the frame in which its expression means something. */
export function watchExpression({ address, bytes }: WatchedPlace): string {
  const type = { 1: 'unsigned char', 2: 'unsigned short', 4: 'unsigned int', 8: 'unsigned long' }[bytes];
  return type === undefined ? `*(unsigned char (*)[${bytes}]) ${address}` : `*(${type} *) ${address}`;
}
