/** Private meeting points for QEMU, GDB and us: Unix sockets in a folder of mode 0700, or loopback TCP. */
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { quoted } from './arguments';
import type { GdbEndpoint, Transport } from './model';
import { ADVICE, createPrivateFolder } from './private-folder';

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, with a closing zero. */
const UNIX_PATH_LIMIT = 103;

/** A socket that we listen on and QEMU connects to, once. */
export interface Listener {
  /** The QEMU chardev options that connect to it, without `id`. */
  readonly chardev: string;
  /** The first connection; nobody else is let in after it. Rejects when disposed before. */
  readonly connection: Promise<Socket>;
}

export interface PrivateSockets {
  /** What QEMU's `-gdb` takes. */
  readonly gdbOption: string;
  readonly gdb: GdbEndpoint;
  /** Of mode 0700 where the host has modes; what else belongs to the machine alone may lie there. */
  readonly folder: string;
  listen(name: string): Promise<Listener>;
  /** Closes what still listens and removes the folder. */
  dispose(): Promise<void>;
}

/** Throws with a sentence for the user when the folder or a socket cannot be made. */
export async function createPrivateSockets(
  transport: Transport = process.platform === 'win32' ? 'tcp' : 'unix',
): Promise<PrivateSockets> {
  const folder = await createPrivateFolder();
  try {
    return transport === 'unix' ? unixSockets(folder) : await tcpSockets(folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function unixSockets(folder: string): PrivateSockets {
  const pathOf = (name: string) => join(folder, `${name}.sock`);
  if (Buffer.byteLength(pathOf('serial')) > UNIX_PATH_LIMIT) {
    throw new Error(
      `The temporary folder '${dirname(folder)}' has too long a path for sockets (at most ${UNIX_PATH_LIMIT} bytes ` +
        'with their names). Set TMPDIR to a shorter one.',
    );
  }
  const servers: Server[] = [];
  return {
    folder,
    gdb: { transport: 'unix', path: pathOf('gdb') },
    gdbOption: `unix:${quoted(pathOf('gdb'))},server=on,wait=off`,
    async listen(name) {
      const { server, connection } = await listenOnce((s, done) => s.listen(pathOf(name), done));
      servers.push(server);
      return { chardev: `socket,path=${quoted(pathOf(name))}`, connection };
    },
    async dispose() {
      for (const server of servers) server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function tcpSockets(folder: string): Promise<PrivateSockets> {
  // QEMU has to listen for GDB, so a free port is taken, given back and named to QEMU.
  const probe = createServer();
  const gdbPort = await new Promise<number>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => resolve(portOf(probe)));
  });
  await new Promise((done) => probe.close(done));
  const servers: Server[] = [];
  return {
    folder,
    gdb: { transport: 'tcp', port: gdbPort },
    gdbOption: `tcp:127.0.0.1:${gdbPort},server=on,wait=off`,
    async listen() {
      const { server, connection } = await listenOnce((s, done) => s.listen(0, '127.0.0.1', done));
      servers.push(server);
      return { chardev: `socket,host=127.0.0.1,port=${portOf(server)}`, connection };
    },
    async dispose() {
      for (const server of servers) server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listenOnce(
  listen: (server: Server, done: () => void) => void,
): Promise<{ server: Server; connection: Promise<Socket> }> {
  const server = createServer();
  const connection = new Promise<Socket>((resolve, reject) => {
    server.once('connection', (socket) => {
      server.close();
      // A connection that fails is one that ends: whoever gets it may not listen yet.
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
    server.once('close', () =>
      reject(new Error('QEMU did not connect to its sockets. Start the unikernel again.')),
    );
  });
  // Whoever waits sees the rejection; where nobody waits it means nothing.
  connection.catch(() => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new Error(`No socket for QEMU could be made: ${error.message}. ${ADVICE}`)),
    );
    listen(server, resolve);
  });
  return { server, connection };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has an address.');
  return address.port;
}
