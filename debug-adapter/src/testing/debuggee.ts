/** For tests: a copy of the debuggee project, and a DAP client with the real adapter process. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';

const ROOT = resolve(__dirname, '../../..');
/** An event is waited for this long, in milliseconds, before the test fails. */
const EVENT_LIMIT_MS = 20_000;

export type Fixture = 'debuggee' | 'debuggee-values' | 'debuggee-kernel' | 'debuggee-disk';

/** A private copy of a project in test-fixtures, so that its build stays outside the repository. */
export class Debuggee {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'debuggee-')));
  readonly manifest = join(this.folder, 'Kraftfile');

  constructor(fixture: Fixture = 'debuggee') {
    cpSync(join(ROOT, 'test-fixtures', fixture), this.folder, { recursive: true });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** One-based line of the text `mark: NAME` in a source file of the project. */
  mark(file: string, name: string): number {
    return lineOf(this.path(file), `mark: ${name} `);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One-based line of the first occurrence of `needle`. */
export function lineOf(file: string, needle: string): number {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((text) => text.includes(needle));
  if (line < 0) throw new Error(`'${needle}' does not stand in ${file}.`);
  return line + 1;
}

export function kernelSource(path: string): string {
  return join(ROOT, 'kernel-sdk/kernel', path);
}

export interface Breakpoint {
  readonly path: string;
  readonly line: number;
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
}

/** A session with `dist/debug-adapter.js`; events are kept until a test takes them. */
export class TestSession {
  readonly client = new DebugClient('node', join(ROOT, 'dist/debug-adapter.js'), 'unikernel');
  readonly #events: DebugProtocol.Event[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #arguments: object;
  /** What the adapter said that it can do. */
  capabilities: DebugProtocol.Capabilities = {};
  #closed = false;
  /** Rejects when the adapter's process ends without having been asked to. */
  #crashed: Promise<never> = new Promise(() => undefined);

  private constructor(launch: object) {
    this.#arguments = launch;
    for (const name of [
      'stopped',
      'continued',
      'exited',
      'terminated',
      'output',
      'breakpoint',
      'capabilities',
      'invalidated',
      'memory',
      'progressStart',
      'progressUpdate',
      'progressEnd',
      'unikernel.wayBack',
    ]) {
      this.client.on(name, (event: DebugProtocol.Event) => {
        this.#events.push(event);
        for (const look of this.#waiting) look();
      });
    }
  }

  /** Starts the adapter and says hello; nothing is launched yet. */
  static async open(launch: object): Promise<TestSession> {
    const session = new TestSession(launch);
    await session.client.start();
    session.#watchProcess();
    const { body } = await session.client.initializeRequest({
      adapterID: 'unikernel',
      pathFormat: 'path',
      linesStartAt1: true,
      columnsStartAt1: true,
      supportsMemoryEvent: true,
      supportsProgressReporting: true,
    });
    session.capabilities = body ?? {};
    return session;
  }

  /**
   * Launches, or attaches, with breakpoints as an editor does: both go out before either is answered. `configure` sends
   * what else belongs before configurationDone.
   */
  async launch(
    breakpoints: readonly Breakpoint[] = [],
    configure: (session: TestSession) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> {
    const args = this.#arguments as DebugProtocol.LaunchRequestArguments &
      DebugProtocol.AttachRequestArguments;
    const isAttach = 'request' in args && args.request === 'attach';
    const launched = isAttach ? this.client.attachRequest(args) : this.client.launchRequest(args);
    launched.catch(() => undefined);
    for (const path of new Set(breakpoints.map((breakpoint) => breakpoint.path))) {
      await this.client.setBreakpointsRequest({
        source: { path },
        breakpoints: breakpoints.filter((breakpoint) => breakpoint.path === path),
      });
    }
    await configure(this);
    await this.client.configurationDoneRequest();
    await launched;
  }

  /** The oldest event of this kind that no test has taken, or the next one. */
  take<T extends DebugProtocol.Event>(
    name: T['event'],
    fits: (event: T) => boolean = () => true,
  ): Promise<T> {
    return new Promise((done, fail) => {
      const late = () => {
        this.#waiting.delete(look);
        const seen = this.#events.map((event) => `${event.event} ${JSON.stringify(event.body)}`).join('\n');
        fail(new Error(`No '${name}' event that fits came within ${EVENT_LIMIT_MS} ms. Seen:\n${seen}`));
      };
      const timer = setTimeout(late, EVENT_LIMIT_MS);
      const look = () => {
        const at = this.#events.findIndex((event) => event.event === name && fits(event as T));
        if (at < 0) return;
        const [event] = this.#events.splice(at, 1);
        clearTimeout(timer);
        this.#waiting.delete(look);
        done(event as T);
      };
      this.#waiting.add(look);
      look();
    });
  }

  async stopped(): Promise<DebugProtocol.StoppedEvent['body']> {
    return (await this.take<DebugProtocol.StoppedEvent>('stopped')).body;
  }

  /** The next piece of text of a category that includes something; taken. */
  async output(category: string, includes: string): Promise<string> {
    const event = await this.take<DebugProtocol.OutputEvent>(
      'output',
      ({ body }) => body.category === category && body.output.includes(includes),
    );
    return event.body.output;
  }

  /** All that a category says until `last`, in however many pieces it comes; taken. */
  async outputUntil(category: string, last: string): Promise<string> {
    let said = '';
    while (!said.includes(last)) said += await this.output(category, '');
    return said;
  }

  /** How many events of this kind wait to be taken. */
  count(name: string): number {
    return this.#events.filter((event) => event.event === name).length;
  }

  async frames(start = 0, levels = 20): Promise<DebugProtocol.StackFrame[]> {
    const { body } = await this.client.stackTraceRequest({ threadId: 1, startFrame: start, levels });
    return body.stackFrames;
  }

  /** Function and line of the innermost frame. */
  async place(): Promise<string> {
    const frame = (await this.frames(0, 1))[0];
    return `${frame?.name}:${frame?.line}`;
  }

  async scope(frameId: number, name: string): Promise<DebugProtocol.Variable[]> {
    const { body } = await this.client.scopesRequest({ frameId });
    const scope = body.scopes.find((candidate) => candidate.name === name);
    return scope === undefined ? [] : this.children(scope.variablesReference);
  }

  async children(variablesReference: number, page: { start?: number; count?: number } = {}) {
    return (await this.client.variablesRequest({ variablesReference, ...page })).body.variables;
  }

  async evaluate(expression: string, frameId?: number, context = 'watch') {
    const frame = frameId === undefined ? {} : { frameId };
    return (await this.client.evaluateRequest({ expression, context, ...frame })).body;
  }

  /** A request that testsupport's client has no method for, or types for. */
  async request<T extends DebugProtocol.Response>(command: string, args: object = {}): Promise<T['body']> {
    return (await this.client.customRequest(command, args)).body as T['body'];
  }

  /** Lets the guest go and waits for its next stop. */
  async goOn(): Promise<DebugProtocol.StoppedEvent['body']> {
    await this.client.continueRequest({ threadId: 1 });
    return this.stopped();
  }

  /** The frame of the stop that is looked at. */
  async frame(): Promise<DebugProtocol.StackFrame> {
    const frame = (await this.frames(0, 1))[0];
    if (frame === undefined) throw new Error('A frame is expected.');
    return frame;
  }

  /** Ends the adapter as an editor does, however the test went. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, fail) => {
      timer = setTimeout(() => fail(new Error('The adapter did not answer disconnect.')), EVENT_LIMIT_MS);
    });
    await Promise.race([this.client.stop(), late, this.#crashed]).finally(() => clearTimeout(timer));
  }

  /** Closes the adapter's pipes as an editor does that is done with it, and leaves the process to itself. */
  hangUp(): void {
    const adapter = this.#process;
    adapter.stdin?.destroy();
    adapter.stdout?.destroy();
    this.#closed = true;
  }

  get #process(): ChildProcess {
    return (this.client as unknown as { _adapterProcess: ChildProcess })._adapterProcess;
  }

  /** One that crashes answers nothing: what it said last says why. */
  #watchProcess(): void {
    const adapter = this.#process;
    let said = '';
    adapter.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    this.#crashed = new Promise((_, reject) => {
      adapter.once('close', (code) => {
        if (code !== 0) reject(new Error(`The adapter ended by itself (${code}):\n${said}`));
      });
    });
    this.#crashed.catch(() => undefined);
  }

  /** The adapter is gone: there is nobody to say goodbye to. */
  abandon(): void {
    this.#closed = true;
  }
}

/** Process ids of every QEMU and GDB on this machine that works on `folder` or its images. */
export function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (!/(qemu-system|gdb)/.test(command)) return false;
        return command.includes(folder) || realpathSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false;
      }
    });
}

/** The process id of the one QEMU (or GDB) of `folder`. */
export function processOf(folder: string, program: 'qemu' | 'gdb'): number {
  const pids = processesOf(folder).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(
      program === 'qemu' ? 'qemu-system' : 'interpreter=mi3',
    ),
  );
  if (pids.length !== 1) throw new Error(`Expected one ${program} of ${folder}, found ${pids.length}.`);
  return Number(pids[0]);
}

/** Builds the adapter's bundle once; the tests run what users run. */
export function bundleAdapter(): void {
  execFileSync('node', ['client/scripts/bundle.mjs'], { cwd: ROOT, stdio: 'pipe' });
}
