/** A unikernel under the debugger: run control over its vCPUs, and what each stop means. */
import { EventEmitter } from 'node:events';
import type { GdbEndpoint } from '@unikernel-tools/kernel-sdk/machine';
import { notStopped, symbolsMissing } from '../errors';
import {
  type AsyncRecord,
  connectTo,
  evaluate,
  frameOfStop,
  GdbConnection,
  type GdbFrame,
  type GdbGone,
  hasDebugInformation,
  insertAt,
  interrupt,
  loadSymbols,
  resume,
  type Step,
  step,
  text,
} from '../gdb';
import { builtInKernel } from '../kernel/built-in';
import type { Kernel, Panic } from '../kernel/kernel';

export type Stop = {
  /** GDB's thread id of the vCPU that stopped first; the others stopped with it. */
  readonly thread: number;
  readonly frame?: GdbFrame;
} & (
  | { readonly reason: 'entry' | 'step' | 'pause' }
  | { readonly reason: 'breakpoint'; readonly breakpoint: number }
  | { readonly reason: 'panic'; readonly panic: Panic }
  /** The CPU stopped for a signal that nobody asked for; GDB's name and meaning of it. */
  | { readonly reason: 'exception'; readonly signal: string }
);

interface TargetEvents {
  stopped: [Stop];
  /** Runs again for a reason that no request of ours gave, such as a GDB command. */
  continued: [];
  /** GDB is gone or unusable. */
  failed: [GdbGone];
}

type State = 'preparing' | 'stopped' | 'running' | 'ended';

/** Limit for a stop that was asked for, in milliseconds. */
const INTERRUPT_LIMIT_MS = 5_000;
/** The kernels that this debugger understands; the first whose symbols are there serves. */
const KERNELS: readonly Kernel[] = [builtInKernel];

export class Target extends EventEmitter<TargetEvents> {
  #state: State = 'preparing';
  #entryBreakpoint: number | undefined;
  #panicBreakpoint: number | undefined;
  #kernel: Kernel | undefined;
  /** A stop that serves a command of ours and is not told. */
  #silentStop: ((record: AsyncRecord) => void) | undefined;
  #expectRunning = false;
  #stepping = false;
  #exclusive: Promise<unknown> = Promise.resolve();

  private constructor(readonly gdb: GdbConnection) {
    super();
    gdb.on('exec', (record) => this.#onExec(record));
    gdb.on('gone', (error) => {
      this.#state = 'ended';
      this.emit('failed', error);
    });
  }

  /** Starts GDB (an absolute path); symbols and a machine come later. `trace` gets the MI lines. */
  static open(
    program: string,
    cwd: string,
    trace?: (direction: 'to' | 'from', line: string) => void,
  ): Target {
    const gdb = new GdbConnection(program, cwd);
    if (trace !== undefined) gdb.on('trace', trace);
    return new Target(gdb);
  }

  get isStopped(): boolean {
    return this.#state === 'stopped';
  }

  /** Loads the image's symbols. Breakpoints can be set from now on. */
  async load(symbols: string): Promise<void> {
    await loadSymbols(this.gdb, symbols);
    if (!(await hasDebugInformation(this.gdb))) throw symbolsMissing(symbols);
    for (const kernel of KERNELS) {
      const placed = await insertAt(this.gdb, kernel.panicFunction).catch(() => undefined);
      if (placed === undefined) continue;
      this.#kernel = kernel;
      this.#panicBreakpoint = placed.number;
      return;
    }
  }

  /** Connects to a machine that waits before its first instruction. */
  async connect(endpoint: GdbEndpoint): Promise<void> {
    await connectTo(this.gdb, endpoint);
    this.#state = 'stopped';
  }

  /** The function whose frames a panic's user need not see first. */
  get panicFunction(): string | undefined {
    return this.#kernel?.panicFunction;
  }

  /** Sets the machine going for the first time; stops at `location`, told as `entry`, where one is given. */
  async start(location: string | undefined): Promise<void> {
    if (location !== undefined) {
      this.#entryBreakpoint = (await insertAt(this.gdb, location, { temporary: true })).number;
    }
    await this.resume();
  }

  async resume(): Promise<void> {
    this.#requireStopped('Continue');
    await this.#going(() => resume(this.gdb));
  }

  async step(kind: Step, thread: number): Promise<void> {
    this.#requireStopped('Stepping');
    this.#stepping = true;
    await this.#going(() => step(this.gdb, kind, thread));
  }

  /** Stops the guest; a `stopped` event with reason `pause` follows. Does nothing when it is stopped. */
  async pause(): Promise<void> {
    if (this.#state === 'running') await interrupt(this.gdb);
  }

  /** Does work that GDB can do only while the guest is stopped, and lets the guest go on if it ran. */
  whileStopped<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#exclusive.then(() => this.#interrupted(work));
    this.#exclusive = turn.catch(() => undefined);
    return turn;
  }

  /** GDB leaves; the machine is its owner's to end. */
  async dispose(): Promise<void> {
    this.#state = 'ended';
    await this.gdb.dispose();
  }

  async #interrupted<T>(work: () => Promise<T>): Promise<T> {
    if (this.#state !== 'running') return work();
    const stop = await this.#stopSilently();
    try {
      return await work();
    } finally {
      if (isInterrupt(stop)) {
        if (this.isStopped) await this.#going(() => resume(this.gdb));
      } else {
        // The guest stopped for a reason of its own just then: that stop is the user's.
        await this.#tell(stop);
      }
    }
  }

  async #stopSilently(): Promise<AsyncRecord> {
    let timer: NodeJS.Timeout | undefined;
    const stopped = new Promise<AsyncRecord>((resolve, reject) => {
      this.#silentStop = resolve;
      const late = () => reject(new Error('The guest did not stop when asked to.'));
      timer = setTimeout(late, INTERRUPT_LIMIT_MS);
    });
    try {
      await interrupt(this.gdb);
      return await stopped;
    } finally {
      clearTimeout(timer);
      this.#silentStop = undefined;
    }
  }

