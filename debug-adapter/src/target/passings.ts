/** What was met on the way through a part of a run, and which of it a user who goes back there is to see. */
import {
  type AsyncRecord,
  breakpointAddresses,
  evaluateNumber,
  type GdbConnection,
  GdbGone,
  GdbRefusal,
  type LogText,
  setAllBreakpoints,
  setBreakpoints,
} from '../gdb';
import type { Breakpoints } from './breakpoints';
import { countingCondition, type HitCondition, holds } from './hit-condition';
import { type Counting, counterOf, passedOf, readCount, setCount, underConditions } from './hit-counts';
import { conditionOf } from './placing';
import type { Search } from './search';
import type { Stop } from './stops';
import type { Target } from './target';

/** A stop of GDB's at a breakpoint, with its position in the run. */
export interface Hit {
  readonly position: number;
  readonly record: AsyncRecord;
  /** GDB's numbers of the breakpoints that were hit, one at least. */
  readonly numbers: readonly number[];
}

/** In the order of the run. */
export type Met = { readonly hit: Hit } | { readonly log: LogText };

export function hitsOf(met: readonly Met[]): readonly Hit[] {
  return met.flatMap((each) => ('hit' in each ? [each.hit] : []));
}

/** A breakpoint that counts. */
interface Counted extends Counting {
  /** Passings before the place that is gone back from; absent of one that has counted none yet. */
  readonly before?: number;
}

/**
 * The passings of breakpoints that count, on a way back: each has the number that it had on the way there. A breakpoint that
 * has counted none yet counts them back, as GDB does.
 */
export class Passings {
  /** By the breakpoint's identity: those between the place that is gone to and the one that is gone back from. */
  #between: ReadonlyMap<number, number> | undefined;

  private constructor(
    private readonly gdb: GdbConnection,
    private readonly counted: readonly Counted[],
    /** Whether the guest stands behind an access to a watched place, or may. */
    readonly isAtAccess: boolean,
  ) {}

  /** Before a guest that stopped so is gone back with. */
  static async before({ gdb }: Target, breakpoints: Breakpoints, stop: Stop): Promise<Passings> {
    const counted = breakpoints.counting.map((counting) =>
      read(gdb, counting, stop).catch((error: unknown) => {
        // A command of the user's has removed it.
        if (error instanceof GdbRefusal) return undefined;
        throw error;
      }),
    );
    return new Passings(
      gdb,
      (await Promise.all(counted)).filter((each) => each !== undefined),
      stop.reason === 'data' ||
        stop.reason === 'written' ||
        // What comes there is not told of what was accessed.
        (stop.reason === 'end' && breakpoints.areWatching),
    );
  }

  /** Whether a number is to be kept. */
  get isCounting(): boolean {
    return this.#numbered.length > 0;
  }

  get #numbered(): (Counted & { readonly before: number })[] {
    return this.counted.flatMap((one) => (one.before === undefined ? [] : [{ ...one, before: one.before }]));
  }

  /** Does work in which hits do not count, and every one is met. */
  uncounted<T>(work: () => Promise<T>): Promise<T> {
    const other = ({ wanted }: Counting) => wanted.condition;
    return underConditions(this.gdb, this.counted, { other, own }, work);
  }

  /**
   * The last place to stop at, none where nothing holds, and what logpoints say between it and here, in the order in which
   * they are passed on the way back.
   */
  onTheWayBack(met: readonly Met[]): { readonly hit?: Hit; readonly said: readonly LogText[] } {
    const between = new Map<number, number>();
    this.#between = between;
    /** Those that hold at a passing, of those that are passed there. */
    const holding = (passed: readonly Counted[]) =>
      passed.filter(({ id, hits, before }) => {
        const behind = between.get(id) ?? 0;
        between.set(id, behind + 1);
        return holds(hits, before === undefined ? behind + 1 : before - behind);
      });
    const said: LogText[] = [];
    for (const each of met.toReversed()) {
      const numbers = 'log' in each ? [each.log.breakpoint] : each.hit.numbers;
      const passed = this.counted.filter((one) => numbers.some((number) => one.numbers.includes(number)));
      const others = numbers.some((number) => !passed.some((one) => one.numbers.includes(number)));
      const isWanted = holding(passed).length > 0 || others;
      if (!isWanted) continue;
      if ('log' in each) said.push(each.log);
      else {
        // It stands there having passed it.
        for (const { id } of passed) between.set(id, (between.get(id) ?? 1) - 1);
        return { hit: each.hit, said };
      }
    }
    return { said };
  }

  /** Counts what is passed between two places by playing what lies there; where that fails, the numbers are lost. */
  async count(search: Search, place: number, here: number): Promise<void> {
    const { gdb } = this;
    const counted = this.#numbered;
    if (counted.length === 0) return;
    const never: HitCondition = { operator: '<', count: 0 };
    const other = ({ id, wanted }: Counting) => countingCondition(never, passedOf(id), wanted.condition);
    const begin = () => Promise.all(counted.map(({ id }) => setCount(gdb, passedOf(id), 0)));
    await underConditions(gdb, counted, { other, own }, async () => {
      await setAllBreakpoints(gdb, false);
      try {
        const numbers = counted.flatMap((one) => one.numbers);
        await setBreakpoints(gdb, numbers, true);
        await search.passThrough(place, here, begin);
        const passed = counted.map(async ({ id }) => [id, await readCount(gdb, passedOf(id))] as const);
        this.#between = new Map(await Promise.all(passed));
      } catch (error) {
        if (error instanceof GdbGone) throw error;
      } finally {
        await setAllBreakpoints(gdb, true);
      }
    });
  }

  /** The guest has come to the place. */
  async arrive(): Promise<void> {
    const between = this.#between;
    if (between === undefined) return;
    await Promise.all(
      this.#numbered.map(({ id, before }) =>
        setCount(this.gdb, counterOf(id), before - (between.get(id) ?? 0)),
      ),
    );
  }
}

const own = ({ id, wanted }: Counting) => conditionOf(wanted, id);

async function read(gdb: GdbConnection, counting: Counting, stop: Stop): Promise<Counted> {
  const count = await readCount(gdb, counterOf(counting.id));
  if (count === 0) return counting;
  return { ...counting, before: (await standsAt(gdb, counting, stop)) ? count - 1 : count };
}

/** Whether where a guest stands is one of the passings, which are counted as they are come to. */
async function standsAt(gdb: GdbConnection, { numbers, wanted }: Counting, stop: Stop): Promise<boolean> {
  if (wanted.kind === 'data')
    return stop.reason === 'data' && stop.hits.some(({ number }) => numbers.includes(number));
  const places = numbers.map((number) => breakpointAddresses(gdb, number));
  const addresses = (await Promise.all(places)).flat();
  const at = { thread: stop.thread, level: 0 };
  if (!addresses.includes(await evaluateNumber(gdb, '$pc', at))) return false;
  if (wanted.condition === undefined) return true;
  return (await evaluateNumber(gdb, `(${wanted.condition}) != 0`, at).catch(() => 0n)) !== 0n;
}
