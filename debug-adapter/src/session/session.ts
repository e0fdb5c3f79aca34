/** The debug session: DAP requests in, events out. What they mean is the target's business. */
import {
  BreakpointEvent,
  CapabilitiesEvent,
  ContinuedEvent,
  DebugSession,
  Event,
  ExitedEvent,
  InitializedEvent,
  ModuleEvent,
  OutputEvent,
  Response,
  TerminatedEvent,
} from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { alreadyBegun, cancelled, noSession, notStopped } from '../errors';
import { EXCEPTION_KINDS, TRIPLE_FAULT } from '../kernel/exceptions';
import { OnePiece } from '../one-piece';
import { Breakpoints } from '../target/breakpoints';
import type { Stop, Target } from '../target/target';
import { type AttachArguments, readAttachArguments } from './attach-arguments';
import { attachRun } from './attach-run';
import { BootProgress } from './boot-progress';
import { Boots } from './boots';
import { CAPABILITIES, RECORDED_CAPABILITIES } from './capabilities';
import type { SessionContext } from './context';
import { toDebugError } from './failure';
import { FrameLibraries } from './frame-libraries';
import { restartInstantly } from './instant-restart';
import type { KeptMachine } from './kept-machine';
import { folderOf, type LaunchArguments, readLaunchArguments } from './launch-arguments';
import { MemoryViews } from './memory-views';
import { presentBreakpoint } from './presentation';
import { checkedArguments, requireServed } from './request-shapes';
import { REQUESTS } from './requests/all';
import { presentModules } from './requests/image';
import { bootRun, entryOf, type Leaving, type Run, type RunReporter } from './run';
import { runReporter } from './run-reporter';
import { type RunListener, RunWatch } from './run-watch';
import { logEvent, stopEvents } from './stop-events';
import { StoppedState } from './stopped-state';
import { wayBackEvents } from './way-back';

/** Requests that methods here answer; a table has the others. */
const LIFECYCLE: readonly string[] = [
  ...['initialize', 'configurationDone', 'launch', 'attach', 'restart'],
  ...['cancel', 'terminate', 'disconnect'],
];

/** Most steps end sooner than this, in milliseconds: their responses go out with their ends. */
const STEP_MS = 5;
const STEPS: ReadonlySet<string> = new Set(['next', 'stepIn', 'stepOut']);
/** A client gets this long to read what it was sent last, in milliseconds. */
const LAST_READ_MS = 2_000;
/** Bytes that a client may leave unread before it is sent no more of the guest's output. */
const OUTPUT_LIMIT = 1 << 20;

