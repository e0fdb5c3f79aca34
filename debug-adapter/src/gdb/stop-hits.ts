/** What GDB's record of a stop says of the breakpoints that were hit. */
import type { AsyncRecord } from './connection';
import { integer, text, texts, tuples } from './mi-value';

/** A watched place that was accessed. */
export interface WatchHit {
  /** GDB's number of the watchpoint. */
  readonly number: number;
  /** The value before, where it was written, and now; absent where it cannot be read. */
  readonly old?: string;
  readonly new?: string;
}

/** The field that names the watchpoint, by the reason. */
const WATCHED: Readonly<Record<string, string>> = {
  'watchpoint-trigger': 'wpt',
  'read-watchpoint-trigger': 'hw-rwpt',
  'access-watchpoint-trigger': 'hw-awpt',
};

/** Of several watchpoints that one access meets, GDB repeats all fields in one record: a reason and a value for each. */
export function watchHits({ data }: AsyncRecord): WatchHit[] {
  const values = tuples(data, 'value');
  const taken = new Map<string, number>();
  const hits = texts(data, 'reason').flatMap((reason) => {
    const field = WATCHED[reason];
    if (field === undefined) return [];
    const turn = taken.get(field) ?? 0;
    taken.set(field, turn + 1);
    return [tuples(data, field)[turn] ?? {}];
  });
  return hits.flatMap((watched, index) => {
    const number = integer(watched, 'number');
    const value = values[index] ?? {};
    const now = text(value, 'new') ?? text(value, 'value');
    const old = text(value, 'old');
    if (number === undefined) return [];
    return [{ number, ...(old === undefined ? {} : { old }), ...(now === undefined ? {} : { new: now }) }];
  });
}

/** GDB's number of the breakpoint that the guest stands at; of several, the first. */
export function breakpointHit({ data }: AsyncRecord): number | undefined {
  return texts(data, 'reason').includes('breakpoint-hit') ? integer(data, 'bkptno') : undefined;
}

/** The numbers of all that a record names. */
export function hitNumbers(record: AsyncRecord): number[] {
  const breakpoint = breakpointHit(record);
  return [
    ...watchHits(record).map(({ number }) => number),
    ...(breakpoint === undefined ? [] : [breakpoint]),
  ];
}
