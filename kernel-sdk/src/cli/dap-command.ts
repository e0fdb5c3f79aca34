/** `unikernel debug --dap`: the debug adapter for other clients than the editor, which lies beside this command. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { ownedCommand } from '../program';
import { CommandError, type Invocation } from './main';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** On stdin and stdout, or for each client that connects to the socket `--listen` names, with an adapter of its own. */
export async function dapCommand(invocation: Invocation): Promise<number> {
  const { positionals, rest, options, streams } = invocation;
  if (positionals.length > 0 || rest.length > 0) {
    throw new CommandError(
      '--dap takes neither a project nor arguments: the client names them in its launch request.',
    );
  }
  const adapter = join(__dirname, 'debug-adapter.js');
  if (!existsSync(adapter)) {
    throw new CommandError(
      `The debug adapter is missing from the installation at '${__dirname}'. Install it again.`,
    );
  }
  if (options.listen === undefined) return ended(start(adapter, 'inherit'));
  return serve(adapter, resolve(options.listen), streams.stdout);
}

async function serve(adapter: string, path: string, stdout: NodeJS.WritableStream): Promise<number> {
  const sessions = new Set<ChildProcess>();
  // What a client says is its adapter's to read.
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    const session = start(adapter, socket);
    sessions.add(session);
    session.once('exit', () => sessions.delete(session));
    // The adapter holds the connection on its own.
    socket.destroy();
  });
  await listen(server, path);
  const stopped = new Promise<void>((done) => {
    for (const signal of SIGNALS) process.once(signal, () => done());
  });
  stdout.write(`Listening at ${path}\n`);
  await stopped;
  server.close();
  for (const session of sessions) session.kill('SIGTERM');
  await Promise.all([...sessions].map(ended));
  return 0;
}

/** Others of this machine can neither reach the socket nor, where its folder is made for it, see it. */
async function listen(server: Server, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path)) {
    if (await answers(path)) throw new CommandError(`'${path}' is in use: somebody listens there already.`);
    // Whoever listened there was killed.
    rmSync(path);
  }
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((done, fail) => {
      server.once('error', (error) =>
        fail(new CommandError(`'${path}' cannot be listened at: ${error.message}.`)),
      );
      server.listen(path, done);
    });
  } finally {
    process.umask(mask);
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path, () => {
      socket.destroy();
      done(true);
    }).once('error', () => done(false));
  });
}

/** An adapter that speaks on `channel`. */
function start(adapter: string, channel: Socket | 'inherit'): ChildProcess {
  const { program, args } = ownedCommand(process.execPath, [adapter]);
  const child = spawn(program, args, { stdio: [channel, channel, 'inherit'] });
  if (channel === 'inherit') {
    for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  }
  return child;
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done(child.exitCode ?? 1);
    child.once('exit', (code) => done(code ?? 1));
    child.once('error', () => done(1));
  });
}
