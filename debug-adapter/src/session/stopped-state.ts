/** What a client may ask about one stop: threads, frames, scopes and variables, until the guest runs. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { staleReference } from '../errors';
import {
  type FrameContext,
  type GdbFrame,
  GdbRefusal,
  type GdbThread,
  listFrames,
  stackDepth,
  type ThreadContext,
} from '../gdb';
import type { KernelThread } from '../kernel/kernel';
import { type KernelThreads, stateOf } from '../target/awareness';
import { type CalledFunction, calledFunctions } from '../target/code-places';
import type { Stop, Target } from '../target/target';
import { Variables } from '../target/variables';
import type { FrameLibraries } from './frame-libraries';
import { frameNames } from './frame-names';
import { panicFrames, presentFrame, schedulerFrames } from './presentation';

/** Frames that a client sees without scrolling. */
const SHOWN_FRAMES = 20;
/** Frames handed out at once when the client asks for no page. */
const FRAME_LIMIT = 10_000;
/** Frames counted behind a page, for the client's scroll bar; a deeper stack shows more as one scrolls. */
const COUNTED_AHEAD = 200;
const COSTLY_SCOPES: readonly string[] = ['Globals', 'Registers'];

/** GDB's answers that are on their way before they are asked for. */
interface Prepared {
  /** How often the guest had been written to. */
  readonly changes: number;
  readonly threads: Promise<readonly GdbThread[]>;
  /** The frames up to `split`, and those behind it. */
  readonly split: number;
  readonly first: Promise<readonly GdbFrame[]>;
  readonly rest: Promise<readonly GdbFrame[]>;
}

const noMore: Promise<GdbFrame[]> = Promise.resolve([]);

/** The innermost frame of what has stopped: what was asked about it just before the stop is answered for this one. */
const INNERMOST = 1;

export class StoppedState {
  /**
   * Counts on from stop to stop. VS Code, which asks for the callers later than for the innermost frame, takes those whose
   * ids it knows for what it shows already, and goes on offering to load them.
   */
  static #nextFrame = INNERMOST + 1;
  readonly variables: Variables;
  /** References of values whose parts are hexadecimal, whatever the client asks for. */
  readonly inHex = new Set<number>();
  readonly #frames = new Map<number, { readonly on: ThreadContext; readonly frame: GdbFrame }>();
  readonly #called: CalledFunction[] = [];
  readonly #places: string[] = [];
  #subtle: Promise<number> | undefined;
  /** Read when the guest had been written to so often. */
  #kernelThreads: { readonly changes: number; readonly read: Promise<KernelThreads> } | undefined;
  #prepared: Prepared | undefined;
  /** How many frames this client wants at first: some ask for one, and for the others when that is shown. */
  #firstLevels: number;
  #wasAsked = false;

  constructor(
    private readonly target: Target,
    readonly stop: Stop,
    readonly libraries: FrameLibraries,
    previous: StoppedState | undefined,
  ) {
    this.variables = previous?.variables ?? new Variables(target);
    this.#firstLevels = previous === undefined ? SHOWN_FRAMES : previous.#firstLevels;
  }

