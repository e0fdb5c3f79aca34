/** Looks for places in a recorded run before one, by playing parts of it with breakpoints: QEMU plays forward alone. */
import type { RecordedMachine } from '@unikernel-tools/kernel-sdk/machine';
import {
  type AsyncRecord,
  connectTo,
  disconnect,
  type GdbConnection,
  GdbGone,
  hitNumbers,
  interrupt,
  LogReader,
  resume,
} from '../gdb';
import { type Hit, hitsOf, type Met } from './passings';

/** A part of the run that is looked through first, in instructions; each further one is so many times longer. */
const FIRST_PART = 1_000;
const GROWTH = 16;
/** So many places are looked at one by one, at first; of more, the later half of what is left is. */
const MOST_HITS = 64;
const MORE_HITS = 4;
/** The guest gets this long to come to the next place, in milliseconds. */
const PLAY_LIMIT_MS = 60_000;
/** A part is played so many times, until a replay goes through it. */
const TRIES = 3;
/** A guest that was interrupted gets this long to stop, in milliseconds. */
const INTERRUPT_LIMIT_MS = 1_000;

/** What was met behind a place; `isAll` where it is all up to another. */
interface Meeting {
  readonly met: readonly Met[];
  readonly isAll: boolean;
}

/** A part of a run. */
interface Part {
  readonly met: readonly Met[];
  /** The position behind which all that was met is told. */
  readonly from: number;
}

export class Search {
  /** Where it is looked back from, where that is the end of an access to a watched place. */
  accessed: number | undefined;
  /** GDB gave up in the middle of a logpoint, without a word about the guest, which stands. */
  #strand: () => void = () => undefined;

  constructor(
    private readonly gdb: GdbConnection,
    private readonly recording: RecordedMachine,
  ) {}

  /**
   * Looks through the run before `here`, the latest part first, until `choose` finds something in what was met in a part
   * and all after it; `isAll` says that nothing comes before it.
   */
  async before(
    here: number,
    choose: (met: readonly Met[], isAll: boolean) => Hit | undefined,
  ): Promise<Hit | undefined> {
    let later: readonly Met[] = [];
    let end = here;
    let most = MOST_HITS;
    for (let size = FIRST_PART; end > this.recording.start; ) {
      const start = Math.max(this.recording.beginning(end), here - size);
      const { met, from } = await this.#lastMet(start, end, most);
      later = [...met, ...later];
      const isAll = from === this.recording.start;
      const chosen = choose(later, isAll);
      if (chosen !== undefined || isAll) return chosen;
      end = from + 1;
      if (from !== start) most *= MORE_HITS;
      else if (start === here - size) size *= GROWTH;
    }
    return undefined;
  }

  /** Plays what lies between two places, where nothing is to be met; `begin` is called before each attempt. */
  async passThrough(start: number, end: number, begin: () => Promise<unknown>): Promise<void> {
    for (let left = TRIES; ; left--) {
      await begin();
      try {
        await this.#meetOn(start, end, 1, []);
        await this.#leave(end);
        return;
      } catch (error) {
        if (left === 1 || error instanceof GdbGone) throw error;
      }
    }
  }