export class UnikernelDebugSession extends DebugSession {
  readonly #piece = new OnePiece(process.stdout);
  readonly #breakpoints = new Breakpoints();
  readonly #memoryViews = new MemoryViews();
  readonly #context: SessionContext = this.#makeContext();
  /** Requests that are not answered yet, and how they are given up. */
  readonly #open = new Map<number, () => void>();
  #client: DebugProtocol.InitializeRequestArguments | undefined;
  #launch: LaunchArguments | AttachArguments | undefined;
  #panicKinds: ReadonlySet<string> = new Set(EXCEPTION_KINDS.map(({ id }) => id));
  #run: Run | undefined;
  #libraries = new FrameLibraries({ skipLibraries: [], showLibraries: false }, '');
  #watch: RunWatch | undefined;
  #stopped: StoppedState | undefined;
  readonly #boots = new Boots();
  #begun = false;
  #configured: () => void = () => undefined;
  readonly #configurationDone = new Promise<void>((resolve) => {
    this.#configured = resolve;
  });
  #ending: Promise<void> | undefined;
  #kept: KeptMachine | undefined;
  #closing: Promise<void> | undefined;
  #terminatedSent = false;

  constructor() {
    super();
    this.setDebuggerLinesStartAt1(true);
    this.setDebuggerColumnsStartAt1(true);
  }

  override sendEvent(event: DebugProtocol.Event): void {
    this.#piece.begin();
    super.sendEvent(event);
  }

  override sendResponse(response: DebugProtocol.Response): void {
    if (response.success && STEPS.has(response.command)) this.#piece.hold(STEP_MS);
    else this.#piece.begin();
    super.sendResponse(response);
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    const { command, seq } = request;
    const response: DebugProtocol.Response = new Response(request);
    const handler = REQUESTS.get(command);
    let args: object;
    try {
      requireServed(command, handler !== undefined || LIFECYCLE.includes(command));
      args = checkedArguments(command, request.arguments);
    } catch (error) {
      this.sendErrorResponse(response, toDebugError(error).toMessage());
      return;
    }
    if (handler === undefined) {
      // What a client leaves out is a path; the library takes it for something else.
      super.dispatchRequest({ ...request, arguments: { pathFormat: 'path', ...args } });
      return;
    }
    const given = new Promise<never>((_, reject) => {
      this.#open.set(seq, () => reject(cancelled()));
    });
    const work = async () => {
      const body = await Promise.race([handler(this.#context, args), given]);
      if (body !== undefined) response.body = body;
    };
    void this.#answer(response, work).finally(() => this.#open.delete(seq));
  }

  protected override initializeRequest(
    response: DebugProtocol.InitializeResponse,
    args: DebugProtocol.InitializeRequestArguments,
  ): void {
    this.#client = args;
    response.body = CAPABILITIES;
    this.sendResponse(response);
    // Breakpoints are welcome at once: they are placed when the image is there.
    this.sendEvent(new InitializedEvent());
  }

  protected override configurationDoneRequest(response: DebugProtocol.ConfigurationDoneResponse): void {
    this.#configured();
    this.sendResponse(response);
  }

  protected override launchRequest(
    response: DebugProtocol.LaunchResponse,
    args: DebugProtocol.LaunchRequestArguments,
  ): void {
    this.#begin(response, () => readLaunchArguments(args));
  }

  protected override attachRequest(
    response: DebugProtocol.AttachResponse,
    args: DebugProtocol.AttachRequestArguments,
  ): void {
    this.#begin(response, () => readAttachArguments(args));
  }

  protected override restartRequest(response: DebugProtocol.RestartResponse): void {
    const launch = this.#launch;
    if (launch === undefined) this.sendErrorResponse(response, noSession().toMessage());
    else this.#answerBoot(response, () => this.#boot(launch, true));
  }

  /** A request is given up at once; what GDB has been asked already, it still does. */
  protected override cancelRequest(
    response: DebugProtocol.CancelResponse,
    args: DebugProtocol.CancelArguments,
  ): void {
    if (args.requestId !== undefined) this.#open.get(args.requestId)?.();
    if (args.progressId !== undefined) this.#boots.cancel(args.progressId);
    this.sendResponse(response);
  }

  protected override terminateRequest(response: DebugProtocol.TerminateResponse): void {
    void this.#answer(response, () => this.end('ended')).then(() => this.#sendTerminated());
  }

  protected override disconnectRequest(
    response: DebugProtocol.DisconnectResponse,
    { terminateDebuggee, suspendDebuggee }: DebugProtocol.DisconnectArguments = {},
  ): void {
    const left = suspendDebuggee === true ? 'suspended' : 'running';
    // A machine of ours ends with its session, unless somebody says otherwise.
    const ends = terminateDebuggee ?? (this.#run?.place === undefined && suspendDebuggee !== true);
    void this.#answer(response, () => this.end(ends ? 'ended' : left)).then(() => this.shutdown());
  }

  /** Called when the client's connection closes, or this process is to end: nothing stays but a machine that is to go on. */
  override shutdown(): void {
    // What is written to a client that is gone calls for it again.
    this.#closing ??= this.end()
      .then(() => this.#sendTerminated())
      .then(written)
      .then(() => this.#kept?.ended)
      .finally(() => process.exit(0));
  }

  /** Ends the guest, QEMU and GDB, or leaves the guest; one that somebody else started unless told. May be called again. */
  end(leaving?: Leaving): Promise<void> {
    this.#ending ??= this.#endRun(leaving);
    return this.#ending;
  }

  /** A session has one machine; what comes after it is another session's. */
  #begin(response: DebugProtocol.Response, read: () => LaunchArguments | AttachArguments): void {
    if (this.#begun) {
      this.sendErrorResponse(response, alreadyBegun().toMessage());
      return;
    }
    this.#begun = true;
    this.#open.set(response.request_seq, () => this.#boots.cancel());
    this.#answerBoot(response, async () => {
      const launch = read();
      this.#launch = launch;
      await this.#boot(launch);
    });
  }

  /** A boot that fails ends the session, but for one that another has taken the place of. */
  #answerBoot(response: DebugProtocol.Response, boot: () => Promise<void>): void {
    let count = 0;
    const work = () => {
      const booted = boot();
      count = this.#boots.count;
      return booted;
    };
    void this.#answer(response, work).then((ok) => {
      this.#open.delete(response.request_seq);
      if (!ok && count === this.#boots.count) this.#sendTerminated();
    });
  }

  #boot(launch: LaunchArguments | AttachArguments, again = false): Promise<void> {
    const shown = this.#client?.supportsProgressReporting === true;
    const send = (event: DebugProtocol.Event) => this.sendEvent(event);
    return this.#boots.next(async ({ id, signal }) => {
      const progress = new BootProgress(id, shown ? send : undefined);
      const reporter = runReporter(send, progress, launch.trace);
      try {
        if (again && (await this.#restart(launch, reporter, signal))) return;
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
    if (stop !== undefined) await this.#stand(stop);
    return stop !== undefined;
  }

  /** The machine has become an earlier state of itself. */
  async #stand(stop: Stop): Promise<void> {
    await this.#breakpoints.countAnew();
    this.#target().announce(stop);
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
        ? await attachRun(launch, reporter, prepare, signal)
        : await bootRun(launch, reporter, prepare, signal);
    this.#run = run;
    this.#libraries = new FrameLibraries(launch, folderOf(launch));
    const listener: RunListener = {
      output: (text, category) => this.sendEvent(new OutputEvent(text, category)),
      serial: (text) => this.sendEvent(new Event('unikernel.serial', { text })),
      ready: () => process.stdout.writableLength < OUTPUT_LIMIT,
      ended: (exitCode) => {
        if (exitCode !== undefined) this.sendEvent(new ExitedEvent(exitCode));
        this.#sendTerminated();
      },
    };
    this.#watch = new RunWatch(run, listener, launch.console);
    if (run.target === undefined) {
      await run.machine.qmp?.execute('cont');
      return;
    }
    if (run.travel !== undefined) {
      run.travel.restored = (stop) => run.target?.announce(stop);
      this.sendEvent(new CapabilitiesEvent(RECORDED_CAPABILITIES));
    }
    await run.resets?.hold(this.#panicKinds.has(TRIPLE_FAULT));
    if ('remote' in launch) await run.target.begin(launch.stopOnEntry !== false);
    else
      await run.target.start(await entryOf(launch, run), {
        hardware: run.machine.accelerator === 'kvm',
      });
    this.#libraries.libraries = await run.libraries();
    if (run.target.awareness !== undefined) run.target.awareness.libraries = this.#libraries.libraries;
    for (const module of await presentModules(run)) this.sendEvent(new ModuleEvent('new', module));
  }

  /** The symbols are loaded; the machine is not connected yet. */
  async #prepare(target: Target, progress: BootProgress, signal: AbortSignal): Promise<void> {
    await Promise.race([this.#configurationDone, aborted(signal)]);
    progress.booting();
    await target.stopForPanics(this.#panicKinds);
    for (const breakpoint of await this.#breakpoints.restore(target)) {
      this.sendEvent(new BreakpointEvent('changed', presentBreakpoint(breakpoint)));
    }
    target.on('stopped', (stop) => void this.#onStopped(target, stop));
    target.on('continued', () => this.#onContinued());
    target.on('log', (log) => this.sendEvent(logEvent(log, this.#breakpoints.find(log.breakpoint))));
  }

  async #endRun(leaving?: Leaving): Promise<void> {
    await this.#boots.close();
    await this.#leaveRun(leaving);
  }

  async #leaveRun(leaving?: Leaving): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    this.#stopped = undefined;
    this.#memoryViews.clear();
    this.#breakpoints.release();
    this.#watch?.dispose();
    this.#kept = await run?.leave?.(leaving);
    if (this.#kept !== undefined) {
      this.sendEvent(new OutputEvent(`${this.#kept.words}\n`, 'important'));
      return;
    }
    await Promise.all([run?.machine.dispose(), run?.target?.dispose()]);
  }

  async #onStopped(target: Target, stop: Stop): Promise<void> {
    // A machine that is powered off and held looks the same to GDB; it ends by itself.
    const resets = this.#run?.resets;
    if (stop.reason === 'triple-fault' && resets !== undefined && !(await resets.isReset())) return;
    this.#stopped = new StoppedState(target, stop, this.#libraries, this.#stopped);
    for (const event of stopEvents(stop, this.#breakpoints)) this.sendEvent(event);
    for (const event of this.#memoryViews.all()) this.#context.send(event);
    for (const event of wayBackEvents(stop, this.#run)) this.sendEvent(event);
    // Behind the events: GDB, once it is woken, may take the processor that would hand them on.
    this.#stopped.prepare();
    this.#run?.snapshots?.stopped(stop);
  }

  #onContinued(): void {
    this.sendEvent(new ContinuedEvent(this.#stopped?.stop.thread ?? 1, true));
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
      rewind: async (work) => {
        const target = this.#target();
        const before = this.#stopped?.stop;
        const wasStopped = target.isStopped;
        this.#forgetStop();
        const stop = await work().catch((error: unknown) => {
          // It may be anything now: what is shown of it is read again.
          if (wasStopped && before !== undefined && target.isStopped) target.announce(before);
          throw error;
        });
        await this.#stand(stop);
      },
      stopForPanics: async (kinds) => {
        this.#panicKinds = kinds;
        await this.#run?.resets?.hold(kinds.has(TRIPLE_FAULT));
        await this.#run?.target?.stopForPanics(kinds);
      },
      send: (event) => {
        if (event.event !== 'memory' || this.#client?.supportsMemoryEvent === true) this.sendEvent(event);
      },
      line: (client) => this.convertClientLineToDebugger(client),
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

  /** Sends the response when `work` is done, or an error response with the failure's sentence. */
  async #answer(response: DebugProtocol.Response, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.sendResponse(response);
      return true;
    } catch (error) {
      this.sendErrorResponse(response, toDebugError(error).toMessage());
      return false;
    }
  }

  #sendTerminated(): void {
    if (this.#terminatedSent) return;
    this.#terminatedSent = true;
    this.sendEvent(new TerminatedEvent());
  }
}

/** Resolves when the client has everything that it was sent, or reads no more. */
function written(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write('', () => resolve());
    setTimeout(resolve, LAST_READ_MS);
  });
}

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(cancelled());
    signal.addEventListener('abort', () => reject(cancelled()), { once: true });
  });
}
