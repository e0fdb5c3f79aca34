/**
 * A step that lasts. GDB forgets a step whose guest is interrupted, as it is for each change of a breakpoint: it is taken up
 * again by GDB's own command where the guest stands in the frame that is stepped, else from where that frame goes on.
 */
import {
  type AsyncRecord,
  breakpointHits,
  disassembleFunction,
  evaluateNumber,
  type GdbConnection,
  GdbRefusal,
  hex,
  type Instruction,
  insertAt,
  insertedTogether,
  listFrames,
  removeBreakpoints,
  type Step,
  text,
} from '../gdb';
import type { Going } from './going';
import type { Standing, Standings } from './standing';

/** Frames that are looked through for the stepped one, and how many of them at a time. */
const FRAME_LIMIT = 512;
const FRAMES_AT_ONCE = 16;
/** How far a frame moves the stack pointer at most, in bytes: what is further away belongs to another stack. */
const FRAME_ROOM = 0x10000n;
/** What a call comes back behind, on x86_64 and arm64. */
const CALL = /^(?:call[ql]?|blr?)\s/;

/** Sets the guest going; `over` where it stands where the step ends, `lost` where nobody knows how it goes on. */
export type Way = (() => Promise<void>) | 'over' | 'lost';

export const STEP_LOST =
  'The step was given up where the unikernel stands now: it was interrupted for something else, and where the stepped function goes on could not be found out. Set a breakpoint behind the line and continue.';

/** The stepped frame: `here` where the guest stands in it, else the address at which it goes on. */
type Place = 'here' | { readonly returns: string };

export interface WantedStep {
  /** `continue` has no end but `until`. */
  readonly kind: Step | 'continue';
  /** A vCPU by GDB's id. */
  readonly thread: number;
  /** Whether the other vCPUs stand still meanwhile. */
  readonly isAlone?: boolean;
  /** Where it ends if it comes there first, in GDB's syntax, if a condition holds there. */
  readonly until?: { readonly location: string; readonly condition?: string };
}

export class LastingStep {
  /** Breakpoints where the frame goes on. */
  #waiting: readonly number[] = [];
  /** Where it began, and where the caller goes on that is stepped out to. */
  #began: Promise<Standing | undefined> = Promise.resolve(undefined);
  #caller: Promise<Standing | undefined> = Promise.resolve(undefined);
  /** In how many functions the one that is stepped out of is inlined. */
  #depth = 0;
  #until: number | undefined;
  #thread: number;

  constructor(
    private readonly gdb: GdbConnection,
    private readonly going: Going,
    private readonly standings: Standings,
    private readonly wanted: WantedStep,
  ) {
    this.#thread = wanted.thread;
  }

  /** The breakpoint, by GDB's number, at which it ends before its end. */
  get until(): number | undefined {
    return this.#until;
  }

  /** Before the guest goes. Rejects with GDB's reason where it cannot end so. */
  async prepare(): Promise<void> {
    const { until } = this.wanted;
    if (until === undefined) return;
    const { location, condition } = until;
    const options = condition === undefined ? {} : { condition };
    this.#until = (await insertAt(this.gdb, location, { temporary: true, ...options })).number;
  }

  /** Sets the guest going for the first time; where it stands is asked without waiting for GDB's answer. */
  async begin(): Promise<void> {
    const { kind } = this.wanted;
    if (kind !== 'continue') this.#began = this.standings.of(this.#thread);
    if (kind === 'finish') {
      this.#caller = this.standings.ofCaller(this.#thread);
      this.#noteDepth().catch(() => undefined);
    }
    await this.#go();
  }

  /** How it goes on from a stop that nobody is told of. */
  async onward(stop: AsyncRecord): Promise<Way> {
    if (this.wanted.kind === 'continue') return () => this.#go();
    return this.waitsAt(stop) ? this.#passing(stop) : this.#resumption();
  }

