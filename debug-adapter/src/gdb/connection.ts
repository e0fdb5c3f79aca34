/** One GDB process and its MI conversation. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { OnePiece } from '../one-piece';
import { MiOutput } from './mi-output';
import type { Answer, MiRecord } from './mi-record';
import { type MiTuple, text } from './mi-value';
import type { GdbProcess } from './process';
import { settingCommands } from './settings';
import { type CountedHit, HitNotices } from './stop-hits';

/** GDB gets this long to answer a command, in milliseconds, unless the command says otherwise. */
const ANSWER_LIMIT_MS = 20_000;
/** GDB's first settings wait so long for a command to go out with, in milliseconds: it takes longer to start. */
const SETTINGS_WAIT_MS = 20;
/** GDB gets this long to leave after `-gdb-exit`, in milliseconds. */
const EXIT_LIMIT_MS = 500;
/** GDB's own words on stderr are kept for messages up to this many characters. */
const STDERR_LIMIT = 4_096;

/** GDB refused a command; the message is GDB's own. */
export class GdbRefusal extends Error {
  constructor(
    readonly command: string,
    message: string,
  ) {
    super(message);
  }

  /** The guest runs by now: what was asked about its stop came too late. */
  get isOvertaken(): boolean {
    return /while the target is running|thread is running/.test(this.message);
  }
}

/** GDB is gone, does not answer, or answers out of step: the session cannot go on. */
export class GdbGone extends Error {}

/** An asynchronous record: `stopped` and `running` (exec), or the name of a notification. */
export interface AsyncRecord {
  readonly state: string;
  readonly data: MiTuple;
  /** Of a stop: the breakpoints that it is counted for. */
  readonly hits?: readonly CountedHit[];
}

interface ConnectionEvents {
  exec: [AsyncRecord];
  notify: [AsyncRecord];
  /** What GDB prints on its console, and its log (warnings, echoed errors). */
  console: [string];
  log: [string];
  /** The process is gone or unusable; told once, not told for {@link GdbConnection.dispose}. */
  gone: [GdbGone];
  /** MI lines as they are, both ways. */
  trace: ['to' | 'from', string];
}

export class GdbConnection extends EventEmitter<ConnectionEvents> {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #output: MiOutput;
  readonly #piece: OnePiece;
  readonly #closed: Promise<void>;
  readonly #notices = new HitNotices();
  #gone: GdbGone | undefined;
  /** Commands that are not answered yet, the oldest first. */
  readonly #open: OpenCommand[] = [];
  #disposing = false;
  #nextToken = 1;
  #words = '';

  /** GDB's program, an absolute path. */
  readonly program: string;

