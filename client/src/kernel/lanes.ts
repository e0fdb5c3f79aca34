/** The trace as lanes: when each thread ran, and what it told meanwhile. Pure. */
import type { TraceEvent } from './rows';

export interface Run {
  /** Nanoseconds since boot. */
  readonly start: number;
  readonly end: number;
}

export interface Mark {
  readonly time: number;
  readonly words: string;
}

export interface Lane {
  readonly thread: string;
  readonly runs: readonly Run[];
  readonly marks: readonly Mark[];
}

/** What ran before there were threads, and when no other could. */
const NOBODY = 'boot and idle';

/**
 * Lanes in the order in which threads appear. An event tells who runs at its time: a thread runs from its first event
 * to the first one of another, as the event of a switch is the last of who gives way.
 */
export function lanesOf(events: readonly TraceEvent[]): Lane[] {
  const lanes = new Map<string, { runs: Run[]; marks: Mark[] }>();
  const laneOf = (thread: string) => {
    const lane = lanes.get(thread) ?? { runs: [], marks: [] };
    lanes.set(thread, lane);
    return lane;
  };
  let since = events[0]?.time ?? 0;
  for (const [i, event] of events.entries()) {
    const thread = event.thread || NOBODY;
    const lane = laneOf(thread);
    if (event.name !== 'switch') {
      const words = [event.name, event.meaning ?? event.arguments.join(' ')].join(' ').trim();
      lane.marks.push({ time: event.time, words });
    }
    const next = events[i + 1];
    if (next === undefined || (next.thread || NOBODY) !== thread || event.name === 'switch') {
      lane.runs.push({ start: since, end: event.time });
      since = event.time;
    }
  }
  return [...lanes].map(([thread, lane]) => ({ thread, ...lane }));
}
