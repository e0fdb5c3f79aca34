/**
 * Going back in a recorded run. QEMU plays a recording forward alone; what lies before a position is found by playing
 * a part of the run in front of it with breakpoints, and going to the last of what was met there.
 */
import type { RecordedMachine } from '@unikernel-tools/kernel-sdk/machine';
import { cannotGoBack, cannotGoOn, neverWritten, notStopped } from '../errors';
import {
  allowMemoryWrites,
  connectTo,
  disconnect,
  evaluateNumber,
  forbidMemoryWrites,
  frameOfStop,
  GdbGone,
  hex,
  insertAt,
  insertedTogether,
  insertWatchpoint,
  type LogText,
  removeBreakpoints,
  setAllBreakpoints,
  step,
} from '../gdb';
import type { Breakpoints } from './breakpoints';
import type { Horizon } from './horizon';
import { lineStarts, withCaller } from './line-starts';
import { type Hit, hitsOf, type Met, Passings } from './passings';
import { watchExpression } from './placing';
import { type LineDeparture, Reverse } from './reverse';
import { Search } from './search';
import type { Stop } from './stops';
import type { Target } from './target';
import type { WatchedPlace } from './wanted-breakpoint';

/** A guest that sleeps ends no step: it gets this long, in milliseconds. */
const STEP_LIMIT_MS = 1_000;
/** QEMU ends a replay for good at the recording's last instructions: they are not gone to. */
const LAST_INSTRUCTIONS = 12;
/** A line that is met so often with no other between is left for its own beginning. */
const LOOP_TURNS = 64;
/** A frame's stack pointer moves about so far for a call's arguments, in bytes. */
const ARGUMENT_ROOM = 256n;

/** Where somebody goes back from. */
export interface Departure {
  readonly stop: Stop;
  readonly breakpoints: Breakpoints;
}

interface Way {
  /** The position to go to, found before another one; the recording's start where there is none. */
  search(here: number): Promise<number | undefined>;
  /** What is told of the stop there, and what before that. */
  describe(thread: number): Promise<Stop>;
  tell?(): void;
  readonly passings?: Passings;
  /** Whether the search counts what it passes. */
  readonly areCounted?: boolean;
  /** Where the user believes to stand, and the guest does not any more. */
  readonly from?: number;
}

export class TimeTravel implements Horizon {
  /** Called when the replay was lost and stands again. */
  restored: (stop: Stop) => void = () => undefined;
  #last = 0;
  #kept: Promise<void> = Promise.resolve();
  #busy = false;
  #isChanged = false;

  readonly #search: Search;
  readonly #back: Reverse;

  constructor(
    private readonly target: Target,
    private readonly recording: RecordedMachine,
  ) {
    this.#search = new Search(target.gdb, recording);
    this.#back = new Reverse(target.gdb, recording, this.#search);
    recording.lost = () => void this.#recover();
    target.horizon = this;
    // Of what comes behind the first stop, most is gone back to; where it fails, the way there is longer.
    target.once('stopped', () => {
      this.#kept = recording.keep().catch(() => undefined);
    });
  }

  /** Whether what is looked at is the past. */
  get isReplay(): boolean {
    return this.recording.isReplay;
  }

