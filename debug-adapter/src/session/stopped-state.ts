/** What a client may ask about one stop: threads, frames, scopes and variables, until the guest runs. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { staleReference } from '../errors';
import { type FrameContext, type GdbFrame, GdbRefusal, listFrames, listThreads, stackDepth } from '../gdb';
import { type CalledFunction, calledFunctions } from '../target/code-places';
import type { Stop, Target } from '../target/target';
import { Variables } from '../target/variables';
import { panicFrames, presentFrame } from './presentation';

/** Frames counted for the client's scroll bar; a deeper stack shows more as one scrolls. */
const DEPTH_LIMIT = 10_000;
const COSTLY_SCOPES: readonly string[] = ['Globals', 'Registers'];

export class StoppedState {
  readonly variables: Variables;
  readonly #frames = new Map<number, { readonly thread: number; readonly frame: GdbFrame }>();
  readonly #depths = new Map<number, Promise<number>>();
  readonly #called: CalledFunction[] = [];
  readonly #places: string[] = [];
  #subtle: Promise<number> | undefined;
  #nextFrame = 1;

  constructor(
    private readonly target: Target,
    readonly stop: Stop,
    /** The name of what an address of the image belongs to. */
    private readonly moduleOf: (address: bigint) => string | undefined,
    previous: Variables | undefined,
  ) {
    this.variables = previous ?? new Variables(target);
  }

  async threads(): Promise<DebugProtocol.Thread[]> {
    return (await listThreads(this.target.gdb)).map(({ id, name }) => ({ id, name }));
  }

  async stackTrace(thread: number, start = 0, levels = 0): Promise<DebugProtocol.StackTraceResponse['body']> {
    const last = levels === 0 ? DEPTH_LIMIT : start + levels - 1;
    // Behind the last frame GDB refuses; asked together, the three cost one turn.
    const [total, frames, subtle] = await Promise.all([
      this.#depth(thread),
      listFrames(this.target.gdb, thread, start, last).catch(noFrames),
      this.#subtleFrames(thread),
    ]);
    return {
      totalFrames: total,
      stackFrames: frames.map((frame) => {
        const id = this.#nextFrame++;
        this.#frames.set(id, { thread, frame });
        return presentFrame(id, frame, frame.level < subtle, this.moduleOf(BigInt(frame.address)));
      }),
    };
  }

  scopes(frameId: number): DebugProtocol.Scope[] {
    const { thread, frame } = this.#frame(frameId);
    return this.variables.scopes(frame, thread).map(({ name, reference }) => ({
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
    const { thread, frame } = this.#frame(frameId);
    return { thread, level: frame.level };
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

  #frame(id: number): { readonly thread: number; readonly frame: GdbFrame } {
    const frame = this.#frames.get(id);
    if (frame === undefined) throw staleReference();
    return frame;
  }

  #depth(thread: number): Promise<number> {
    const depth = this.#depths.get(thread) ?? stackDepth(this.target.gdb, thread, DEPTH_LIMIT);
    this.#depths.set(thread, depth);
    return depth;
  }

  async #subtleFrames(thread: number): Promise<number> {
    if (this.stop.reason !== 'panic' || thread !== this.stop.thread) return 0;
    this.#subtle ??= listFrames(this.target.gdb, thread, 0, 15).then(panicFrames);
    return this.#subtle;
  }
}

function noFrames(error: unknown): GdbFrame[] {
  if (error instanceof GdbRefusal) return [];
  throw error;
}
