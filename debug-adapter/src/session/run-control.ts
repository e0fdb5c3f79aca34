/** The run that a session has: how it comes up, stops, goes on and ends, and what the client is told of each. */

import { QmpError } from '@unikernel-tools/kernel-sdk/machine';
import {
  BreakpointEvent,
  CapabilitiesEvent,
  ContinuedEvent,
  Event,
  ExitedEvent,
  ModuleEvent,
  OutputEvent,
} from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { cancelled, noSession, notStopped } from '../errors';
import type { GdbProcess } from '../gdb';
import { EXCEPTION_KINDS, TRIPLE_FAULT } from '../kernel/exceptions';
import { lastWords } from '../kernel/messages';
import { Breakpoints } from '../target/breakpoints';
import type { Stop, Target } from '../target/target';
import type { AttachArguments } from './attach-arguments';
import { attachRun } from './attach-run';
import { BootProgress } from './boot-progress';
import { Boots } from './boots';
import { RECORDED_CAPABILITIES } from './capabilities';
import type { SessionContext, Ways } from './context';
import { FrameLibraries } from './frame-libraries';
import { restartInstantly } from './instant-restart';
import type { KeptMachine } from './kept-machine';
import { folderOf, type LaunchArguments } from './launch-arguments';
import { MemoryViews } from './memory-views';
import { presentBreakpoint } from './presentation';
import { ReadyDebugger } from './ready-debugger';
import { presentModules } from './requests/image';
import { bootRun, entryOf, type Leaving, type Run, type RunReporter } from './run';
import { runReporter } from './run-reporter';
import { type RunListener, RunWatch } from './run-watch';
import { logEvent, stopEvents } from './stop-events';
import { StoppedState } from './stopped-state';
import { wayBackEvents } from './way-back';

/** Bytes that a client may leave unread before it is sent no more of the guest's output. */
const OUTPUT_LIMIT = 1 << 20;

/** The client, as a run needs it. */
export interface RunClient {
  readonly send: (event: DebugProtocol.Event) => void;
  /** A client's line in ours, one-based. */
  readonly line: (client: number) => number;
  /** A client's column in ours, one-based. */
  readonly column: (client: number) => number;
  /** Whether the client said that it understands such events. */
  readonly shows: (what: 'supportsMemoryEvent' | 'supportsProgressReporting') => boolean;
  /** The run has ended by itself, and the session with it. */
  readonly over: () => void;
}