  /** The last of what is met behind `start` and before `end`; no hit only where none is. */
  async #lastMet(start: number, end: number, most: number): Promise<Part> {
    const { met, isAll } = await this.#meet(start, end, most);
    const last = hitsOf(met).at(-1)?.position ?? end;
    const middle = Math.floor((last + end) / 2);
    if (isAll || middle <= last) return { met, from: start };
    const later = await this.#lastMet(middle, end, most);
    if (hitsOf(later.met).length > 0) return later;
    const between = await this.#lastMet(last, middle + 1, most);
    const behind = [...between.met, ...later.met];
    if (hitsOf(between.met).length > 0) return { met: behind, from: between.from };
    return { met: [...met, ...behind], from: start };
  }

  /** What is met behind `start` and before `end`, the first ones of it; on from the last hit where a replay stands still. */
  async #meet(start: number, end: number, most: number): Promise<Meeting> {
    const met: Met[] = [];
    for (let left = TRIES; ; left--) {
      const before = met.length;
      try {
        const isAll = await this.#meetOn(hitsOf(met).at(-1)?.position ?? start, end, most, met);
        if (isAll) await this.#leave(end);
        return { met, isAll };
      } catch (error) {
        // What was logged behind it is logged again.
        met.length = met.findLastIndex((each) => 'hit' in each) + 1;
        if (met.length > before) left = TRIES;
        if (left === 1 || error instanceof GdbGone) throw error;
      }
    }
  }

  /**
   * A QEMU that stops at the end of an access before it has told of that takes the next access for it, and aborts (physmem.c,
   * cpu_check_watchpoint: "Raised interrupt while not in I/O function").
   */
  async #leave(end: number): Promise<void> {
    if (end === this.accessed) await this.recording.abandon();
  }

  /** Adds to `met`, up to so many hits; whether that was all. */
  async #meetOn(start: number, end: number, most: number, met: Met[]): Promise<boolean> {
    // GDB steps from a breakpoint before it goes on: a stop right behind it would be taken for that step's end, and missed.
    if (start + 1 >= end) return true;
    const { gdb } = this;
    const logs = new LogReader((log) => {
      met.push({ log });
      if (log.failure !== undefined) this.#strand();
    });
    const words = (text: string) => void logs.console(text);
    const failures = (text: string) => logs.log(text);
    await this.recording.seek(start);
    await connectTo(gdb, this.recording.gdb);
    gdb.on('console', words);
    gdb.on('log', failures);
    try {
      await this.recording.stopAt(end);
      for (let hits = hitsOf(met).length; hits < most; ) {
        const record = await this.recording.watch(this.run(() => resume(gdb), PLAY_LIMIT_MS));
        const position = await this.recording.position();
        if (position >= end) return true;
        const numbers = hitNumbers(record);
        if (numbers.length === 0) continue;
        met.push({ hit: { position, record, numbers } });
        hits++;
        if (position + 1 >= end) return true;
      }
      return false;
    } catch (error) {
      // It may stand still for ever: another one plays the part.
      await this.recording.abandon();
      throw error;
    } finally {
      gdb.off('console', words);
      gdb.off('log', failures);
      await disconnect(gdb).catch(() => undefined);
    }
  }

  /** Sets the guest going and gives its stop, of which nobody else is told. */
  async run(command: () => Promise<void>, limitMs: number): Promise<AsyncRecord> {
    const { gdb } = this;
    let timer: NodeJS.Timeout | undefined;
    let listen: (record: AsyncRecord) => void = () => undefined;
    let lose: (record: AsyncRecord) => void = () => undefined;
    let goes: (error: GdbGone) => void = () => undefined;
    const stopped = new Promise<AsyncRecord>((resolve, reject) => {
      let runs = false;
      // The stop that GDB connected to may be told late.
      listen = (record) => {
        if (record.state === 'running') runs = true;
        else if (record.state === 'stopped' && runs) resolve(record);
      };
      this.#strand = () => resolve({ state: 'stopped', data: {} });
      lose = ({ state }) =>
        state === 'thread-group-exited' &&
        reject(new Error('QEMU ended in the middle of the replay. Go back again.'));
      goes = reject;
      gdb.on('exec', listen);
      gdb.on('notify', lose);
      gdb.on('gone', goes);
      const late = () =>
        reject(new Error('The unikernel did not stop in the replay. Go back again, or restart.'));
      timer = setTimeout(() => {
        timer = setTimeout(late, INTERRUPT_LIMIT_MS);
        void interrupt(gdb).catch(reject);
      }, limitMs);
    });
    stopped.catch(() => undefined);
    try {
      await command();
      return await stopped;
    } finally {
      clearTimeout(timer);
      gdb.off('exec', listen);
      gdb.off('notify', lose);
      gdb.off('gone', goes);
    }
  }
}