  /**
   * To the line before this one in the function of a frame, or the call of it; or the instruction before. What the inner
   * frames have run is passed over.
   */
  async stepBack(
    what: 'line' | 'instruction',
    thread: number,
    level: number,
    departure: Departure,
  ): Promise<Stop> {
    const passings = await this.#passings(departure);
    const instruction = { search: (here: number) => Promise.resolve(here - 1), describe: asStep, passings };
    if (what === 'instruction') return this.#travel(thread, instruction);
    // A frame is known by its stack pointer, which another stack's need not be near to.
    const frames = await withCaller(this.target.gdb, thread, level);
    const levels = frames.map((each) => this.#sp(thread, each.level).catch(() => undefined));
    const starts = await lineStarts(this.target.gdb, frames);
    if (starts.length === 0) return this.#travel(thread, instruction);
    const condition = (await Promise.all(levels))
      .flatMap((sp) => (sp === undefined ? [] : [`($sp >= ${hex(sp)} && $sp <= ${hex(sp + ARGUMENT_ROOM)})`]))
      .join(' || ');
    const place = async () => {
      // GDB reads on while it places them.
      const inserting = starts.map(async (start) => {
        const placed = await insertAt(this.target.gdb, `*${start.address}`, { condition });
        start.number = placed.number;
        return placed;
      });
      return (await insertedTogether(this.target.gdb, inserting)).map(({ number }) => number);
    };
    // What QEMU passes by itself, nobody counts.
    const from = passings.isCounting ? undefined : await this.#near();
    if (typeof from === 'object') return from;
    const stop =
      from === undefined
        ? undefined
        : await this.#reverse({ starts, thread, condition, position: from }, place);
    if (stop !== undefined) return stop;
    const startOf = (hit: Hit) => starts.find(({ number }) => number === hit.numbers[0]);
    const lineOf = (hit: Hit) => startOf(hit)?.line;
    const search = (here: number) =>
      this.#alone(place, () =>
        this.#search.before(here, (met, isAll) => {
          const hits = hitsOf(met);
          const last = hits.at(-1);
          if (last === undefined) return undefined;
          if (startOf(last)?.isWithinLine === false) return last;
          // A line that is several pieces of code is one line.
          const other = hits.findLastIndex((hit) => lineOf(hit) !== lineOf(last));
          if (other >= 0 || isAll) return hits[other + 1];
          // A loop in one line may have turned for as long as the run.
          return hits.length < LOOP_TURNS ? undefined : last;
        }),
      );
    const line = async (here: number) => (await search(here))?.position;
    return this.#travel(thread, {
      ...{ search: line, describe: asStep, passings },
      ...(from === undefined ? {} : { from }),
    });
  }

  /** Has a state kept near where the guest stands, in a replay; gives where that is, or the stop where none could begin. */
  async #near(): Promise<number | Stop> {
    const here = await this.recording.position().catch(() => this.#last);
    const isNear = this.isReplay && this.recording.reversibility(here) !== 'far';
    if (isNear || !this.recording.isReversible) return here;
    let at = here;
    const lay = async (turned: number) => {
      at = turned;
      await this.recording.layStates(at);
      return at;
    };
    const stop = await this.#travel(1, { search: lay, describe: asStep, from: here });
    return this.isReplay ? at : stop;
  }

  /** By QEMU's own means to the line before; undefined where they do not lead there. */
  async #reverse(
    departure: LineDeparture,
    place: () => Promise<(number | undefined)[]>,
  ): Promise<Stop | undefined> {
    if (this.#busy || !this.target.isStopped || this.recording.reversibility(departure.position) !== 'near')
      return undefined;
    this.#busy = true;
    try {
      return await this.target.retrace(async () => {
        const record = await this.#alone(place, () => this.#back.lineBefore(departure));
        const position = await this.recording.position();
        if (record === undefined || !this.recording.isPlayed(position)) return undefined;
        this.#last = position;
        const frame = frameOfStop(record.data);
        return { thread: departure.thread, reason: 'step', ...(frame === undefined ? {} : { frame }) };
      });
    } catch (error) {
      if (error instanceof GdbGone) throw error;
      return undefined;
    } finally {
      this.#busy = false;
    }
  }

  /** To the last breakpoint that was passed; what logpoints say on the way is told in its order. */
  async reverseContinue(departure: Departure): Promise<Stop> {
    const { thread } = departure.stop;
    const passings = await this.#passings(departure);
    let hit: Hit | undefined;
    let said: readonly LogText[] = [];
    const choose = (met: readonly Met[]) => {
      const way = passings.onTheWayBack(met);
      said = way.said;
      return way.hit;
    };
    return this.#travel(thread, {
      search: async (here) => {
        hit = await passings.uncounted(() => this.#search.before(here, choose));
        return hit?.position;
      },
      describe: async () =>
        hit === undefined ? { thread, reason: 'step' } : this.target.understand(hit.record),
      passings,
      areCounted: true,
      tell: () => {
        for (const log of said) this.target.emit('log', log);
      },
    });
  }

  /** To where a place got the value that it has. */
  async lastWrite(place: WatchedPlace, departure: Departure): Promise<Stop> {
    const { thread } = departure.stop;
    const passings = await this.#passings(departure);
    let hit: Hit | undefined;
    return this.#travel(thread, {
      passings,
      search: async (here) => {
        const { gdb } = this.target;
        const watch = async () => [(await insertWatchpoint(gdb, watchExpression(place), 'write')).number];
        hit = await this.#alone(watch, () => this.#search.before(here, (met) => hitsOf(met).at(-1)));
        if (hit === undefined) throw neverWritten(place.name);
        return hit.position;
      },
      describe: async () => {
        const stop = hit === undefined ? undefined : await this.target.understand(hit.record);
        const [written] = stop?.reason === 'data' ? stop.hits : [];
        if (stop === undefined || written === undefined) return { thread, reason: 'step' };
        const { thread: vcpu, frame } = stop;
        return {
          thread: vcpu,
          ...(frame === undefined ? {} : { frame }),
          reason: 'written',
          name: place.name,
          written,
        };
      },
    });
  }

  /**
   * From the end of what was recorded before it was gone back from, the machine goes on: in what was recorded next, or live.
   * Whether it is live again; where it is not at an end, nothing happens. Rejects with a DebugError, and nothing has changed.
   */
  async goOn(): Promise<boolean> {
    const { end } = this.recording;
    if (end === undefined || !this.target.isStopped || this.#busy) return false;
    this.#busy = true;
    try {
      const here = await this.recording.position();
      if (here < end) return false;
      let failure: unknown;
      await this.target.rewind(async () => {
        try {
          await this.recording.goOn();
          if (!this.isReplay) await allowMemoryWrites(this.target.gdb);
        } catch (error) {
          if (error instanceof GdbGone) throw error;
          failure = error;
          await this.recording.seek(here);
        }
        return this.recording.gdb;
      });
      if (failure !== undefined) throw cannotGoOn(failure);
      return !this.isReplay;
    } finally {
      this.#busy = false;
    }
  }

  /** The guest is another one from here on, of which a log says nothing. */
  changed(): void {
    this.#isChanged = !this.isReplay;
  }

  /** Lets the guest go no further than the recording does; false where it stands at its end. */
  async approach(): Promise<boolean> {
    await this.#kept;
    const end = this.recording.end;
    if (end === undefined) {
      if (this.#isChanged) await this.recording.cut();
      this.#isChanged = false;
      return true;
    }
    this.#last = await this.recording.position();
    if (this.#last >= end) return false;
    await this.recording.stopAt(end);
    return true;
  }

  /** Whether the guest has come to the recording's end. */
  async reached(): Promise<boolean> {
    const end = this.recording.end;
    if (end === undefined) return false;
    this.#last = await this.recording.position();
    return this.#last >= end;
  }

  /** Goes where a way leads. What fails on it is told where the guest stood before. */
  async #travel(
    thread: number,
    { search, describe, passings, areCounted = false, tell, from }: Way,
  ): Promise<Stop> {
    if (!this.target.isStopped || this.#busy) throw notStopped('Going back');
    this.#busy = true;
    try {
      let isStart = false;
      let failure: unknown;
      let here = 0;
      await this.#kept;
      await this.target.rewind(async () => {
        here = from ?? (await this.recording.position().catch(() => this.#last));
        try {
          if (!this.isReplay) here = await this.#turn(here);
          this.#last = here;
          this.#search.accessed = passings?.isAtAccess === true ? here : undefined;
          const found = await search(here);
          const { start } = this.recording;
          isStart = found === undefined || found <= start;
          const place = Math.max(found ?? start, start);
          if (!areCounted) await passings?.count(this.#search, place, here);
          await this.recording.seek(place);
          this.#last = place;
        } catch (error) {
          if (error instanceof GdbGone) throw error;
          failure = error;
          // A recording that could not be ended goes on where it stood.
          if (this.isReplay) await this.recording.seek(here);
          this.#last = here;
        }
        return this.recording.gdb;
      });
      if (failure !== undefined) return { thread, reason: 'stay', words: cannotGoBack(failure).message };
      await passings?.arrive();
      tell?.();
      return isStart ? { thread, reason: 'start' } : await describe(thread);
    } finally {
      this.#busy = false;
    }
  }

  /** What was counted up to where the guest stands. */
  async #passings({ stop, breakpoints }: Departure): Promise<Passings> {
    if (!this.target.isStopped || this.#busy) throw notStopped('Going back');
    return Passings.before(this.target, breakpoints, stop);
  }

  /** The recording ends here, and its replay begins; gives where the guest stands, which may have slept. */
  async #turn(here: number): Promise<number> {
    const { gdb } = this.target;
    // Whoever wants to go on from here is told that it did not work.
    await this.recording.leave().catch(() => undefined);
    await this.recording.requireRoom();
    this.#isChanged = false;
    // A guest that has ended runs nothing behind its last instruction.
    const position = (await this.recording.isShutDown()) ? here : await this.#stepBehind(here);
    await forbidMemoryWrites(gdb);
    const end = Math.max(0, Math.min(here, position - 1));
    try {
      await this.recording.finish(end, position);
    } catch (error) {
      if (!this.isReplay) await allowMemoryWrites(gdb);
      throw error;
    }
    return end;
  }

  /** A few instructions behind the last one that is to be seen, where the recording can end; gives the position. */
  async #stepBehind(here: number): Promise<number> {
    const { gdb } = this.target;
    let position = here;
    await setAllBreakpoints(gdb, false);
    try {
      await connectTo(gdb, this.recording.gdb);
      for (let turn = 0; turn < LAST_INSTRUCTIONS && position < here + LAST_INSTRUCTIONS; turn++) {
        await this.#search.run(() => step(gdb, 'step-instruction', 1), STEP_LIMIT_MS);
        position = await this.recording.position();
      }
      return position;
    } finally {
      await disconnect(gdb).catch(() => undefined);
      // Where it fails, the run goes on as it was.
      await setAllBreakpoints(gdb, true);
    }
  }

  /** Without the breakpoints of others. */
  async #alone<T>(place: () => Promise<(number | undefined)[]>, work: () => Promise<T>): Promise<T> {
    const { gdb } = this.target;
    let own: (number | undefined)[] = [];
    try {
      [, own] = await Promise.all([setAllBreakpoints(gdb, false), place()]);
      return await work();
    } finally {
      const placed = own.filter((number) => number !== undefined);
      await Promise.all([removeBreakpoints(gdb, placed), setAllBreakpoints(gdb, true)]);
    }
  }

  #sp(thread: number, level: number): Promise<bigint> {
    return evaluateNumber(this.target.gdb, '$sp', { thread, level });
  }

  /** QEMU went in the middle of a replay: another one takes the guest to where it was seen last. */
  async #recover(): Promise<void> {
    // Whoever goes back just now starts another one.
    if (this.#busy) return;
    this.#busy = true;
    try {
      await this.target.renew(async () => {
        await this.recording.seek(this.#last);
        return this.recording.gdb;
      });
      this.restored({
        thread: 1,
        reason: 'stay',
        words:
          'QEMU ended in the middle of the replay. Another one was started, and the unikernel stands where it was stopped last.',
      });
    } catch {
      // There is nothing to go back to any more.
      await this.recording.dispose();
    } finally {
      this.#busy = false;
    }
  }
}

const asStep = async (thread: number): Promise<Stop> => ({ thread, reason: 'step' });
