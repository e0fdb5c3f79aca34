/** What GDB's record of a stop says of the breakpoints that were hit. */
import type { AsyncRecord } from './connection';
import { integer, text, texts, tuple, tuples } from './mi-value';

/** One of those that GDB counts at a stop, all of them: its record of the stop leaves out what comes behind a breakpoint. */
export interface CountedHit {
  /** GDB's number. */
  readonly number: number;
  /** The expression of a watchpoint. */
  readonly watched?: string;
}

/** Hears from GDB's notifications which breakpoints are hit. */
export class HitNotices {
  readonly #times = new Map<number, number>();
  #hits: CountedHit[] = [];

  notify({ state, data }: AsyncRecord): void {
    const bkpt = state === 'breakpoint-modified' ? tuple(data, 'bkpt') : undefined;
    const number = bkpt === undefined ? undefined : integer(bkpt, 'number');
    if (bkpt === undefined || number === undefined) return;
    const times = integer(bkpt, 'times') ?? 0;
    const isHit = times > (this.#times.get(number) ?? 0);
    this.#times.set(number, times);
    const type = text(bkpt, 'type') ?? '';
    // A logpoint stops nothing.
    if (!isHit || type === 'dprintf') return;
    const watched = type.endsWith('watchpoint') ? text(bkpt, 'what') : undefined;
    this.#hits.push({ number, ...(watched === undefined ? {} : { watched }) });
  }

  /** GDB's record of a stop, with the hits that led to it. */
  completed(record: AsyncRecord): AsyncRecord {
    const hits = this.#hits;
    this.#hits = [];
    return { ...record, hits };
  }
}

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

/** Watchpoints that were hit, and of which the record says nothing. */
export function hiddenWatches(record: AsyncRecord): (CountedHit & { readonly watched: string })[] {
  const told = new Set(watchHits(record).map(({ number }) => number));
  return (record.hits ?? []).flatMap(({ number, watched }) =>
    watched === undefined || told.has(number) ? [] : [{ number, watched }],
  );
}

/** GDB's numbers of the breakpoints that the guest stands at; the one that GDB tells is the first. */
export function breakpointHits({ data, hits = [] }: AsyncRecord): number[] {
  if (!texts(data, 'reason').includes('breakpoint-hit')) return [];
  const told = integer(data, 'bkptno');
  const counted = hits.flatMap(({ number, watched }) => (watched === undefined ? [number] : []));
  return [...new Set([...(told === undefined ? [] : [told]), ...counted])];
}

/** The numbers of all that were hit. */
export function hitNumbers(record: AsyncRecord): number[] {
  return [
    ...[...watchHits(record), ...hiddenWatches(record)].map(({ number }) => number),
    ...breakpointHits(record),
  ];
}
