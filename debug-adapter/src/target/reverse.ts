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
  stepBack,
} from '../gdb';
import type { LineStart } from './line-starts';
import type { Search } from './search';

/** QEMU gets this long to find the place, in milliseconds. */
const LIMIT_MS = 20_000;

/** Where a line is gone back from. */
export interface LineDeparture {
  readonly starts: readonly LineStart[];
  readonly thread: number;
  /** In GDB's syntax, whether the guest stands in the function that is gone back in. */
  readonly condition: string;
  /** In the recording. */
  readonly position: number;
}

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
  async lineBefore(departure: LineDeparture): Promise<AsyncRecord | undefined> {
    try {
      return await this.#lineBefore(departure);
    } catch (error) {
      await this.recording.abandon();
      await disconnect(this.gdb).catch(() => undefined);
      throw error;
    }
  }

  async #lineBefore(departure: LineDeparture): Promise<AsyncRecord | undefined> {
    const { starts, thread, position } = departure;
    const here = await this.#pc(thread);
    // QEMU passes each turn of a loop in one line, of which there may be millions, before it tells of the last one.
    if (turnsAt(here, starts)) return undefined;
    // What is the last instruction before a kept state, QEMU looks for breakpoints neither from there nor from before it.
    const isUnseen = this.recording.hasStateAt(position);
    const before = isUnseen ? await this.#instructionBefore(departure) : undefined;
    const record = before?.record ?? (await this.#back(thread, startsAt(here, starts), !isUnseen));
    const start = before?.start ?? (record && starts.find(({ number }) => number === hitNumbers(record)[0]));
    // A loop in one line may have turned for as long as the run, and begins where another line comes before it.
    return start?.isWithinLine === false ? record : undefined;
  }

  /** Where a line begins at it; else the guest stands again where it stood. */
  async #instructionBefore({ starts, thread, condition }: LineDeparture) {
    const record = await this.#go(() => stepBack(this.gdb, thread));
    const [start] = startsAt(await this.#pc(thread), starts);
    const isHit =
      start !== undefined && (await evaluateNumber(this.gdb, condition, { thread, level: 0 })) !== 0n;
    if (isHit) return { record, start };
    await this.#go(() => step(this.gdb, 'step-instruction', thread));
    return undefined;
  }

  /** To the last breakpoint that was passed, but for some. */
  async #back(
    thread: number,
    except: readonly LineStart[],
    isSeenBefore: boolean,
  ): Promise<AsyncRecord | undefined> {
    const numbers = except.flatMap(({ number }) => (number === undefined ? [] : [number]));
    await setBreakpoints(this.gdb, numbers, false);
    // Of the two instructions around the one that is gone back from, QEMU sees the breakpoints or not.
    if (isSeenBefore) await this.#go(() => step(this.gdb, 'step-instruction', thread));
    const stop = await this.#go(() => resumeBack(this.gdb));
    await setBreakpoints(this.gdb, numbers, true);
    return hitNumbers(stop).length > 0 ? stop : undefined;
  }

  #pc(thread: number): Promise<bigint> {
    return evaluateNumber(this.gdb, '$pc', { thread, level: 0 });
  }

  async #go(command: () => Promise<void>): Promise<AsyncRecord> {
    await this.recording.rest();
    return this.recording.watch(this.search.run(command, LIMIT_MS));
  }
}

function startsAt(address: bigint, starts: readonly LineStart[]): LineStart[] {
  return starts.filter((each) => BigInt(each.address) === address);
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
