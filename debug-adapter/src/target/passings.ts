/** What was met on the way through a part of a run, and which of it a user who goes back there is to see. */
import type { AsyncRecord, LogText } from '../gdb';
import type { Breakpoints } from './breakpoints';
import { holds, readHitCondition } from './hit-condition';

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

/**
 * The last place to stop at, none where nothing holds, and what logpoints say between it and here, in the order in which
 * they are passed on the way back. Hits are counted in that direction, from here on, as GDB does.
 */
export function onTheWayBack(
  met: readonly Met[],
  breakpoints: Breakpoints,
): { readonly hit?: Hit; readonly said: readonly LogText[] } {
  const passings = new Map<number, number>();
  const isWanted = (number: number) => {
    const text = breakpoints.find(number)?.wanted.hitCondition;
    const condition = text === undefined ? undefined : readHitCondition(text);
    if (condition === undefined) return true;
    const passing = (passings.get(number) ?? 0) + 1;
    passings.set(number, passing);
    return holds(condition, passing);
  };
  const said: LogText[] = [];
  for (const each of met.toReversed()) {
    if ('log' in each) {
      if (isWanted(each.log.breakpoint)) said.push(each.log);
    } else if (each.hit.numbers.filter(isWanted).length > 0) return { hit: each.hit, said };
  }
  return { said };
}
