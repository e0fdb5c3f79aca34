/** A unikernel under the debugger: run control over its vCPUs, and what each stop means. */
import { EventEmitter } from 'node:events';
import { endpointText, type GdbEndpoint } from '@unikernel-tools/kernel-sdk/machine';
import { noSession, notStopped, pastIsFixed, stubMissing } from '../errors';
import {
  type AsyncRecord,
  attachTo,
  ConditionFailures,
  connectTo,
  detach,
  disconnect,
  evaluate,
  type GdbConnection,
  type GdbGone,
  insertAt,
  killGuest,
  LogReader,
  type LogText,
  removeAllBreakpoints,
  removeBreakpoints,
  type Step,
  type StubTraits,
  setCondition,
  text,
  trustMemory,
} from '../gdb';
import { OneByOne } from '../one-by-one';
import type { Awareness } from './awareness';
import { Going } from './going';
import type { GuestKernel } from './guest-kernel';
import type { Horizon } from './horizon';
import { Interruption } from './interruption';
import { LastingStep, STEP_LOST, type WantedStep } from './lasting-step';
import { loadImage, type SymbolPlaces } from './load-image';
import { SilentStop } from './silent-stop';
import { Standings } from './standing';
import { isInterrupt, type Stop, understandStop } from './stops';
import { Vcpus } from './vcpus';

export type { Stop } from './stops';

interface TargetEvents {
  stopped: [Stop];
  /** Runs again for a reason that no request of ours gave, such as a GDB command. */
  continued: [];
  /** A logpoint was passed. */
  log: [LogText];
  /** GDB is gone or unusable. */
  failed: [GdbGone];
  /** The machine, or the stub that leads to it, is gone. */
  gone: [];
}

type State = 'preparing' | 'stopped' | 'running' | 'ended';

/** Where the machine stands. */
export const HERE = 'here';

export class Target extends EventEmitter<TargetEvents> {
  /** Only of a guest that is recorded. */
  horizon: Horizon | undefined;
  #state: State = 'preparing';
  #entryBreakpoint: number | undefined;
  #entryAddress: string | undefined;
  #panicKinds: ReadonlySet<string> = new Set();
  #kernel: GuestKernel | undefined;
  #expectRunning = false;
  #step: LastingStep | undefined;
  /** It stands for a moment, of which nobody is told. */
  #standsAside = false;
  #pauseWanted = false;
  #endpoint: GdbEndpoint | undefined;
  #traits: StubTraits | undefined;
  readonly #conditions = new ConditionFailures();
  readonly #exclusive = new OneByOne();
  readonly #silentStop = new SilentStop();
  readonly #vcpus: Going;
  readonly #standings: Standings;
  readonly #interruption: Interruption;

  readonly vcpuList: Vcpus;

