/** For tests: stands between GDB and a machine's stub, and does with the stub's words what a test says. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** `pass` hands them on, `hang` keeps them back, `garbage` sends as many bytes of no meaning. */
export type Manners = 'pass' | 'hang' | 'garbage';

export class StubProxy {
  manners: Manners = 'pass';
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** @param stub The path of the machine's own socket. */
  static async before(stub: string): Promise<StubProxy> {
    const server = createServer((gdb) => {
      const machine = connect(stub);
      for (const socket of [gdb, machine]) {
        proxy.#sockets.add(socket.on('error', () => undefined));
        socket.once('close', () => {
          gdb.destroy();
          machine.destroy();
        });
      }
      gdb.on('data', (bytes: Buffer) => machine.write(bytes));
      machine.on('data', (bytes: Buffer) => {
        if (proxy.manners === 'pass') gdb.write(bytes);
        // In the protocol's frame, so that GDB takes it for an answer: `$`, its words, and their sum.
        if (proxy.manners === 'garbage') gdb.write(`+$${'\u00ff~{}#'.repeat(bytes.length)}#00`, 'latin1');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('A TCP server has an address.');
    const proxy = new StubProxy(server, address.port);
    return proxy;
  }

  /** Closes its connections. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  stop(): void {
    this.hangUp();
    this.server.close();
  }
}