  /** Resolves when GDB has set the guest going; a refusal leaves it stopped. */
  async #going(command: () => Promise<void>): Promise<void> {
    this.#expectRunning = true;
    this.#state = 'running';
    try {
      await command();
    } catch (error) {
      if (this.#state === 'running') this.#state = 'stopped';
      this.#stepping = false;
      throw error;
    } finally {
      this.#expectRunning = false;
    }
  }

  #onExec(record: AsyncRecord): void {
    if (this.#state === 'preparing' || this.#state === 'ended') return;
    if (record.state === 'running') {
      const told = this.#expectRunning || this.#state === 'running';
      this.#state = 'running';
      if (!told) this.emit('continued');
      return;
    }
    if (record.state !== 'stopped') return;
    // The machine is gone: its owner knows how it ended, GDB does not.
    if (text(record.data, 'reason')?.startsWith('exited') === true) {
      this.#state = 'ended';
      return;
    }
    this.#state = 'stopped';
    if (this.#silentStop !== undefined) this.#silentStop(record);
    else void this.#tell(record);
  }

  async #tell(record: AsyncRecord): Promise<void> {
    const stop = await this.#understand(record).catch(() => undefined);
    this.#stepping = false;
    if (stop !== undefined) this.emit('stopped', stop);
  }

  async #understand({ data }: AsyncRecord): Promise<Stop> {
    const frame = frameOfStop(data);
    const at = { thread: Number(text(data, 'thread-id') ?? 1), ...(frame === undefined ? {} : { frame }) };
    const reason = text(data, 'reason');
    if (reason === 'breakpoint-hit') {
      const breakpoint = Number(text(data, 'bkptno'));
      if (breakpoint === this.#entryBreakpoint) return { ...at, reason: 'entry' };
      if (breakpoint === this.#panicBreakpoint && this.#kernel !== undefined) {
        return { ...at, reason: 'panic', panic: await this.#readPanic(this.#kernel) };
      }
      return { ...at, reason: 'breakpoint', breakpoint };
    }
    if (reason === 'signal-received') {
      const signal = text(data, 'signal-name') ?? '';
      if (signal === 'SIGINT' || signal === '0') return { ...at, reason: 'pause' };
      // QEMU reports the end of an instruction step as SIGTRAP.
      if (signal === 'SIGTRAP') return { ...at, reason: this.#stepping ? 'step' : 'pause' };
      return {
        ...at,
        reason: 'exception',
        signal: `${signal} (${text(data, 'signal-meaning') ?? 'unknown'})`,
      };
    }
    return { ...at, reason: 'step' };
  }

  async #readPanic(kernel: Kernel): Promise<Panic> {
    try {
      return await kernel.readPanic({
        evaluate: (expression) => evaluate(this.gdb, expression),
        evaluateText: async (expression) => textOf(await evaluate(this.gdb, expression)),
      });
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      return { sentence: 'Kernel panic', details: [`its description could not be read: ${words}`] };
    }
  }

  #requireStopped(what: string): void {
    if (this.#state !== 'stopped') throw notStopped(what);
  }
}

function isInterrupt({ data }: AsyncRecord): boolean {
  return text(data, 'reason') === 'signal-received' && text(data, 'signal-name') === 'SIGINT';
}

/** GDB prints a `char *` as `0x4011f0 <symbol> "text"`. */
function textOf(printed: string): string {
  const quoted = /"((?:[^"\\]|\\.)*)"(\.\.\.)?$/.exec(printed);
  return quoted === null ? printed : (quoted[1] ?? '').replace(/\\(["\\])/g, '$1');
}
