/**
 * Goes back over a line by QEMU's own reverse execution: it plays from the nearest state of the machine that it kept, GDB and
 * all, and counts what it passes by itself.
 */
import type { RecordedMachine } from '@unikernel-tools/kernel-sdk/machine';
import {
  type AsyncRecord,
  disconnect,
  evaluateNumber,
  type GdbConnection,
  hitNumbers,
  resumeBack,
  setBreakpoints,
  step,
} from '../gdb';
import type { LineStart } from './line-starts';
import type { Search } from './search';

/** QEMU gets this long to find the place, in milliseconds. */
const LIMIT_MS = 20_000;

export class Reverse {
  constructor(
    private readonly gdb: GdbConnection,
    private readonly recording: RecordedMachine,
    private readonly search: Search,
  ) {}

  /**
   * To the beginning of the line before, of those that have breakpoints at `starts`: GDB's record of the stop there. Undefined
   * where nothing was found; the guest stands anywhere then. Rejects where QEMU did not come back from there, and is given up.
   */
  async lineBefore(starts: readonly LineStart[], thread: number): Promise<AsyncRecord | undefined> {
    try {
      return await this.#lineBefore(starts, thread);
    } catch (error) {
      await this.recording.abandon();
      await disconnect(this.gdb).catch(() => undefined);
      throw error;
    }
  }

  async #lineBefore(starts: readonly LineStart[], thread: number): Promise<AsyncRecord | undefined> {
    const here = await evaluateNumber(this.gdb, '$pc', { thread, level: 0 });
    // QEMU passes each turn of a loop in one line, of which there may be millions, before it tells of the last one.
    if (turnsAt(here, starts)) return undefined;
    const record = await this.#back(
      thread,
      starts.filter(({ address }) => BigInt(address) === here),
    );
    const start = record && starts.find(({ number }) => number === hitNumbers(record)[0]);
    // A loop in one line may have turned for as long as the run, and begins where another line comes before it.
    return start?.isWithinLine === false ? record : undefined;
  }

  /** To the last breakpoint that was passed, but for some. */
  async #back(thread: number, except: readonly LineStart[]): Promise<AsyncRecord | undefined> {
    const numbers = except.flatMap(({ number }) => (number === undefined ? [] : [number]));
    await setBreakpoints(this.gdb, numbers, false);
    // Of the two instructions around the one that is gone back from, QEMU sees the breakpoints or not.
    await this.#go(() => step(this.gdb, 'step-instruction', thread));
    const stop = await this.#go(() => resumeBack(this.gdb));
    await setBreakpoints(this.gdb, numbers, true);
    return hitNumbers(stop).length > 0 ? stop : undefined;
  }

  async #go(command: () => Promise<void>): Promise<AsyncRecord> {
    await this.recording.rest();
    return this.recording.watch(this.search.run(command, LIMIT_MS));
  }
}

/** Whether the line of a place may be a loop: it has beginnings within it. */
function turnsAt(here: bigint, starts: readonly LineStart[]): boolean {
  const before = starts.filter(({ address }) => BigInt(address) <= here);
  const current = before.reduce<LineStart | undefined>(
    (last, each) => (last === undefined || BigInt(last.address) <= BigInt(each.address) ? each : last),
    undefined,
  );
  return starts.some(({ line, isWithinLine }) => isWithinLine && line === current?.line);
}
