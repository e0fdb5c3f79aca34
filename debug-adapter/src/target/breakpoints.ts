/** The breakpoints a user wants, kept through restarts, and where GDB placed them. */
import { type GdbBreakpoint, GdbRefusal, removeBreakpoints } from '../gdb';
import { readHitCondition } from './hit-condition';
import { type Counting, resetHits } from './hit-counts';
import { placeBreakpoint, UnusableBreakpoint } from './placing';
import type { Target } from './target';
import type { WantedBreakpoint } from './wanted-breakpoint';

/** A wanted breakpoint with its identity for the client and what became of it. */
export interface PlacedBreakpoint {
  readonly id: number;
  readonly wanted: WantedBreakpoint;
  /** Absent while no image has been loaded or GDB refused it. */
  readonly placed?: GdbBreakpoint;
  /** Why it is not placed. */
  readonly message?: string;
  /** What it was to watch is there no more. */
  readonly over?: boolean;
}

/** Breakpoints that a client replaces together: those of a file (by its path), or of another kind. */
export type BreakpointGroup = `file:${string}` | 'functions' | 'instructions' | 'data';

export class Breakpoints {
  readonly #groups = new Map<BreakpointGroup, PlacedBreakpoint[]>();
  #target: Target | undefined;
  #nextId = 1;