  /** From where the guest was interrupted. */
  async #resumption(): Promise<Way> {
    await this.#forget();
    const look = await this.#look();
    if (look === undefined) return 'lost';
    const { began, code, place } = look;
    if (place === 'here') return this.#inFrame(began, code);
    if (this.#isOutOfFrame) {
      const caller = await this.#caller;
      if (caller === undefined) return 'lost';
      await this.#waitAt([hex(caller.pc)], `(unsigned long) $sp == ${hex(caller.sp)}`);
    } else {
      const places = place === undefined ? returnsIn(code) : [place.returns];
      const [least, most] = [began.sp > FRAME_ROOM ? began.sp - FRAME_ROOM : 0n, began.sp].map(hex);
      await this.#waitAt(places, `(unsigned long) $sp <= ${most} && (unsigned long) $sp > ${least}`);
    }
    return this.#waiting.length === 0 ? 'lost' : () => this.going.resumeAgain();
  }

  /** Whether a stop is at a breakpoint of its own, and at nobody else's. */
  waitsAt(stop: AsyncRecord): boolean {
    const hits = breakpointHits(stop);
    return hits.length > 0 && hits.every((hit) => this.#waiting.includes(hit));
  }

  /** From a stop at a breakpoint of its own. */
  async #passing({ data }: AsyncRecord): Promise<Way> {
    // The kernel may have taken what ran in the frame to another vCPU.
    this.#thread = Number(text(data, 'thread-id') ?? this.#thread);
    if (this.#isOutOfFrame) return 'over';
    const look = await this.#look();
    if (look === undefined) return 'lost';
    const { began, code, place } = look;
    // Else it is another call of the same function, on this stack or on another one.
    if (place !== 'here') return () => this.going.resumeAgain();
    await this.#forget();
    return this.#inFrame(began, code);
  }

  /** An inlined function is left where its frame, which is another function's, goes on. */
  get #isOutOfFrame(): boolean {
    return this.wanted.kind === 'finish' && this.#depth === 0;
  }

  /** Leaves nothing of it in GDB. */
  async end(): Promise<void> {
    const until = this.#until;
    this.#until = undefined;
    await this.#forget();
    // One that it ended at has removed itself.
    if (until !== undefined) await removeBreakpoints(this.gdb, [until]).catch(() => undefined);
  }

  async #waitAt(addresses: readonly string[], condition: string): Promise<void> {
    const inserting = addresses.map((address) => insertAt(this.gdb, `*${address}`, { condition }));
    this.#waiting = (await insertedTogether(this.gdb, inserting)).map(({ number }) => number);
  }

  async #forget(): Promise<void> {
    const numbers = this.#waiting;
    this.#waiting = [];
    await removeBreakpoints(this.gdb, numbers).catch(() => undefined);
  }

  async #noteDepth(): Promise<void> {
    this.#depth = await this.#inlinedHere();
  }

  /** In how many functions the one is inlined that the vCPU is in. */
  async #inlinedHere(): Promise<number> {
    const [here, ...callers] = await listFrames(this.gdb, { thread: this.#thread }, 0, FRAMES_AT_ONCE);
    const others = callers.findIndex(({ address }) => address !== here?.address);
    return others < 0 ? callers.length : others;
  }

  #go(level = 0): Promise<void> {
    const { kind, isAlone = false } = this.wanted;
    if (kind === 'continue') return this.going.resume();
    return this.going.step(kind, this.#thread, isAlone, level);
  }

  async #inFrame({ pc }: Standing, code: readonly Instruction[]): Promise<Way> {
    const { kind } = this.wanted;
    if (kind === 'finish') return () => this.#go();
    const now = await evaluateNumber(this.gdb, '$pc', { thread: this.#thread, level: 0 });
    const isByInstruction = kind === 'next-instruction' || kind === 'step-instruction';
    return (isByInstruction ? now !== pc : isAtOtherLine(code, pc, now)) ? 'over' : () => this.#go();
  }

  /** Where the frame is, by its function's code; undefined where nobody knows where the step began. */
  async #look(): Promise<
    { began: Standing; code: readonly Instruction[]; place: Place | undefined } | undefined
  > {
    const began = await this.#began;
    if (began === undefined) return undefined;
    const code = await disassembleFunction(this.gdb, hex(began.pc));
    return { began, code, place: await this.#find(began, code) };
  }

  /** Undefined where the frame is not on the stack that the vCPU is on. `code`: its function's. */
  async #find({ pc, sp: start }: Standing, code: readonly Instruction[]): Promise<Place | undefined> {
    // Where a function begins, its frame may have nothing yet (arm64).
    const isAtEntry = code[0]?.address === pc;
    const pointers: bigint[] = [];
    for (let first = 0; first < FRAME_LIMIT; first += FRAMES_AT_ONCE) {
      const round = await this.#stackPointers(first);
      pointers.push(...round);
      const isWhole = round.length < FRAMES_AT_ONCE;
      const level = pointers.findIndex((pointer, at) => {
        const above = pointers[at + 1];
        if (pointer > start) return false;
        return above === undefined ? isWhole : isAtEntry ? start <= above : start < above;
      });
      if (level >= 0) return this.#placeOf(level, pointers, code);
      if (isWhole) return undefined;
    }
    return undefined;
  }

  async #placeOf(
    level: number,
    pointers: readonly bigint[],
    code: readonly Instruction[],
  ): Promise<Place | undefined> {
    // A call that is the last of its function (GDB shows it all the same), and one without a frame, share its stack pointer.
    const innermost = pointers.indexOf(pointers[level] ?? 0n);
    const frames = await listFrames(this.gdb, { thread: this.#thread }, innermost, level);
    const [first, last] = [code[0], code.at(-1)];
    // Code without symbols has no bounds.
    const frame = frames.find(({ address }) => {
      const at = BigInt(address);
      return first === undefined || last === undefined || (at >= first.address && at <= last.address);
    });
    if (frame === undefined) return undefined;
    // Functions that are inlined in it stand where it does.
    const isHere = innermost === 0 && frame.address === frames[0]?.address;
    return isHere ? 'here' : { returns: frame.address };
  }

  /** Of frames `first` and on; fewer where the stack ends. */
  async #stackPointers(first: number): Promise<bigint[]> {
    const asked = Array.from({ length: FRAMES_AT_ONCE }, (_, i) =>
      evaluateNumber(this.gdb, '$sp', { thread: this.#thread, level: first + i }),
    );
    const answers = await Promise.allSettled(asked);
    const pointers: bigint[] = [];
    for (const answer of answers) {
      if (answer.status === 'fulfilled') pointers.push(answer.value);
      else if (answer.reason instanceof GdbRefusal) break;
      else throw answer.reason;
    }
    return pointers;
  }
}

/** The addresses at which calls of a function come back. */
function returnsIn(code: readonly Instruction[]): string[] {
  return code.flatMap(({ text }, i) => {
    const next = code[i + 1];
    return next !== undefined && CALL.test(text) ? [hex(next.address)] : [];
  });
}

/** Whether code at `now` is the first of another line than code at `began`: a call can end with its line. */
function isAtOtherLine(code: readonly Instruction[], began: bigint, now: bigint): boolean {
  const at = code.findIndex(({ address }) => address === now);
  const line = code[at]?.line;
  const first = code.find(({ address }) => address === began)?.line;
  return line !== undefined && line !== first && line !== code[at - 1]?.line;
}
