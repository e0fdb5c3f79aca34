/** HTTP as thin as it can be, so that what is measured is the server. */
import { connect, type Socket } from 'node:net';

const HOST = '127.0.0.1';

/** One request on a connection of its own; gives the whole answer. Rejects when there is none. */
export function get(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, HOST, () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
    });
    let answer = '';
    socket.setEncoding('latin1').setNoDelay();
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.once('error', reject);
    socket.once('close', () => (answer === '' ? reject(new Error('No answer came.')) : resolve(answer)));
  });
}

/** Requests one after another on one connection. */
export class Connection {
  #answer = '';
  #done: () => void = () => undefined;
  readonly #socket: Socket;

  constructor(port: number) {
    this.#socket = connect(port, HOST).setEncoding('latin1').setNoDelay();
    this.#socket.on('data', (text: string) => {
      this.#answer += text;
      const head = this.#answer.indexOf('\r\n\r\n') + 4;
      const length = Number(/^Content-Length: (\d+)/im.exec(this.#answer)?.[1] ?? Number.NaN);
      if (head >= 4 && this.#answer.length >= head + length) this.#done();
    });
  }

  get(path: string): Promise<string> {
    this.#answer = '';
    return new Promise((resolve, reject) => {
      const closed = () => reject(new Error('The connection was closed.'));
      this.#socket.once('close', closed);
      this.#done = () => {
        this.#socket.off('close', closed);
        resolve(this.#answer);
      };
      this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    });
  }

  dispose(): void {
    this.#socket.destroy();
  }
}
