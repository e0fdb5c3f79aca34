/** For tests: a machine that nobody of us started, as `qemu -s` or `kraft run` leave one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const LIMIT_MS = 10_000;

export class RunningMachine {
  readonly gdb: string;
  readonly qmp: string;
  readonly serial: string;
  readonly ended: Promise<number | null>;

  private constructor(
    folder: string,
    name: string,
    readonly process: ChildProcess,
  ) {
    [this.gdb, this.qmp, this.serial] = RunningMachine.#sockets(folder, name);
    this.ended = new Promise((resolve) => process.once('exit', (code) => resolve(code)));
  }

  /** Boots `image` at once; its sockets are in `folder`, named after the test's machine. */
  static async start(
    folder: string,
    name: string,
    image: string,
    more: string[] = [],
  ): Promise<RunningMachine> {
    const [gdb, qmp, serial] = RunningMachine.#sockets(folder, name);
    // One that was killed leaves its own.
    for (const path of [gdb, qmp, serial]) rmSync(path, { force: true });
    const unix = (path: string) => `unix:${path},server=on,wait=off`;
    const child = spawn(
      'qemu-system-x86_64',
      [
        ...[
          '-machine',
          'pc',
          '-cpu',
          'max',
          '-m',
          '64',
          '-smp',
          '2',
          '-display',
          'none',
          '-nodefaults',
          '-no-reboot',
        ],
        ...(more.includes('-gdb') ? [] : ['-gdb', unix(gdb)]),
        ...['-qmp', unix(qmp), '-serial', unix(serial), '-kernel', image, ...more],
      ],
      { stdio: 'ignore' },
    );
    const machine = new RunningMachine(folder, name, child);
    await until(() => [qmp, serial].every((path) => existsSync(path)));
    // It answers once all of its sockets listen.
    await machine.status();
    return machine;
  }

  static #sockets(folder: string, name: string): [string, string, string] {
    const path = (what: string) => join(folder, `${name}.${what}`);
    return [path('gdb'), path('qmp'), path('line')];
  }

  get isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** What QMP says of the vCPUs: `running`, `paused`… Waits until nobody else is connected. */
  async status(): Promise<string> {
    const socket = connect(this.qmp);
    let text = '';
    socket.setEncoding('utf8').on('data', (data: string) => {
      text += data;
    });
    socket.write('{"execute":"qmp_capabilities"}{"execute":"query-status"}');
    await until(() => text.includes('"status"'));
    socket.destroy();
    return /"status": "(\w+)"/.exec(text)?.[1] ?? text;
  }

  async stop(): Promise<void> {
    if (this.isRunning) this.process.kill('SIGKILL');
    await this.ended;
  }
}

/** A stub that takes connections and never says a word. */
export async function silentStub(): Promise<{ readonly port: number; stop(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has an address.');
  return {
    port: address.port,
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Looks again and again, for what nothing tells of. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Did not come true within ${LIMIT_MS} ms: ${holds}`);
    await pause(5);
  }
}
