/** The debug session: DAP requests in, events out. What they mean is the target's business. */
import {
  BreakpointEvent,
  ContinuedEvent,
  DebugSession,
  Event,
  ExitedEvent,
  InitializedEvent,
  InvalidatedEvent,
  OutputEvent,
  StoppedEvent,
  TerminatedEvent,
} from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { cancelled, DebugError, gdbFailed, gdbRefused, noSession, notStopped } from '../errors';
import { GdbGone, GdbRefusal, runConsoleCommand, type Step } from '../gdb';
import { Breakpoints } from '../target/breakpoints';
import type { Stop, Target } from '../target/target';
import { CAPABILITIES } from './capabilities';
import { type LaunchArguments, readLaunchArguments } from './launch-arguments';
import { presentBreakpoint, presentVariable } from './presentation';
import { bootRun, entryLocation, type Run } from './run';
import { RunWatch } from './run-watch';
import { StoppedState } from './stopped-state';

export class UnikernelDebugSession extends DebugSession {
  readonly #breakpoints = new Breakpoints();
  #launch: LaunchArguments | undefined;
  #run: Run | undefined;
  #watch: RunWatch | undefined;
  #stopped: StoppedState | undefined;
  #booting = new AbortController();
  #boots: Promise<void> = Promise.resolve();
  #configured: () => void = () => undefined;
  readonly #configurationDone = new Promise<void>((resolve) => {
    this.#configured = resolve;
  });
  #ending: Promise<void> | undefined;
  #terminatedSent = false;

  constructor() {
    super();
    this.setDebuggerLinesStartAt1(true);
    this.setDebuggerColumnsStartAt1(true);
  }

  protected override initializeRequest(response: DebugProtocol.InitializeResponse): void {
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
    void this.#answer(response, async () => {
      this.#launch = readLaunchArguments(args);
      await this.#boot(this.#launch);
    }).then((ok) => {
      if (!ok) this.#sendTerminated();
    });
  }

  protected override restartRequest(response: DebugProtocol.RestartResponse): void {
    void this.#answer(response, async () => {
      if (this.#launch === undefined) throw noSession();
      await this.#endRun();
      this.#booting = new AbortController();
      await this.#boot(this.#launch);
    }).then((ok) => {
      if (!ok) this.#sendTerminated();
    });
  }

  protected override setBreakPointsRequest(
    response: DebugProtocol.SetBreakpointsResponse,
    args: DebugProtocol.SetBreakpointsArguments,
  ): void {
    void this.#answer(response, async () => {
      const wanted = (args.breakpoints ?? []).map(({ line, condition }) => ({
        line: this.convertClientLineToDebugger(line),
        ...(condition ? { condition } : {}),
      }));
      const path = args.source.path;
      const placed = path === undefined ? [] : await this.#breakpoints.set(path, wanted);
      response.body = { breakpoints: placed.map(presentBreakpoint) };
    });
  }

  protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
    void this.#answer(response, async () => {
      response.body = { threads: this.#run?.target ? await this.#requireStopped().threads() : [] };
    });
  }

  protected override stackTraceRequest(
    response: DebugProtocol.StackTraceResponse,
    args: DebugProtocol.StackTraceArguments,
  ): void {
    void this.#answer(response, async () => {
      response.body = await this.#requireStopped().stackTrace(args.threadId, args.startFrame, args.levels);
    });
  }

  protected override scopesRequest(
    response: DebugProtocol.ScopesResponse,
    args: DebugProtocol.ScopesArguments,
  ): void {
    void this.#answer(response, async () => {
      response.body = { scopes: this.#requireStopped().scopes(args.frameId) };
    });
  }

  protected override variablesRequest(
    response: DebugProtocol.VariablesResponse,
    args: DebugProtocol.VariablesArguments,
  ): void {
    void this.#answer(response, async () => {
      const children = await this.#requireStopped().variables.children(args.variablesReference, {
        start: args.start ?? 0,
        ...(args.count === undefined ? {} : { count: args.count }),
      });
      response.body = { variables: children.map(presentVariable) };
    });
  }

  protected override setVariableRequest(
    response: DebugProtocol.SetVariableResponse,
    args: DebugProtocol.SetVariableArguments,
  ): void {
    void this.#answer(response, async () => {
      const { variables } = this.#requireStopped();
      const now = presentVariable(await variables.assign(args.variablesReference, args.name, args.value));
      response.body = now;
    });
  }

  protected override evaluateRequest(
    response: DebugProtocol.EvaluateResponse,
    args: DebugProtocol.EvaluateArguments,
  ): void {
    void this.#answer(response, async () => {
      const command = args.context === 'repl' && args.expression.startsWith('>');
      if (command) {
        const printed = await this.#gdbCommand(args.expression.slice(1).trim());
        response.body = { result: printed.trimEnd(), variablesReference: 0 };
        return;
      }
      const stopped = this.#requireStopped();
      const variable = await stopped.variables.evaluate(args.expression, stopped.context(args.frameId));
      const { value, name: _, ...rest } = presentVariable(variable);
      response.body = { result: value, ...rest };
      // An expression in the console may assign.
      if (args.context === 'repl') this.sendEvent(new InvalidatedEvent(['variables']));
    });
  }

  protected override exceptionInfoRequest(response: DebugProtocol.ExceptionInfoResponse): void {
    void this.#answer(response, async () => {
      const stop = this.#requireStopped().stop;
      if (stop.reason !== 'panic') throw new DebugError(2006, 'The unikernel did not stop for a panic.');
      response.body = {
        exceptionId: 'Kernel panic',
        breakMode: 'always',
        description: stop.panic.sentence,
        details: { message: stop.panic.sentence, stackTrace: stop.panic.details.join('\n') },
      };
    });
  }

  protected override pauseRequest(response: DebugProtocol.PauseResponse): void {
    void this.#answer(response, () => this.#target().pause());
  }

  protected override continueRequest(response: DebugProtocol.ContinueResponse): void {
    void this.#answer(response, async () => {
      await this.#go((target) => target.resume());
      response.body = { allThreadsContinued: true };
    });
  }

  protected override nextRequest(
    response: DebugProtocol.NextResponse,
    args: DebugProtocol.NextArguments,
  ): void {
    this.#step(response, args.granularity === 'instruction' ? 'next-instruction' : 'next', args.threadId);
  }

  protected override stepInRequest(
    response: DebugProtocol.StepInResponse,
    args: DebugProtocol.StepInArguments,
  ): void {
    this.#step(response, args.granularity === 'instruction' ? 'step-instruction' : 'step', args.threadId);
  }

  protected override stepOutRequest(
    response: DebugProtocol.StepOutResponse,
    args: DebugProtocol.StepOutArguments,
  ): void {
    this.#step(response, 'finish', args.threadId);
  }

  protected override terminateRequest(response: DebugProtocol.TerminateResponse): void {
    void this.#answer(response, () => this.end()).then(() => this.#sendTerminated());
  }

  protected override disconnectRequest(response: DebugProtocol.DisconnectResponse): void {
    void this.#answer(response, () => this.end()).then(() => {
      this.#sendTerminated();
      this.shutdown();
    });
  }

  /** Called when the client's connection closes: nothing may stay behind. */
  override shutdown(): void {
    void this.end().finally(() => process.exit(0));
  }

  /** Ends the guest, QEMU and GDB. May be called again. */
  end(): Promise<void> {
    this.#ending ??= this.#endRun();
    return this.#ending;
  }

  #boot(launch: LaunchArguments): Promise<void> {
    const boot = this.#bootRun(launch);
    // Whoever ends the session waits for it, so that what it has started is ended too.
    this.#boots = boot.catch(() => undefined);
    return boot;
  }

  async #bootRun(launch: LaunchArguments): Promise<void> {
    const console = (text: string) => this.sendEvent(new OutputEvent(text, 'console'));
    const run = await bootRun(
      launch,
      {
        buildStep: (label) => console(`${label}\n`),
        buildOutput: (text) => this.sendEvent(new OutputEvent(text, 'stderr')),
        diagnostics: (diagnostics) => this.sendEvent(new Event('unikernel.diagnostics', { diagnostics })),
        trace: (direction, line) => {
          if (launch.trace) console(`${direction === 'to' ? '→' : '←'} ${line}\n`);
        },
      },
      async (target) => {
        await Promise.race([this.#configurationDone, aborted(this.#booting.signal)]);
        for (const breakpoint of await this.#breakpoints.restore(target)) {
          this.sendEvent(new BreakpointEvent('changed', presentBreakpoint(breakpoint)));
        }
        target.on('stopped', (stop) => this.#onStopped(target, stop));
        target.on('continued', () => this.#onContinued());
      },
      this.#booting.signal,
    );
    this.#run = run;
    this.#watch = new RunWatch(run, {
      output: (text, category) => this.sendEvent(new OutputEvent(text, category)),
      ended: (exitCode) => {
        if (exitCode !== undefined) this.sendEvent(new ExitedEvent(exitCode));
        this.#sendTerminated();
      },
    });
    if (run.target === undefined) await run.machine.qmp.execute('cont');
    else await run.target.start(await entryOf(launch, run));
  }

  async #endRun(): Promise<void> {
    this.#booting.abort();
    await this.#boots;
    const run = this.#run;
    this.#run = undefined;
    this.#stopped = undefined;
    this.#breakpoints.release();
    this.#watch?.dispose();
    await Promise.all([run?.machine.dispose(), run?.target?.dispose()]);
  }

  #onStopped(target: Target, stop: Stop): void {
    const previous = this.#stopped;
    this.#stopped = new StoppedState(target, stop, previous?.variables);
    const event = new StoppedEvent(stop.reason, stop.thread) as DebugProtocol.StoppedEvent;
    event.body.allThreadsStopped = true;
    if (stop.reason === 'breakpoint') {
      const id = this.#breakpoints.idOf(stop.breakpoint);
      if (id !== undefined) event.body.hitBreakpointIds = [id];
    } else if (stop.reason === 'panic') {
      event.body.reason = 'exception';
      event.body.description = 'Paused on kernel panic';
      event.body.text = stop.panic.sentence;
      const lines = [stop.panic.sentence, ...stop.panic.details.map((detail) => `  ${detail}`)];
      this.sendEvent(new OutputEvent(`Kernel panic: ${lines.join('\n')}\n`, 'stderr'));
    } else if (stop.reason === 'exception') {
      event.body.text = stop.signal;
    }
    this.sendEvent(event);
  }

  #onContinued(): void {
    this.sendEvent(new ContinuedEvent(this.#stopped?.stop.thread ?? 1, true));
  }

  #step(response: DebugProtocol.Response, kind: Step, thread: number): void {
    void this.#answer(response, () => this.#go((target) => target.step(kind, thread)));
  }

  /** References die as the guest goes; a command that GDB refuses leaves it stopped, with what it had. */
  async #go(command: (target: Target) => Promise<void>): Promise<void> {
    const target = this.#target();
    await this.#stopped?.variables.clear();
    await command(target);
  }

  async #gdbCommand(command: string): Promise<string> {
    const target = this.#target();
    const printed = await target.whileStopped(() => runConsoleCommand(target.gdb, command));
    if (target.isStopped) {
      await this.#stopped?.variables.clear();
      this.sendEvent(new InvalidatedEvent(['all']));
    }
    return printed;
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

function toDebugError(error: unknown): DebugError {
  if (error instanceof DebugError) return error;
  if (error instanceof GdbRefusal) return gdbRefused(error.message);
  if (error instanceof GdbGone) return gdbFailed(error.message);
  return new DebugError(9000, error instanceof Error ? error.message : String(error));
}

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(cancelled());
    signal.addEventListener('abort', () => reject(cancelled()), { once: true });
  });
}

async function entryOf(launch: LaunchArguments, run: Run): Promise<string | undefined> {
  if (launch.stopOnEntry === 'kernel') return entryLocation(run.image.symbols);
  return launch.stopOnEntry ? 'main' : undefined;
}