  /** By a GDB that nobody else uses; symbols and a machine come later. */
  constructor(readonly gdb: GdbConnection) {
    super();
    this.#vcpus = new Going(gdb);
    this.#standings = new Standings(gdb);
    this.#interruption = new Interruption(gdb, () => this.#state === 'running');
    this.vcpuList = new Vcpus(gdb);
    gdb.on('exec', (record) => this.#onExec(record));
    // Behind what is asked to show the stop: a step from there need not ask for it then.
    this.on('stopped', ({ thread }) =>
      process.nextTick(() => this.isStopped && this.#standings.note(thread)),
    );
    const logs = new LogReader((log) => this.#onLog(log));
    gdb.on('console', (words) => logs.console(words));
    gdb.on('log', (words) => {
      logs.log(words);
      this.#conditions.log(words);
    });
    gdb.on('gone', (error) => {
      // One that loses its machine while it reads a frame's values may give up: that is not what happened.
      const isNews = this.#state !== 'ended';
      this.#state = 'ended';
      this.#silentStop.lose();
      if (isNews) this.emit('failed', error);
    });
  }

  get isStopped(): boolean {
    return this.#state === 'stopped';
  }

  /** Loads the image's symbols, in place of those that are loaded. Breakpoints can be set from now on. */
  async load(symbols: string, places: SymbolPlaces): Promise<void> {
    const earlier = this.#kernel?.panicBreakpoint;
    this.#kernel = undefined;
    if (earlier !== undefined) await removeBreakpoints(this.gdb, [earlier]);
    this.#kernel = await loadImage(this.gdb, symbols, places);
  }

  /** Connects to a machine that waits before its first instruction. */
  async connect(endpoint: GdbEndpoint, traits?: StubTraits): Promise<void> {
    this.#noticeGone();
    this.#endpoint = endpoint;
    this.#traits = traits;
    await connectTo(this.gdb, endpoint, traits);
    this.#state = 'stopped';
  }

  /** Connects to a machine that somebody else started, and stops it. Throws a DebugError when there is none. */
  async attach(endpoint: GdbEndpoint): Promise<void> {
    this.#noticeGone();
    try {
      await attachTo(this.gdb, endpoint);
      await trustMemory(this.gdb);
    } catch (error) {
      throw stubMissing(endpointText(endpoint), error);
    }
    this.#state = 'stopped';
  }

  /** Tells that the guest stands where it was found, or lets it go on. */
  async begin(stop: boolean): Promise<void> {
    if (!stop) await this.resume();
    else this.emit('stopped', { thread: 1, reason: 'entry' });
  }

  /** Leaves a machine that somebody else started, without breakpoints of ours in it. */
  async leave(how: 'running' | 'suspended' | 'ended'): Promise<void> {
    if (this.#state === 'ended') return;
    try {
      if (this.#state === 'running') await this.#stopSilently();
      this.#state = 'ended';
      // Nobody would be there to go on from one; leaving a guest that runs takes them out by itself.
      if (how === 'suspended') await removeAllBreakpoints(this.gdb);
      await { running: detach, suspended: disconnect, ended: killGuest }[how](this.gdb);
    } catch {
      // It has gone just then, or does not stop: nothing can be taken out of it.
      this.#state = 'ended';
    }
  }

  /** What the kernel's memory means; absent for an image whose kernel is not known. */
  get awareness(): Awareness | undefined {
    return this.#kernel?.awareness;
  }

  /** Whether a stop is where the guest was to stop first; of two breakpoints there, GDB tells one. */
  isAtEntry({ reason, frame }: Stop): boolean {
    return (
      reason === 'entry' ||
      (reason === 'breakpoint' && frame !== undefined && frame.address === this.#entryAddress)
    );
  }

  /** The function whose frames a panic's user need not see first. */
  get panicFunction(): string | undefined {
    return this.#kernel?.kernel.panicFunction;
  }

  /**
   * Sets the machine going for the first time; stops at `location`, told as `entry`, where one is given, and tells that it
   * stands there already for {@link HERE}.
   */
  async start(location: string | undefined, options: { readonly hardware?: boolean } = {}): Promise<void> {
    if (location === HERE) {
      await trustMemory(this.gdb);
      this.emit('stopped', { thread: 1, reason: 'entry' });
      return;
    }
    if (location !== undefined) {
      const placed = await insertAt(this.gdb, location, { temporary: true, ...options });
      this.#entryBreakpoint = placed.number;
      this.#entryAddress = placed.address;
    }
    await Promise.all([trustMemory(this.gdb), this.resume()]);
  }

  /** All vCPUs go on, or one `alone`. */
  async resume(alone?: number): Promise<void> {
    this.#requireStopped('Continue');
    await this.#going(() => this.#vcpus.resume(alone));
  }

  /** Steps one vCPU; the others run meanwhile, or stand still where it is stepped `alone`. */
  step(kind: Step, thread: number, alone = false): Promise<void> {
    return this.#take({ kind, thread, isAlone: alone });
  }

  /** Steps over the current line, or to the start of `called` where that comes first. */
  stepInto(called: string, thread: number, alone = false): Promise<void> {
    return this.#take({ kind: 'next', thread, isAlone: alone, until: { location: called } });
  }

  /** Goes on until `location` is reached and `condition` holds there; told as a step. */
  runTo(location: string, condition: string): Promise<void> {
    return this.#take({ kind: 'continue', thread: 1, until: { location, condition } });
  }

  /** The vCPU goes on at `address` when it runs; nothing in between is run. Told as a stop. */
  async moveTo(address: string, thread: number): Promise<void> {
    this.#requireStopped('Jumping');
    if (this.horizon?.isReplay === true) throw pastIsFixed();
    await evaluate(this.gdb, `$pc = ${address}`, { thread, level: 0 });
    this.horizon?.changed();
    this.emit('stopped', { thread, reason: 'goto' });
  }

  /**
   * The machine becomes another state of itself by `change`, beside GDB, and stands still. GDB connects to it anew: where
   * it believes to have stopped, and what watched places held, are among what it does not forget otherwise. Nothing is
   * told: {@link announce} does. What `change` rejects with comes after that; where it gives an endpoint, the machine has
   * moved there.
   */
  rewind(change: () => Promise<GdbEndpoint | undefined>): Promise<void> {
    return this.#exclusive.run(() => this.#rewind(change));
  }

  /** The guest stands elsewhere when `work` is done, which GDB takes it to; nobody is told of its stops on the way. */
  retrace<T>(work: () => Promise<T>): Promise<T> {
    return this.#exclusive.run(async () => {
      this.#requireStopped('Going back');
      await this.#endStep();
      this.#state = 'preparing';
      try {
        return await work();
      } finally {
        this.awareness?.forget();
        if (this.#state === 'preparing') this.#state = 'stopped';
      }
    });
  }

  /** As {@link rewind}, for a machine that was lost and is another one now; not while it runs for a command of ours. */
  renew(change: () => Promise<GdbEndpoint | undefined>): Promise<void> {
    this.#state = 'stopped';
    return this.rewind(change);
  }

  /** Tells a stop that did not come from GDB. */
  announce(stop: Stop): void {
    this.#requireStopped('That');
    this.emit('stopped', stop);
  }

  /** Which kinds of panics (kernel/exceptions.ts) stop the guest. */
  async stopForPanics(kinds: ReadonlySet<string>): Promise<void> {
    const kernel = this.#kernel;
    this.#panicKinds = kinds;
    if (kernel === undefined) return;
    const condition = await kernel.panicCondition(kinds);
    await this.whileStopped(() => setCondition(this.gdb, kernel.panicBreakpoint, condition));
  }

  /** Stops the guest; a `stopped` event with reason `pause` follows. Does nothing when it is stopped. */
  async pause(): Promise<void> {
    this.#pauseWanted = this.#state === 'running' || this.#standsAside;
    if (this.#state === 'running') await this.#interruption.begin();
  }

  /** Does work that GDB can do only while the guest is stopped, and lets the guest go on if it ran. */
  whileStopped<T>(work: () => Promise<T>): Promise<T> {
    return this.#exclusive.run(() => this.#interrupted(work));
  }

  /** GDB leaves; the machine is its owner's to end. */
  async dispose(): Promise<void> {
    this.#state = 'ended';
    this.#interruption.end();
    await this.gdb.dispose();
  }

  async #interrupted<T>(work: () => Promise<T>): Promise<T> {
    if (this.#state !== 'running') {
      // A command of the user's own may move it.
      this.#standings.forget();
      return work();
    }
    const stop = await this.#stopSilently();
    return this.#aside(async () => {
      try {
        return await work();
      } finally {
        if (isInterrupt(stop) || this.#step?.waitsAt(stop) === true) await this.#goOn(stop);
        // The guest stopped for a reason of its own just then: that stop is the user's.
        else await this.#tell(stop);
      }
    });
  }

  /** While the guest stands for a work of ours, which lets it go on. */
  async #aside<T>(work: () => Promise<T>): Promise<T> {
    this.#standsAside = true;
    try {
      return await work();
    } finally {
      this.#standsAside = false;
    }
  }

  async #take(wanted: WantedStep): Promise<void> {
    this.#requireStopped('Stepping');
    const step = new LastingStep(this.gdb, this.#vcpus, this.#standings, wanted);
    await step.prepare();
    this.#step = step;
    await this.#going(() => step.begin());
  }

  /** After a stop that nobody is told of, unless it was to stop by now. */
  async #goOn(stop: AsyncRecord): Promise<void> {
    if (!this.isStopped) return;
    const step = this.#step;
    const way = await (step?.onward(stop).catch(() => 'lost' as const) ?? (() => this.#vcpus.resumeAgain()));
    if (typeof way === 'function' && !this.#pauseWanted) return this.#going(way);
    await this.#endStep();
    if (!this.isStopped) return;
    const thread = Number(text(stop.data, 'thread-id') ?? 1);
    if (way === 'lost') this.emit('stopped', { thread, reason: 'stay', words: STEP_LOST });
    else this.emit('stopped', { thread, reason: way === 'over' ? 'step' : 'pause' });
  }

  async #rewind(change: () => Promise<GdbEndpoint | undefined>): Promise<void> {
    const endpoint = this.#endpoint;
    if (endpoint === undefined) throw noSession();
    if (this.#state === 'running') await this.#stopSilently();
    this.#requireStopped('Going back');
    await this.#endStep();
    this.#state = 'preparing';
    // A machine that moves while GDB listens would tell it so.
    await disconnect(this.gdb).catch(() => undefined);
    const [changed] = await Promise.allSettled([change()]);
    if (changed.status === 'fulfilled') this.#endpoint = changed.value ?? endpoint;
    try {
      await connectTo(this.gdb, this.#endpoint ?? endpoint, this.#traits);
      this.awareness?.forget();
      this.#state = 'stopped';
    } catch {
      this.#state = 'running';
      this.horizon = undefined;
      this.#onGone();
      throw noSession();
    }
    if (changed.status === 'rejected') throw changed.reason;
  }

  #stopSilently(): Promise<AsyncRecord> {
    return this.#silentStop.of(() => this.#interruption.begin());
  }

  /** Resolves when GDB has set the guest going; a refusal leaves it stopped. */
  async #going(command: () => Promise<void>): Promise<void> {
    if (this.horizon !== undefined && !(await this.horizon.approach())) {
      await this.#endStep();
      this.emit('stopped', { thread: 1, reason: 'end' });
      return;
    }
    this.#expectRunning = true;
    this.#state = 'running';
    try {
      await command();
    } catch (error) {
      if (this.#state === 'running') this.#state = 'stopped';
      await this.#endStep();
      throw error;
    } finally {
      this.#expectRunning = false;
    }
  }

  #onExec(record: AsyncRecord): void {
    if (this.#state === 'preparing' || this.#state === 'ended') return;
    if (record.state === 'running') {
      this.#standings.forget();
      const told = this.#expectRunning || this.#state === 'running';
      this.#state = 'running';
      if (!told) this.emit('continued');
      return;
    }
    if (record.state !== 'stopped') return;
    this.#interruption.end();
    // The machine is gone: its owner knows how it ended, GDB does not.
    if (text(record.data, 'reason')?.startsWith('exited') === true) {
      this.#onGone();
      return;
    }
    this.#state = 'stopped';
    if (this.#silentStop.takes(record)) return;
    if (this.#step?.waitsAt(record) === true) this.#pass(record);
    else void this.#tell(record);
  }

  /** A stop at a breakpoint of a step's own, of which nobody is told. */
  #pass(record: AsyncRecord): void {
    this.#standsAside = true;
    // A GDB that is gone by now tells so itself.
    this.#exclusive.run(() => this.#aside(() => this.#goOn(record))).catch(() => undefined);
  }

  /** Without a `*stopped`, where GDB loses its connection. */
  #noticeGone(): void {
    this.gdb.on('notify', ({ state }) => {
      if (state === 'thread-group-exited' && this.#state !== 'preparing') this.#onGone();
    });
  }

  #onGone(): void {
    // What plays a recording is started anew by whoever has the recording.
    if (this.#state === 'ended' || this.horizon?.isReplay === true) return;
    this.#state = 'ended';
    this.#silentStop.lose();
    this.emit('gone');
  }

  async #tell(record: AsyncRecord): Promise<void> {
    const failure = this.#conditions.take();
    const understood = await this.understand(record)
      .then((read) => this.#unlessAtHorizon(read))
      .catch(() => undefined);
    const isFailed = failure !== undefined && understood?.reason === 'breakpoint';
    const stop = isFailed ? { ...understood, failure } : understood;
    if (stop?.reason === 'panic' && !this.#panicKinds.has(stop.panic.kind)) {
      // Only looking at it told that nobody asked for its kind. A GDB that is gone by now tells so itself.
      await this.#goOn(record).catch(() => undefined);
      return;
    }
    await this.#endStep();
    if (stop !== undefined) this.emit('stopped', stop);
  }

  /** What a stop of GDB's means, in a machine that stands there. */
  async understand(record: AsyncRecord): Promise<Stop> {
    const stop = await understandStop(this.gdb, record, {
      entryBreakpoint: this.#entryBreakpoint,
      panicBreakpoint: this.#kernel?.panicBreakpoint,
      stepBreakpoint: this.#step?.until,
      kernel: this.#kernel?.kernel,
      stepping: this.#step !== undefined,
    });
    return this.#kernel?.explained(stop) ?? stop;
  }

  async #unlessAtHorizon(stop: Stop): Promise<Stop> {
    const isOwn = stop.reason !== 'pause' && stop.reason !== 'step';
    if (isOwn || this.horizon === undefined || !(await this.horizon.reached())) return stop;
    return { thread: stop.thread, reason: 'end' };
  }

  async #endStep(): Promise<void> {
    const step = this.#step;
    this.#step = undefined;
    this.#pauseWanted = false;
    await step?.end();
  }

  #onLog(log: LogText): void {
    // Passed on the way to somewhere else.
    if (this.#state === 'preparing') return;
    this.emit('log', log);
    // GDB gave up in the middle of it, without a word about the guest, which stands now.
    if (log.failure === undefined || this.#state !== 'running') return;
    this.#state = 'stopped';
    void this.#goOn({ state: 'stopped', data: {} }).catch(() => undefined);
  }

  #requireStopped(what: string): void {
    if (this.#state !== 'stopped') throw notStopped(what);
  }
}