  /** Wants exactly `wanted` in a group; gives them back in the same order. */
  async set(
    group: BreakpointGroup,
    wanted: readonly WantedBreakpoint[],
  ): Promise<readonly PlacedBreakpoint[]> {
    const target = this.#target;
    if (target === undefined) {
      this.#replace(group, wanted);
      return this.#groups.get(group) ?? [];
    }
    return target.whileStopped(async () => {
      await removeBreakpoints(target.gdb, this.#replace(group, wanted));
      return this.#place(target, group);
    });
  }

  /** Places everything in a target that has its symbols. Gives every breakpoint, placed or not. */
  restore(target: Target): Promise<readonly PlacedBreakpoint[]> {
    this.#target = target;
    return target.whileStopped(async () => {
      const all: PlacedBreakpoint[] = [];
      for (const [group, breakpoints] of this.#groups) {
        this.#groups.set(
          group,
          breakpoints.map(({ id, wanted }) => (isOfFrame(wanted) ? over(id, wanted) : { id, wanted })),
        );
        all.push(...(await this.#place(target, group)));
      }
      return all;
    });
  }

  /** Whether GDB watches a place. */
  get areWatching(): boolean {
    return (this.#groups.get('data') ?? []).some(({ placed }) => placed !== undefined);
  }

  /** Those that GDB has, and that count their hits. */
  get counting(): readonly Counting[] {
    return [...this.#groups.values()].flat().flatMap(({ id, wanted, placed }) => {
      const hits = wanted.hitCondition === undefined ? undefined : readHitCondition(wanted.hitCondition);
      if (placed === undefined || hits === undefined) return [];
      return [{ id, wanted, hits, numbers: [placed.number, ...(placed.also ?? [])] }];
    });
  }

  /** Hit counts begin again. */
  async countAnew(): Promise<void> {
    const gdb = this.#target?.gdb;
    if (gdb !== undefined) await Promise.all(this.counting.map(({ id }) => resetHits(gdb, id)));
  }

  /** The target is gone; wishes stay for the next one. */
  release(): void {
    this.#target = undefined;
  }

  /** The breakpoint that GDB calls `number`. */
  find(number: number): PlacedBreakpoint | undefined {
    for (const breakpoints of this.#groups.values()) {
      const hit = breakpoints.find(
        ({ placed }) => placed?.number === number || placed?.also?.includes(number),
      );
      if (hit !== undefined) return hit;
    }
    return undefined;
  }

  /** The frame of a watched local has returned, at the breakpoint that GDB calls `number`: it is watched no more. */
  endWatch(number: number): PlacedBreakpoint | undefined {
    const watches = this.#groups.get('data') ?? [];
    const ended = watches.find(({ placed }) => placed?.end === number);
    if (ended === undefined) return undefined;
    const now = over(ended.id, ended.wanted);
    this.#groups.set('data', watches.with(watches.indexOf(ended), now));
    // A GDB that is gone tells so itself.
    const target = this.#target;
    if (target !== undefined) removeBreakpoints(target.gdb, numbersOf(ended)).catch(() => undefined);
    return now;
  }

  /** Keeps what is wanted still, with its identity; gives the GDB numbers of what is not. */
  #replace(group: BreakpointGroup, wanted: readonly WantedBreakpoint[]): number[] {
    const before = this.#groups.get(group) ?? [];
    const free = new Map<string, PlacedBreakpoint[]>();
    for (const old of before) {
      const key = JSON.stringify(old.wanted);
      free.set(key, [...(free.get(key) ?? []), old]);
    }
    const kept = new Set<PlacedBreakpoint>();
    const after = wanted.map((breakpoint) => {
      const same = free.get(JSON.stringify(breakpoint))?.shift();
      if (same === undefined) return { wanted: breakpoint, id: this.#nextId++ };
      kept.add(same);
      return same;
    });
    this.#groups.set(group, after);
    return before.flatMap((old) => (kept.has(old) ? [] : numbersOf(old)));
  }

  async #place(target: Target, group: BreakpointGroup): Promise<readonly PlacedBreakpoint[]> {
    const all = this.#groups.get(group) ?? [];
    const placed = group === 'data' ? await placeWatchpoints(target, all) : await placeAll(target, all);
    this.#groups.set(group, placed);
    return placed;
  }
}

/** GDB works them off in order; nobody waits for one to ask for the next. */
function placeAll(target: Target, all: readonly PlacedBreakpoint[]): Promise<PlacedBreakpoint[]> {
  return Promise.all(
    all.map((breakpoint) => (breakpoint.placed ? breakpoint : attempt(target, breakpoint, 0))),
  );
}

/** Whether there is room for one depends on those before it. */
async function placeWatchpoints(
  target: Target,
  all: readonly PlacedBreakpoint[],
): Promise<PlacedBreakpoint[]> {
  const placed: PlacedBreakpoint[] = [];
  for (const breakpoint of all) {
    const stays = breakpoint.placed !== undefined || breakpoint.over === true;
    placed.push(stays ? breakpoint : await attempt(target, breakpoint, watchpoints(placed)));
  }
  return placed;
}

function numbersOf({ placed }: PlacedBreakpoint): number[] {
  if (placed === undefined) return [];
  return [placed.number, ...(placed.also ?? []), ...(placed.end === undefined ? [] : [placed.end])];
}

function isOfFrame(wanted: WantedBreakpoint): boolean {
  return wanted.kind === 'data' && wanted.place.frame !== undefined;
}

function over(id: number, wanted: WantedBreakpoint): PlacedBreakpoint {
  const name = wanted.kind === 'data' ? wanted.place.name : 'It';
  return {
    id,
    wanted,
    over: true,
    message: `'${name}' is watched no more: the call that it belonged to has returned.`,
  };
}

function watchpoints(placed: readonly PlacedBreakpoint[]): number {
  return placed.filter((breakpoint) => breakpoint.placed !== undefined && breakpoint.wanted.kind === 'data')
    .length;
}

async function attempt(
  target: Target,
  { id, wanted }: PlacedBreakpoint,
  watchpoints: number,
): Promise<PlacedBreakpoint> {
  try {
    return { id, wanted, placed: await placeBreakpoint(target, wanted, id, watchpoints) };
  } catch (error) {
    if (error instanceof UnusableBreakpoint) return { id, wanted, message: error.message };
    if (error instanceof GdbRefusal) return { id, wanted, message: reason(error.message) };
    throw error;
  }
}

function reason(words: string): string {
  if (words.startsWith('No source file named')) {
    return 'No code in the image comes from this file. Does the manifest enable the library that it belongs to?';
  }
  if (words.startsWith('No line ')) return 'No code in the image comes from this line or the ones after it.';
  if (/^Function ".*" not defined/.test(words)) {
    return 'The image has no function of this name. Does the manifest enable the library that it belongs to?';
  }
  return `GDB says: ${words}`;
}
