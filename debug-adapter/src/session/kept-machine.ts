/**
 * A machine of ours that a session leaves to itself: this process stays without a client, holds the machine's sockets and
 * passes its serial line on, until the machine ends.
 */
import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Machine } from '@unikernel-tools/kernel-sdk/machine';
import type { Leaving, Run } from './run';

export class KeptMachine {
  /** What a user should know to find it again, and to end it. */
  readonly words: string;
  readonly ended: Promise<void>;

  private constructor(name: string, machine: Machine, line: string | undefined, how: Leaving) {
    const { gdb, pid } = machine;
    const place = gdb.transport === 'unix' ? gdb.path : `:${gdb.port}`;
    const serial = line === undefined ? '' : `, "serial": "${line}"`;
    const state = how === 'suspended' ? 'stays stopped' : 'goes on';
    this.words = `${name} ${state} without the debugger, as process ${pid}. Debug it again with {"request": "attach", "connect": "${place}"${serial}}, or end it with 'kill ${pid}'.`;
    this.ended = machine.ended.then(() => undefined);
  }

  /** Takes the debugger out of a run's machine. */
  static async of({ name, target, resets }: Run, machine: Machine, how: Leaving): Promise<KeptMachine> {
    // Nobody is there any more to look at a machine that is held.
    await resets?.hold(false);
    if (target === undefined) {
      if (how === 'suspended') await machine.qmp.execute('stop');
    } else {
      await target.leave(how);
      await target.dispose();
    }
    const { gdb, serial } = machine;
    if (gdb.transport !== 'unix') {
      serial.resume();
      return new KeptMachine(name, machine, undefined, how);
    }
    const path = join(dirname(gdb.path), 'line.sock');
    const server = await shareLine(serial, path);
    void machine.ended.then(() => server.close());
    return new KeptMachine(name, machine, path, how);
  }
}

/** Whoever connects sees what the guest writes from then on, and types into it. */
async function shareLine(line: Duplex, path: string): Promise<Server> {
  const clients = new Set<Socket>();
  // Without anybody who reads, the guest goes on all the same.
  line.on('data', (bytes: Buffer) => {
    for (const client of clients) client.write(bytes);
  });
  line.once('close', () => {
    for (const client of clients) client.destroy();
  });
  const server = createServer((client) => {
    clients.add(client);
    client.on('data', (bytes) => line.write(bytes));
    client.on('error', () => undefined);
    client.once('close', () => clients.delete(client));
  });
  await new Promise<void>((done, fail) => server.once('error', fail).listen(path, done));
  chmodSync(path, 0o600);
  return server;
}