  /** Asks GDB what every client asks at a stop, before it does; GDB answers while the client hears of the stop. */
  prepare(): void {
    const { gdb, vcpuList } = this.target;
    const { thread, frame } = this.stop;
    const split = Math.min(this.#firstLevels, SHOWN_FRAMES);
    // In the order in which clients ask.
    const threads = vcpuList.at(this.stop);
    const kernelThreads = this.kernelThreads();
    // The stop itself tells the innermost one.
    const told = split === 1 && frame !== undefined;
    const first = told ? Promise.resolve([frame]) : listFrames(gdb, { thread }, 0, split - 1);
    if (frame?.function !== undefined) this.variables.prepare({ thread, level: 0 });
    const rest =
      split < SHOWN_FRAMES ? listFrames(gdb, { thread }, split, SHOWN_FRAMES - 1).catch(noFrames) : noMore;
    // Whoever needs them sees the rejections.
    for (const asked of [threads, kernelThreads, first, rest]) asked.catch(() => undefined);
    this.#prepared = { changes: this.variables.changes, threads, split, first, rest };
  }

  /** The vCPUs, each with the kernel's thread that it runs, and the threads that wait for their turn. */
  async threads(): Promise<DebugProtocol.Thread[]> {
    const [vcpus, threads] = await Promise.all([
      this.#ready()?.threads ?? this.target.vcpuList.at(this.stop),
      this.kernelThreads(),
    ]);
    const all = [...threads];
    const shown = vcpus.map(({ id, name }) => {
      const running = all.find(([, { cpu }]) => cpu === id - 1)?.[1];
      // The editor cuts long names: who runs comes first.
      return { id, name: running === undefined ? name : `${running.name} (${shortName(name)})` };
    });
    const others = all.filter(([, { cpu }]) => cpu === undefined);
    return [
      ...shown,
      ...others.map(([id, thread]) => ({ id, name: `${thread.name} (${stateOf(thread)})` })).reverse(),
    ];
  }

  /** The kernel's threads at this stop; none where they cannot be read. */
  kernelThreads(): Promise<KernelThreads> {
    const { changes } = this.variables;
    if (this.#kernelThreads?.changes !== changes) {
      const read = (this.target.awareness?.threads() ?? Promise.resolve(new Map())).catch(
        (error: unknown) => {
          if (error instanceof GdbRefusal) return new Map();
          throw error;
        },
      );
      this.#kernelThreads = { changes, read };
    }
    return this.#kernelThreads.read;
  }

  /** The kernel's thread that a client means; undefined when it means a vCPU. */
  async kernelThread(id: number): Promise<KernelThread | undefined> {
    return this.target.awareness?.isKernelThread(id) ? (await this.kernelThreads()).get(id) : undefined;
  }

  /** The vCPU that a client means, by itself or by the kernel's thread that it runs; the stopped one for one that none runs. */
  async vcpuOf(id: number): Promise<number> {
    const thread = await this.kernelThread(id);
    if (thread === undefined) return id;
    return thread.cpu === undefined ? this.stop.thread : thread.cpu + 1;
  }

  async stackTrace(
    thread: number,
    start = 0,
    levels = 0,
    format?: DebugProtocol.StackFrameFormat,
  ): Promise<DebugProtocol.StackTraceResponse['body']> {
    const count = levels === 0 ? FRAME_LIMIT : levels;
    const kernelThread = await this.kernelThread(thread);
    const on = this.#contextOf(thread, kernelThread);
    const [frames, subtle] = await Promise.all([
      this.#framesOf(thread, on, start, count).catch(noFrames),
      kernelThread === undefined ? this.#subtleFrames(thread) : this.#schedulerFrames(on),
    ]);
    // Behind the last frame GDB refuses.
    const whole = frames.length < count && (frames.length > 0 || start === 0);
    // Who wants to see the innermost ones at once asks for the others next: counting them takes a while, and that there
    // are more is all that VS Code needs, to keep what it showed of the callers until it knows better.
    const isGlance = start === 0 && count < SHOWN_FRAMES;
    const known = start + frames.length;
    let total = known;
    if (!whole) {
      const counted = () => stackDepth(this.target.gdb, on, start + count + COUNTED_AHEAD);
      // GDB may count one more than it lists.
      const most = frames.length < count ? known : Number.POSITIVE_INFINITY;
      total = isGlance ? known + 1 : Math.min(await counted(), most);
    }
    const module = (frame: GdbFrame) => this.libraries.of(frame);
    const names = await frameNames(this.target.gdb, on, frames, format, module);
    return {
      totalFrames: total,
      stackFrames: frames.map((frame) => {
        const isInnermost = thread === this.stop.thread && frame.level === 0;
        const id = isInnermost ? INNERMOST : StoppedState.#nextFrame++;
        this.#frames.set(id, { on, frame });
        return presentFrame(id, frame, {
          subtle: frame.level < subtle || this.libraries.isSkipped(frame),
          name: names.get(frame.level),
          module: module(frame),
          label: this.libraries.label(frame),
        });
      }),
    };
  }

  /**
   * Where a kernel thread that does not run comes back to its own code, or that code to its caller, and the
   * condition that tells it from other threads there. Undefined for what a vCPU runs.
   */
  async resumption(
    id: number,
    toCaller: boolean,
  ): Promise<{ readonly address: string; readonly condition: string } | undefined> {
    const thread = await this.kernelThread(id);
    const awareness = this.target.awareness;
    if (thread?.saved === undefined || awareness === undefined) return undefined;
    const on = this.#contextOf(id, thread);
    const own = await this.#schedulerFrames(on);
    const level = own + (toCaller ? 1 : 0);
    const [frame] = await listFrames(this.target.gdb, on, level, level);
    if (frame === undefined) return undefined;
    return { address: frame.address, condition: awareness.kernel.isRunning(thread) };
  }

  scopes(frameId: number): DebugProtocol.Scope[] {
    const { on, frame } = this.#frame(frameId);
    return this.variables.scopes(frame, on).map(({ name, reference }) => ({
      name,
      variablesReference: reference,
      expensive: COSTLY_SCOPES.includes(name),
      ...(name === 'Registers' ? { presentationHint: 'registers' } : {}),
      ...(name === 'Locals' ? { presentationHint: 'locals' } : {}),
      ...(name === 'Arguments' ? { presentationHint: 'arguments' } : {}),
    }));
  }

  /** The frame that an expression is meant for; the innermost of the stopped vCPU unless told. */
  context(frameId: number | undefined): FrameContext {
    if (frameId === undefined) return { thread: this.stop.thread, level: 0 };
    const { on, frame } = this.#frame(frameId);
    return { ...on, level: frame.level };
  }

  /** The functions that the rest of the frame's line calls, by ids that are valid until the guest runs. */
  async stepInTargets(frameId: number): Promise<readonly { readonly id: number; readonly name: string }[]> {
    const called = await calledFunctions(this.target, this.#frame(frameId).frame);
    return called.map((target) => ({ id: this.#called.push(target), name: target.name }));
  }

  /** Where the body of a function begins, in GDB's syntax. */
  stepInTarget(id: number): string {
    const called = this.#called[id - 1];
    if (called === undefined) throw staleReference();
    return called.name;
  }

  /** An id for an address that the guest can be sent to. */
  rememberPlace(address: string): number {
    return this.#places.push(address);
  }

  place(id: number): string | undefined {
    return this.#places[id - 1];
  }

  /** Where GDB finds a thread's frames: they are the vCPU's own, or unwound from what the thread has saved. */
  #contextOf(id: number, thread: KernelThread | undefined): ThreadContext {
    if (thread === undefined) return { thread: id };
    if (thread.cpu !== undefined || thread.saved === undefined) return { thread: (thread.cpu ?? 0) + 1 };
    return { thread: this.stop.thread, saved: thread.saved };
  }

  #frame(id: number): { readonly on: ThreadContext; readonly frame: GdbFrame } {
    const frame = this.#frames.get(id);
    if (frame === undefined) throw staleReference();
    return frame;
  }

  async #framesOf(
    thread: number,
    on: ThreadContext,
    start: number,
    count: number,
  ): Promise<readonly GdbFrame[]> {
    const end = start + count;
    const isShown = thread === this.stop.thread && end <= SHOWN_FRAMES;
    if (isShown && !this.#wasAsked) this.#firstLevels = end;
    this.#wasAsked ||= isShown;
    const ready = isShown ? this.#ready() : undefined;
    if (ready === undefined) return listFrames(this.target.gdb, on, start, end - 1);
    const first = await ready.first;
    return (end <= ready.split ? first : [...first, ...(await ready.rest)]).slice(start, end);
  }

  /** What was asked ahead, while nothing has been written since. */
  #ready(): Prepared | undefined {
    return this.#prepared?.changes === this.variables.changes ? this.#prepared : undefined;
  }

  /** The innermost frame that a user looks at first. */
  shownLevel(thread: number): Promise<number> {
    return this.#subtleFrames(thread);
  }

  async #subtleFrames(thread: number): Promise<number> {
    if (this.stop.reason !== 'panic' || thread !== this.stop.thread) return 0;
    this.#subtle ??= listFrames(this.target.gdb, { thread }, 0, 15).then(panicFrames);
    return this.#subtle;
  }

  /** How a thread came to wait interests less than where it does. */
  async #schedulerFrames(on: ThreadContext): Promise<number> {
    const sources = this.target.awareness?.kernel.schedulerSources;
    if (sources === undefined) return 0;
    const frames = await listFrames(this.target.gdb, on, 0, 15).catch(noFrames);
    return schedulerFrames(frames, sources);
  }
}

function noFrames(error: unknown): GdbFrame[] {
  if (error instanceof GdbRefusal) return [];
  throw error;
}

/** QEMU says `CPU#0 [running]`; a vCPU with a thread runs. */
function shortName(vcpu: string): string {
  return vcpu.replace(/ \[.*\]$/, '');
}
