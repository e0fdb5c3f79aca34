/** QEMU's machine protocol (QMP): commands with answers, and events. One JSON object a line. */
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** Values as QMP's JSON carries them. */
export type QmpValue = null | boolean | number | string | QmpValue[] | { [key: string]: QmpValue };

export interface QmpEvent {
  readonly name: string;
  readonly data: { readonly [key: string]: QmpValue };
}

/** QEMU refused a command: its class and its own words. */
export class QmpError extends Error {
  constructor(
    readonly command: string,
    readonly errorClass: string,
    description: string,
  ) {
    super(`QEMU refused '${command}': ${description}`);
  }
}

interface Pending {
  readonly command: string;
  readonly resolve: (value: QmpValue) => void;
  readonly reject: (error: Error) => void;
}

interface QmpEvents {
  event: [QmpEvent];
  closed: [];
}

/** One connection to a QMP monitor. Answers are matched by id; a closed socket rejects what is open. */
export class QmpClient extends EventEmitter<QmpEvents> {
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #rest = '';
  #closed = false;
  #quiet: NodeJS.Timeout | undefined;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#close());
  }

  /** Leaves negotiation mode; QEMU answers once its machine stands and its sockets listen. */
  async negotiate(): Promise<void> {
    await this.execute('qmp_capabilities');
  }

  /** Rejects with {@link QmpError} when QEMU refuses, with an Error when the connection closes first. */
  execute(command: string, args?: { readonly [key: string]: QmpValue }): Promise<QmpValue> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new Error(`QEMU is gone: '${command}' was not sent. Start the unikernel again.`));
        return;
      }
      this.#listen();
      const id = this.#nextId++;
      this.#pending.set(id, { command, resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    });
  }

  /**
   * Reads no event for so long, in milliseconds, unless something is asked: QEMU tells of each instruction that a
   * debugger steps that the machine runs, and that it stands, and each word wakes this process.
   */
  quiet(forMs: number): void {
    if (this.#closed || this.#quiet !== undefined) return;
    this.#socket.pause();
    this.#quiet = setTimeout(() => this.#listen(), forMs);
  }

  dispose(): void {
    clearTimeout(this.#quiet);
    this.#socket.destroy();
  }

  #listen(): void {
    if (this.#quiet === undefined) return;
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
    this.#socket.resume();
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') this.#receive(line);
  }

  #receive(line: string): void {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      // Nothing that follows a broken line can be trusted to answer what we asked.
      this.#socket.destroy();
      return;
    }
    if (!isQmpObject(message)) return;
    if (typeof message.event === 'string') {
      this.emit('event', { name: message.event, data: isQmpObject(message.data) ? message.data : {} });
      return;
    }
    const pending = typeof message.id === 'number' ? this.#pending.get(message.id) : undefined;
    if (pending === undefined) return;
    this.#pending.delete(message.id as number);
    if (isQmpObject(message.error)) {
      pending.reject(new QmpError(pending.command, String(message.error.class), String(message.error.desc)));
    } else {
      pending.resolve(message.return ?? null);
    }
  }

  #close(): void {
    this.#closed = true;
    for (const { command, reject } of this.#pending.values()) {
      reject(
        new Error(
          `QEMU closed its control socket before it answered '${command}'. Start the unikernel again.`,
        ),
      );
    }
    this.#pending.clear();
    this.emit('closed');
  }
}

export function isQmpObject(value: unknown): value is { [key: string]: QmpValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
