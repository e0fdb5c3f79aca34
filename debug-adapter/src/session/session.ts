/** The debug session: DAP requests in, events out. What they mean is the target's business. */
import { DebugSession, InitializedEvent, Response, TerminatedEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { alreadyBegun, cancelled, noSession } from '../errors';
import type { GdbProcess } from '../gdb';
import { OnePiece } from '../one-piece';
import { type AttachArguments, readAttachArguments } from './attach-arguments';
import { CAPABILITIES } from './capabilities';
import { toDebugError } from './failure';
import { type LaunchArguments, readLaunchArguments } from './launch-arguments';
import { answer } from './looks';
import { checkedArguments, requireServed } from './request-shapes';
import { REQUESTS } from './requests/all';
import type { Leaving } from './run';
import { RunControl } from './run-control';
import { wayOut } from './way-out';

/** Requests that methods here answer; a table has the others. */
const LIFECYCLE: readonly string[] = [
  ...['initialize', 'configurationDone', 'launch', 'attach', 'restart'],
  ...['cancel', 'terminate', 'disconnect'],
];

/** Most steps end sooner than this, in milliseconds: their responses go out with their ends. */
const STEP_MS = 5;
const STEPS: ReadonlySet<string> = new Set(['next', 'stepIn', 'stepOut']);
const SHOWN_IN_PLACE: ReadonlySet<string> = new Set(['evaluate', 'setVariable', 'setExpression']);
/** A client gets this long to read what it was sent last, in milliseconds. */
const LAST_READ_MS = 2_000;

export class UnikernelDebugSession extends DebugSession {
  readonly #piece = new OnePiece(process.stdout);
  readonly #run: RunControl;
  /** Requests that are not answered yet, and how they are given up. */
  readonly #open = new Map<number, () => void>();
  #client: DebugProtocol.InitializeRequestArguments | undefined;
  #launch: LaunchArguments | AttachArguments | undefined;
  #begun = false;
  #ending: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #terminatedSent = false;

  /** @param gdb One that is there already. */
  constructor(gdb?: GdbProcess) {
    super();
    this.#run = new RunControl(
      {
        send: (event) => this.sendEvent(event),
        line: (client) => this.convertClientLineToDebugger(client),
        column: (client) => this.convertClientColumnToDebugger(client),
        shows: (what) => this.#client?.[what] === true,
        over: () => this.#sendTerminated(),
      },
      gdb,
    );
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
      const body = await Promise.race([answer(command, handler, this.#run.context, args), given]);
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
    this.#run.configured();
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
    else this.#answerBoot(response, () => this.#run.boot(launch, true));
  }

  /** A request is given up at once; what GDB has been asked already, it still does. */
  protected override cancelRequest(
    response: DebugProtocol.CancelResponse,
    args: DebugProtocol.CancelArguments,
  ): void {
    if (args.requestId !== undefined) this.#open.get(args.requestId)?.();
    if (args.progressId !== undefined) this.#run.boots.cancel(args.progressId);
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
    const ends = terminateDebuggee ?? (this.#run.isOurs && suspendDebuggee !== true);
    void this.#answer(response, () => this.end(ends ? 'ended' : left)).then(() => this.shutdown());
  }

  /** Called when the client's connection closes, or this process is to end: nothing stays but a machine that is to go on. */
  override shutdown(): void {
    // What is written to a client that is gone calls for it again.
    this.#closing ??= this.end()
      .then(() => this.#sendTerminated())
      .then(written)
      .then(() => this.#run.kept?.ended)
      .finally(() => process.exit(0));
  }

  /** Ends the guest, QEMU and GDB, or leaves the guest; one that somebody else started unless told. May be called again. */
  end(leaving?: Leaving): Promise<void> {
    this.#ending ??= this.#run.end(leaving);
    return this.#ending;
  }

  /** A session has one machine; what comes after it is another session's. */
  #begin(response: DebugProtocol.Response, read: () => LaunchArguments | AttachArguments): void {
    if (this.#begun) {
      this.sendErrorResponse(response, alreadyBegun().toMessage());
      return;
    }
    this.#begun = true;
    this.#answerBoot(response, async () => {
      const launch = read();
      this.#launch = launch;
      await this.#run.boot(launch);
    });
  }

  /** A boot that fails ends the session, but for one that another has taken the place of. */
  #answerBoot(response: DebugProtocol.Response, boot: () => Promise<void>): void {
    let count = 0;
    const work = () => {
      const booted = boot();
      count = this.#run.boots.count;
      return booted;
    };
    // One that another has taken the place of is given up already.
    this.#open.set(response.request_seq, () => {
      if (count === this.#run.boots.count) this.#run.boots.cancel();
    });
    void this.#answer(response, work).then((ok) => {
      this.#open.delete(response.request_seq);
      if (!ok && count === this.#run.boots.count) this.#sendTerminated();
    });
  }

  /** Sends the response when `work` is done, or an error response with the failure's sentence. */
  async #answer(response: DebugProtocol.Response, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.sendResponse(response);
      return true;
    } catch (error) {
      const failure = toDebugError(error);
      const message = failure.toMessage();
      // What an editor shows where the value would stand need not be told once more.
      if (SHOWN_IN_PLACE.has(response.command)) message.showUser = false;
      this.sendErrorResponse(response, { ...message, ...wayOut(failure, this.#client?.clientID) });
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