export class RunControl {
  readonly context: SessionContext;
  readonly boots = new Boots();
  /** A machine that goes on without the session. */
  kept: KeptMachine | undefined;
  /** The client has told all that it wants of the first boot. */
  configured: () => void = () => undefined;
  readonly #configurationDone = new Promise<void>((resolve) => {
    this.configured = resolve;
  });
  readonly #ready: ReadyDebugger;
  readonly #breakpoints = new Breakpoints();
  readonly #memoryViews = new MemoryViews();
  #panicKinds: ReadonlySet<string> = new Set(EXCEPTION_KINDS.map(({ id }) => id));
  #run: Run | undefined;
  #libraries = new FrameLibraries({ skipLibraries: [], showLibraries: false }, '');
  #watch: RunWatch | undefined;
  #stopped: StoppedState | undefined;
  #ways: Ways = { count: 0, current: undefined };

  /** @param gdb One that is there already. */
  constructor(
    private readonly client: RunClient,
    gdb?: GdbProcess,
  ) {
    this.#ready = new ReadyDebugger(gdb);
    this.context = this.#makeContext();
  }

  /** Whether the machine is this session's own, or there is none. */
  get isOurs(): boolean {
    return this.#run?.place === undefined;
  }

  /** Builds, boots and stops where the launch says; `again` puts another machine, or the same as it was, in place of what runs. */
  boot(launch: LaunchArguments | AttachArguments, again = false): Promise<void> {
    const shown = this.client.shows('supportsProgressReporting');
    const { send } = this.client;
    return this.boots.next(async ({ id, signal }) => {
      const progress = new BootProgress(id, shown ? send : undefined, 'remote' in launch);
      const reporter = runReporter(send, progress, launch.trace);
      try {
        if (again && (await this.#onTheWay(() => this.#restart(launch, reporter, signal)))) return;
        await this.#bootRun(launch, reporter, progress, signal);
      } finally {
        progress.end();
      }
    });
  }

  /** Whether the run that there is stands at its beginning again; otherwise it has ended. */
  async #restart(
    launch: LaunchArguments | AttachArguments,
    reporter: RunReporter,
    signal: AbortSignal,
  ): Promise<boolean> {
    const run = this.#run;
    let stop: Stop | undefined;
    this.#forgetStop();
    this.#stopped = undefined;
    try {
      if (run?.target !== undefined && !('remote' in launch)) {
        stop = await restartInstantly(run, launch, reporter, signal);
      }
    } finally {
      if (stop === undefined) await this.#leaveRun();
    }
    if (stop !== undefined) {
      await this.#breakpoints.countAnew();
      this.#target().announce(stop);
    }
    return stop !== undefined;
  }

  async #onTheWay<T>(work: () => Promise<T>): Promise<T> {
    const way = work();
    const current = way.then(
      () => undefined,
      () => undefined,
    );
    this.#ways = { count: this.#ways.count + 1, current };
    try {
      return await way;
    } finally {
      if (this.#ways.current === current) this.#ways = { ...this.#ways, current: undefined };
    }
  }

  /** The machine becomes another state of itself, and its stop is told. */
  async #rewind(work: () => Promise<Stop>): Promise<void> {
    const target = this.#target();
    const before = this.#stopped?.stop;
    const wasStopped = target.isStopped;
    this.#forgetStop();
    const stop = await work().catch((error: unknown) => {
      // It may be anything now: what is shown of it is read again.
      if (wasStopped && before !== undefined && target.isStopped) target.announce(before);
      throw error;
    });
    target.announce(stop);
  }

  /**
   * A client that is told of a stop while it knows of another shows a mixture of both; it needs a moment between this and
   * the next stop.
   */
  #forgetStop(): void {
    if (this.#stopped === undefined) return;
    this.#stopped.variables.clear();
    this.#onContinued();
  }

  async #bootRun(
    launch: LaunchArguments | AttachArguments,
    reporter: RunReporter,
    progress: BootProgress,
    signal: AbortSignal,
  ): Promise<void> {
    const prepare = (target: Target) => this.#prepare(target, progress, signal);
    const run =
      'remote' in launch
        ? await attachRun(launch, reporter, prepare, signal, this.#ready)
        : await bootRun(launch, reporter, prepare, signal, this.#ready);
    this.#run = run;
    this.#libraries = new FrameLibraries(launch, folderOf(launch));
    const listener: RunListener = {
      output: (text, category) => this.client.send(new OutputEvent(text, category)),
      serial: (text) => this.client.send(new Event('unikernel.serial', { text })),
      ready: () => process.stdout.writableLength < OUTPUT_LIMIT,
      ended: (exitCode) => {
        if (exitCode !== undefined) this.client.send(new ExitedEvent(exitCode));
        this.client.over();
      },
    };
    this.#watch = new RunWatch(run, listener, launch.console);
    if (run.target === undefined) {
      // A guest can end before QEMU answers: the answer is then its end, which the watch tells.
      await run.machine.qmp?.execute('cont').catch((error: unknown) => {
        if (error instanceof QmpError) throw error;
      });
      return;
    }
    if (run.travel !== undefined) {
      run.travel.restored = (stop) => run.target?.announce(stop);
      this.client.send(new CapabilitiesEvent(RECORDED_CAPABILITIES));
    }
    await run.resets?.hold(this.#panicKinds.has(TRIPLE_FAULT));
    if ('remote' in launch) await run.target.begin(launch.stopOnEntry !== false);
    else
      await run.target.start(await entryOf(launch, run), {
        hardware: run.machine.accelerator === 'kvm',
      });
    this.#libraries.libraries = await run.libraries();
    if (run.target.awareness !== undefined) run.target.awareness.libraries = this.#libraries.libraries;
    for (const module of await presentModules(run)) this.client.send(new ModuleEvent('new', module));
  }

  /** The symbols are loaded; the machine is not connected yet. */
  async #prepare(target: Target, progress: BootProgress, signal: AbortSignal): Promise<void> {
    await Promise.race([this.#configurationDone, aborted(signal)]);
    progress.booting();
    await target.stopForPanics(this.#panicKinds);
    for (const breakpoint of await this.#breakpoints.restore(target)) {
      this.client.send(new BreakpointEvent('changed', presentBreakpoint(breakpoint)));
    }
    target.on('stopped', (stop) => void this.#onStopped(target, stop));
    target.on('continued', () => this.#onContinued());
    target.on('log', (log) => this.client.send(logEvent(log, this.#breakpoints.find(log.breakpoint))));
  }

  /** Ends the guest, QEMU and GDB, or leaves the guest; one that somebody else started unless told. */
  async end(leaving?: Leaving): Promise<void> {
    await this.boots.close();
    await Promise.all([this.#leaveRun(leaving), this.#ready.dispose()]);
  }

  async #leaveRun(leaving?: Leaving): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    this.#stopped = undefined;
    this.#memoryViews.clear();
    this.#breakpoints.release();
    this.#watch?.dispose();
    this.kept = await run?.leave?.(leaving);
    if (this.kept !== undefined) {
      this.client.send(new OutputEvent(`${this.kept.words}\n`, 'important'));
      return;
    }
    await Promise.all([run?.machine.dispose(), run?.target?.dispose()]);
  }

  async #onStopped(target: Target, told: Stop): Promise<void> {
    const stop = withLastWords(told, this.#run?.tail.text ?? '');
    // A machine that is powered off and held looks the same to GDB; it ends by itself.
    const resets = this.#run?.resets;
    if (stop.reason === 'triple-fault' && resets !== undefined && !(await resets.isReset())) return;
    const stopped = new StoppedState(target, stop, this.#libraries, this.#stopped);
    this.#stopped = stopped;
    for (const event of stopEvents(stop, this.#breakpoints)) this.client.send(event);
    for (const event of this.#memoryViews.all()) this.context.send(event);
    for (const event of wayBackEvents(stop, this.#run)) this.client.send(event);
    // When the events are out: GDB, once it is woken, may take the processor that would hand them on.
    process.nextTick(() => {
      if (this.#stopped === stopped && target.isStopped) stopped.prepare();
    });
    this.#run?.snapshots?.stopped(stop);
  }

  #onContinued(): void {
    this.client.send(new ContinuedEvent(this.#stopped?.stop.thread ?? 1, true));
  }

  #makeContext(): SessionContext {
    const session = this;
    return {
      breakpoints: this.#breakpoints,
      memoryViews: this.#memoryViews,
      get run() {
        return session.#run;
      },
      get console() {
        return session.#watch?.console;
      },
      target: () => this.#target(),
      stopped: () => this.#requireStopped(),
      go: (command) => this.#go(command),
      get ways() {
        return session.#ways;
      },
      rewind: (work) => this.#onTheWay(() => this.#rewind(work)),
      stopForPanics: async (kinds) => {
        this.#panicKinds = kinds;
        await this.#run?.resets?.hold(kinds.has(TRIPLE_FAULT));
        await this.#run?.target?.stopForPanics(kinds);
      },
      send: (event) => {
        if (event.event !== 'memory' || this.client.shows('supportsMemoryEvent')) this.client.send(event);
      },
      line: (client) => this.client.line(client),
      column: (client) => this.client.column(client),
    };
  }

  /** References die as the guest goes; a command that GDB refuses leaves it stopped, with what it had. */
  async #go(command: (target: Target) => Promise<void>): Promise<void> {
    await this.#run?.snapshots?.settled();
    const target = this.#target();
    const resets = this.#run?.resets;
    if (target.isStopped && this.#stopped?.stop.reason === 'triple-fault' && resets !== undefined) {
      // Its reset was what came next; QEMU would not run it any more.
      resets.quit();
      return;
    }
    const travel = this.#run?.travel;
    if (travel?.isReplay === true) await this.#onTheWay(() => travel.goOn());
    const qmp = this.#run?.machine.qmp;
    if (travel?.isReplay === false && qmp !== undefined) await resets?.follow(qmp);
    this.#stopped?.variables.clear();
    await command(target);
  }

  #target(): Target {
    const target = this.#run?.target;
    if (target === undefined) throw noSession();
    return target;
  }

  #requireStopped(): StoppedState {
    if (!this.#target().isStopped || this.#stopped === undefined) throw notStopped('That');
    return this.#stopped;
  }
}

/** A panic whose reason was printed alone. */
function withLastWords(stop: Stop, console: string): Stop {
  if (stop.reason !== 'panic' || !stop.panic.isToldOnConsole) return stop;
  const words = lastWords(console)?.replace(/[.!]$/, '');
  const sentence = `${stop.panic.sentence}${words === undefined ? '; what it said stands on its console' : `: ${words}`}`;
  return { ...stop, panic: { ...stop.panic, sentence } };
}

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(cancelled());
    signal.addEventListener('abort', () => reject(cancelled()), { once: true });
  });
}
