/** For tests: a DAP client without manners. It may say anything at any time, and counts what it is answered. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ADAPTER = resolve(__dirname, '../../../dist/debug-adapter.js');
/** A message is waited for this long, in milliseconds; GDB itself gets 20 s for an answer. */
const LIMIT_MS = 40_000;

export interface Message {
  readonly seq: number;
  readonly type: 'response' | 'event' | 'request';
  readonly request_seq?: number;
  readonly command?: string;
  readonly success?: boolean;
  readonly message?: string;
  readonly event?: string;
  readonly body?: { readonly [key: string]: unknown };
}

export interface Answer {
  readonly command: string;
  readonly args: unknown;
  readonly answer: Message;
}

/** Hands everything on, both ways. */
const RELAY = `
const adapter = require('node:child_process').spawn(process.execPath, [process.argv[1]], { stdio: ['pipe', 'pipe', 'inherit'] });
process.stdin.pipe(adapter.stdin);
adapter.stdout.pipe(process.stdout);
adapter.on('exit', (code) => process.exit(code ?? 1));
`;

export class RawClient {
  readonly #adapter: ChildProcessWithoutNullStreams;
  readonly #messages: Message[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #asked = new Map<number, { readonly command: string; readonly args: unknown }>();
  readonly #answers = new Map<number, number>();
  #received = Buffer.alloc(0);
  #seq = 1;
  #lastSeq = 0;
  /** Numbers of messages that do not follow the one before. */
  readonly outOfOrder: number[] = [];
  /** What the adapter's process said beside DAP. */
  words = '';
  /** Resolves with the exit code, or the signal's name. */
  readonly exited: Promise<number | string>;

  /** `relayed`: the adapter is the child of a process that stands for the client's, whose id is then {@link pid}. */
  constructor({ env = process.env, relayed = false }: { env?: NodeJS.ProcessEnv; relayed?: boolean } = {}) {
    this.#adapter = spawn('node', relayed ? ['-e', RELAY, ADAPTER] : [ADAPTER], { env });
    this.exited = new Promise((done) => {
      this.#adapter.once('exit', (code, signal) => done(code ?? signal ?? -1));
    });
    this.#adapter.stdin.on('error', () => undefined);
    this.#adapter.stderr.on('data', (bytes: Buffer) => {
      this.words += bytes.toString();
    });
    this.#adapter.stdout.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#read();
      for (const look of this.#waiting) look();
    });
  }

  get pid(): number {
    return this.#adapter.pid ?? -1;
  }

  /** Every message so far. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** Sends a request, whatever it is; gives its number. */
  send(command: string, args?: unknown): number {
    const seq = this.#seq++;
    this.#asked.set(seq, { command, args });
    this.sendText(JSON.stringify({ seq, type: 'request', command, arguments: args }));
    return seq;
  }

  /** Sends a text in DAP's framing. */
  sendText(text: string): void {
    this.#adapter.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  sendBytes(bytes: string | Buffer): void {
    this.#adapter.stdin.write(bytes);
  }

  async ask(command: string, args?: unknown): Promise<Message> {
    const seq = this.send(command, args);
    return this.message(({ request_seq }) => request_seq === seq, `an answer to '${command}'`);
  }

  /** Says hello and launches; resolves when the launch is answered. */
  async launch(args: object): Promise<Message> {
    await this.ask('initialize', { adapterID: 'test', pathFormat: 'path', supportsProgressReporting: true });
    this.send('configurationDone');
    return this.ask('launch', args);
  }

  event(name: string): Promise<Message> {
    return this.message(({ event }) => event === name, `the event '${name}'`);
  }

  count(name: string): number {
    return this.#messages.filter(({ event }) => event === name).length;
  }

  /** Important words: what the user is told of an end that nobody asked for. */
  important(): string[] {
    return this.#messages
      .filter(({ event, body }) => event === 'output' && body?.category === 'important')
      .map(({ body }) => String(body?.output));
  }

  /** The first message that fits, of those that came or are to come. */
  message(fits: (message: Message) => boolean, what: string): Promise<Message> {
    return new Promise((done, fail) => {
      const late = () => {
        this.#waiting.delete(look);
        const last = this.#messages.slice(-15).map((message) => JSON.stringify(message).slice(0, 300));
        fail(new Error(`${what} did not come within ${LIMIT_MS} ms. ${this.words}\n${last.join('\n')}`));
      };
      const timer = setTimeout(late, LIMIT_MS);
      const look = () => {
        const found = this.#messages.find(fits);
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        done(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Resolves when every request has its answer; rejects with the names of those that have none. */
  async allAnswered(): Promise<void> {
    const open = () => [...this.#asked].filter(([seq]) => !this.#answers.has(seq));
    await this.message(() => open().length === 0, 'the answers to all requests').catch((error: Error) => {
      throw new Error(
        `Not answered: ${open().map(([seq, { command }]) => `${seq} ${command}`)}. ${error.message}`,
      );
    });
  }

  /** Requests that were answered more than once, by name. */
  answeredTwice(): string[] {
    return [...this.#answers]
      .filter(([, times]) => times > 1)
      .map(([seq]) => this.#asked.get(seq)?.command ?? `${seq}`);
  }

  /** The answer to each request so far, with the request. */
  answers(): Answer[] {
    return this.#messages
      .filter(({ type }) => type === 'response')
      .map((answer) => {
        const { command = '', args } = this.#asked.get(answer.request_seq ?? 0) ?? {};
        return { command, args, answer };
      });
  }

  /** Says goodbye as an editor does. */
  async leave(): Promise<number | string> {
    this.send('disconnect', {});
    return this.exited;
  }

  /** Goes without a word: its pipes close. */
  vanish(): void {
    this.#adapter.stdin.destroy();
    this.#adapter.stdout.destroy();
    this.#adapter.stderr.destroy();
  }

  kill(signal: NodeJS.Signals): void {
    this.#adapter.kill(signal);
  }

  #read(): void {
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.#received.subarray(0, end).toString())?.[1]);
      if (this.#received.length < end + 4 + length) return;
      const message = JSON.parse(this.#received.subarray(end + 4, end + 4 + length).toString()) as Message;
      this.#received = this.#received.subarray(end + 4 + length);
      this.#messages.push(message);
      if (message.seq !== ++this.#lastSeq) this.outOfOrder.push(message.seq);
      if (message.type !== 'response' || message.request_seq === undefined) continue;
      this.#answers.set(message.request_seq, (this.#answers.get(message.request_seq) ?? 0) + 1);
    }
  }
}

/** The folders with sockets of adapters with these process ids. */
export function socketFolders(...pids: readonly number[]): string[] {
  return readdirSync(tmpdir())
    .filter((name) => pids.some((pid) => name.startsWith(`unikernel-${pid}-`)))
    .map((name) => join(tmpdir(), name));
}

/** Resolves when none of these processes is left. */
export async function gone(pids: readonly (number | string)[]): Promise<void> {
  while (pids.some((pid) => existsSync(`/proc/${pid}`))) await new Promise((done) => setImmediate(done));
}
