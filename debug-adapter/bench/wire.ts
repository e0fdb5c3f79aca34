/** DAP on a child's pipes, for benchmarks. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';

export interface Message {
  readonly request_seq?: number;
  readonly body?: unknown;
  readonly command?: string;
  readonly event?: string;
  readonly success?: boolean;
  readonly message?: string;
}

/** DAP's framing, as thin as it can be. */
export class Wire {
  readonly #messages: Message[] = [];
  #buffer = Buffer.alloc(0);
  #look: () => void = () => undefined;
  #seq = 1;

  constructor(private readonly adapter: ChildProcessWithoutNullStreams) {
    adapter.stdout.on('data', (bytes: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, bytes]);
      this.#read();
      this.#look();
    });
  }

  /** Sends a request and waits for its answer's body. */
  async ask<T>(command: string, args: object): Promise<T> {
    const seq = this.send(command, args);
    return (await this.message(({ request_seq }) => request_seq === seq)).body as T;
  }

  /** Gives the request's number. */
  send(command: string, args: object): number {
    const seq = this.#seq++;
    const text = JSON.stringify({ seq, type: 'request', command, arguments: args });
    this.adapter.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    return seq;
  }

  message(fits: (message: Message) => boolean): Promise<Message> {
    return new Promise((done, fail) => {
      this.#look = () => {
        // What comes behind the message is for the next one who waits.
        for (let message = this.#messages.shift(); message; message = this.#messages.shift()) {
          if (message.success === false) fail(new Error(`${message.command}: ${message.message}`));
          if (!fits(message)) continue;
          this.#look = () => undefined;
          done(message);
          return;
        }
      };
      this.#look();
    });
  }

  #read(): void {
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.#buffer.subarray(0, end).toString())?.[1]);
      if (this.#buffer.length < end + 4 + length) return;
      this.#messages.push(JSON.parse(this.#buffer.subarray(end + 4, end + 4 + length).toString()) as Message);
      this.#buffer = this.#buffer.subarray(end + 4 + length);
    }
  }
}
