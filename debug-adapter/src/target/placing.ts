/** Puts one wanted breakpoint into GDB. */
import {
  finished,
  type GdbBreakpoint,
  type GdbLocation,
  GdbRefusal,
  type InsertOptions,
  insertAt,
  insertBreakpoint,
  insertedTogether,
  insertLogpoint,
  insertWatchpoint,
  listFunctions,
} from '../gdb';
import { countingCondition, readHitCondition } from './hit-condition';
import { counterOf, resetHits } from './hit-counts';
import { readLogMessage } from './log-message';
import type { Target } from './target';
import type { WantedBreakpoint, WatchedPlace } from './wanted-breakpoint';

/**
 * Watchpoints at a time: an x86 or arm64 processor's debug registers. QEMU's TCG would take more, but a
 * session is to behave the same on KVM.
 */
const WATCHPOINT_LIMIT = 4;

/** A breakpoint that cannot be; the message is a sentence for the user. */
export class UnusableBreakpoint extends Error {}

/** Rejects with {@link UnusableBreakpoint} or GDB's refusal. `watchpoints` are placed already. */
export async function placeBreakpoint(
  target: Target,
  wanted: WantedBreakpoint,
  id: number,
  watchpoints: number,
): Promise<GdbBreakpoint> {
  const condition = conditionOf(wanted, id);
  if (wanted.hitCondition !== undefined) await resetHits(target.gdb, id);
  const options = condition === undefined ? {} : { condition };
  if (wanted.kind === 'data') {
    if (watchpoints >= WATCHPOINT_LIMIT) {
      throw new UnusableBreakpoint(
        `The processor watches ${WATCHPOINT_LIMIT} places at a time, and all of them are in use. Remove another data breakpoint first.`,
      );
    }
    const placed = await insertWatchpoint(
      target.gdb,
      watchExpression(wanted.place),
      wanted.access,
      condition,
    );
    return finished(target.gdb, placed, async () => ({
      ...placed,
      ...(await frameEnd(target, wanted.place)),
    }));
  }
  if (wanted.kind === 'line' && wanted.logMessage !== undefined) {
    const parts = readLogMessage(wanted.logMessage);
    return insertLogpoint(target.gdb, locationOf(wanted), parts, options);
  }
  if (wanted.kind === 'function') return placeOnFunctions(target, wanted.name, options);
  return insertBreakpoint(target.gdb, locationOf(wanted), options);
}

/** Breakpoints of one that is wanted. */
const FUNCTION_LIMIT = 100;

/** `uk_*` stands for all functions whose names begin so. */
async function placeOnFunctions(
  target: Target,
  name: string,
  options: InsertOptions,
): Promise<GdbBreakpoint> {
  // GDB would take the line where the guest stands.
  if (name.trim() === '') throw new UnusableBreakpoint('A function breakpoint needs the name of a function.');
  try {
    return await insertAt(target.gdb, name, options);
  } catch (error) {
    // Names of C++ have stars, too, and an address begins with one.
    if (!(error instanceof GdbRefusal) || !/^[^*].*[*?]|^[*?]$/.test(name)) throw error;
    const pattern = name
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.');
    const functions = await listFunctions(target.gdb, `^${pattern}$`, FUNCTION_LIMIT + 1);
    if (functions.length > FUNCTION_LIMIT) {
      throw new UnusableBreakpoint(
        `More than ${FUNCTION_LIMIT} functions are called '${name}'. Be more precise.`,
      );
    }
    const inserting = functions.map((each) => insertAt(target.gdb, each, options));
    const placed = await insertedTogether(target.gdb, inserting);
    const [first, ...others] = placed;
    if (first === undefined) throw error;
    return { number: first.number, also: others.map(({ number }) => number) };
  }
}

/** GDB's condition for the user's and the hit count together; undefined to stop always. Throws {@link UnusableBreakpoint}. */
export function conditionOf(wanted: WantedBreakpoint, id: number): string | undefined {
  if (wanted.hitCondition === undefined) return wanted.condition;
  const hits = readHitCondition(wanted.hitCondition);
  if (hits === undefined) {
    throw new UnusableBreakpoint(
      `'${wanted.hitCondition}' is not a hit count. Write 3, >= 3, > 3, < 3, <= 3 or % 3.`,
    );
  }
  return countingCondition(hits, counterOf(id), wanted.condition);
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

/** Where a frame returns, what lay in it is another's. A recording knows no frames: one goes through it both ways. */
async function frameEnd(target: Target, { frame }: WatchedPlace): Promise<{ readonly end?: number }> {
  if (frame === undefined || target.horizon !== undefined) return {};
  const condition = `(unsigned long) $sp == ${frame.stack}`;
  return {
    end: (await insertBreakpoint(target.gdb, { location: `*${frame.returns}` }, { condition })).number,
  };
}

/** By address, so that it outlives the frame in which its expression means something. */
export function watchExpression({ address, bytes, typed }: WatchedPlace): string {
  if (typed !== undefined) return typed;
  const type = { 1: 'unsigned char', 2: 'unsigned short', 4: 'unsigned int', 8: 'unsigned long' }[bytes];
  return type === undefined ? `*(unsigned char (*)[${bytes}]) ${address}` : `*(${type} *) ${address}`;
}