  /** Ends the process when it is disposed of, or this process ends. */
  constructor({ program, child }: GdbProcess) {
    super();
    this.program = program;
    this.#process = child;
    running.add(this.#process);
    this.#closed = new Promise((resolve) => {
      // Not 'close': a child of GDB's, such as a `shell` command's, can hold its pipes open.
      this.#process.once('exit', (code, signal) => {
        running.delete(this.#process);
        for (const stream of [this.#process.stdout, this.#process.stderr]) stream.destroy();
        const how = signal !== null ? `signal ${signal}` : `exit code ${code}`;
        const words = this.#words.trim() === '' ? '' : ` It said: ${this.#words.trim()}`;
        this.#fail(
          // Asked when the machine goes it may give up in many ways, none of which matters then.
          this.#disposing
            ? 'GDB has ended, as the unikernel has.'
            : `GDB ended unexpectedly (${how}).${words}`,
        );
        resolve();
      });
      this.#process.once('error', (error) => {
        running.delete(this.#process);
        this.#fail(`GDB could not be started: ${error.message}.`);
        resolve();
      });
    });
    this.#piece = new OnePiece(this.#process.stdin);
    this.#process.stdin.on('error', () => undefined);
    this.#process.stderr.on('data', (data: Buffer) => {
      this.#words = (this.#words + data.toString()).slice(-STDERR_LIMIT);
    });
    this.#output = new MiOutput({
      record: (record) => this.#onRecord(record),
      line: (line) => this.emit('trace', 'from', line),
      strayAnswer: (line) => this.emit('log', `GDB answered late: ${line}\n`),
      outOfStep: (line) => this.#fail(`GDB answered out of step: ${line}`),
    });
    this.#process.stdout.on('data', (data: Buffer) => this.#output.push(data));
    for (const setting of settingCommands()) this.#execute(setting, SETTINGS_WAIT_MS).catch(() => undefined);
  }

  get isGone(): boolean {
    return this.#gone !== undefined;
  }

  /**
   * Sends one MI command, for example `-break-insert main`, and gives its result record's data. GDB works off in
   * order what is sent without waiting.
   * Rejects with {@link GdbRefusal} when GDB says no, with {@link GdbGone} when GDB is no longer there.
   */
  execute(command: string, limitMs = ANSWER_LIMIT_MS): Promise<MiTuple> {
    return this.#execute(command, 0, limitMs);
  }

  #execute(command: string, waitMs: number, limitMs = ANSWER_LIMIT_MS): Promise<MiTuple> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    if (/[\r\n]/.test(command)) {
      return Promise.reject(new GdbRefusal(command, 'A command for GDB is one line.'));
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#fail(`GDB did not answer '${command}' within ${limitMs / 1000} s.`);
        this.#process.kill('SIGKILL');
      }, limitMs);
      this.#open.push({ command, timer, resolve, reject });
      this.#write(command, waitMs);
    });
  }

  /** Ends GDB, politely first. May be called again. */
  async dispose(): Promise<void> {
    this.#disposing = true;
    if (running.has(this.#process)) {
      this.#process.stdin.end('-gdb-exit\n');
      const kill = setTimeout(() => this.#process.kill('SIGKILL'), EXIT_LIMIT_MS);
      await this.#closed;
      clearTimeout(kill);
    }
    await this.#closed;
  }

  /** Ends a GDB that has nothing to leave behind, however far it has come. */
  async kill(): Promise<void> {
    this.#disposing = true;
    this.#process.kill('SIGKILL');
    await this.#closed;
  }

  #write(command: string, waitMs: number): void {
    const token = this.#nextToken++;
    this.#output.expect(token);
    this.emit('trace', 'to', `${token}${command}`);
    if (waitMs > 0) this.#piece.hold(waitMs);
    else this.#piece.begin();
    const { stdin } = this.#process;
    if (stdin.writableCorked === 0) {
      // What is asked at once goes out at once: GDB wakes once for it.
      stdin.cork();
      process.nextTick(() => stdin.uncork());
    }
    stdin.write(`${token}${command}\n`);
  }

  #onRecord(record: MiRecord): void {
    switch (record.kind) {
      case 'answer':
        this.#onAnswer(record);
        break;
      case 'exec':
        this.emit('exec', record.state === 'stopped' ? this.#notices.completed(record) : record);
        break;
      case 'notify':
        this.#notices.notify(record);
        this.emit('notify', record);
        break;
      case 'console':
      case 'log':
        this.emit(record.kind, record.text);
        break;
      default:
    }
  }

  #onAnswer({ state, data }: Answer): void {
    const open = this.#open.shift();
    if (open === undefined) return;
    clearTimeout(open.timer);
    if (state === 'error') open.reject(new GdbRefusal(open.command, text(data, 'msg') ?? ''));
    else open.resolve(data);
  }

  #fail(message: string): void {
    if (this.#gone !== undefined) return;
    this.#gone = new GdbGone(message);
    for (const { timer, reject } of this.#open.splice(0)) {
      clearTimeout(timer);
      reject(this.#gone);
    }
    if (!this.#disposing) this.emit('gone', this.#gone);
  }
}

interface OpenCommand {
  readonly command: string;
  readonly timer: NodeJS.Timeout;
  resolve(data: MiTuple): void;
  reject(error: GdbGone | GdbRefusal): void;
}

/** GDBs of this process; ended with it, whatever ends it. */
const running = new Set<ChildProcessWithoutNullStreams>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A C string for MI: quotes, backslashes and control characters escaped. */
export function quoteMi(value: string): string {
  const escaped = value
    .replace(/["\\]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t');
  return `"${escaped}"`;
}
