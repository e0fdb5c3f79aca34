/** How often breakpoints were passed, which variables of GDB's count in their conditions. */
import { evaluate, evaluateNumber, type GdbConnection, GdbRefusal, setCondition } from '../gdb';
import type { HitCondition } from './hit-condition';
import type { WantedBreakpoint } from './wanted-breakpoint';

/** A placed breakpoint that counts. */
export interface Counting {
  readonly id: number;
  readonly wanted: WantedBreakpoint;
  readonly hits: HitCondition;
  /** GDB's; of one on several functions, several. */
  readonly numbers: readonly number[];
}

export function counterOf(id: number): string {
  return `$unikernel_hits_${id}`;
}

/** What is counted on the way to somewhere else, beside {@link counterOf}. */
export function passedOf(id: number): string {
  return `$unikernel_passed_${id}`;
}

export async function readCount(gdb: GdbConnection, counter: string): Promise<number> {
  return Number(BigInt.asIntN(64, await evaluateNumber(gdb, counter)));
}

export async function setCount(gdb: GdbConnection, counter: string, count: number): Promise<void> {
  await evaluate(gdb, `${counter} = ${count < 0 ? '-' : ''}0x${Math.abs(count).toString(16)}`);
}

/** The breakpoint's hits are counted from here on. */
export function resetHits(gdb: GdbConnection, id: number): Promise<void> {
  return setCount(gdb, counterOf(id), 0);
}

/** Does work in which breakpoints have other conditions than their own. */
export async function underConditions<T>(
  gdb: GdbConnection,
  counting: readonly Counting[],
  conditions: {
    readonly other: (one: Counting) => string | undefined;
    readonly own: (one: Counting) => string | undefined;
  },
  work: () => Promise<T>,
): Promise<T> {
  const set = (conditionOf: (one: Counting) => string | undefined) =>
    Promise.all(
      counting.flatMap((one) =>
        one.numbers.map((number) =>
          setCondition(gdb, number, conditionOf(one)).catch((error: unknown) => {
            // A command of the user's has removed it.
            if (!(error instanceof GdbRefusal)) throw error;
          }),
        ),
      ),
    );
  await set(conditions.other);
  try {
    return await work();
  } finally {
    await set(conditions.own);
  }
}
