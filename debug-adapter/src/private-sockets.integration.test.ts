/** Nobody else of the machine reaches a guest: not its debugger socket, nor QEMU's control socket, nor its serial line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleAdapter, Debuggee } from './testing/debuggee';
import { canBeNobody, connectAsNobody, listAsNobody } from './testing/other-user';
import { RawClient } from './testing/raw-client';
import { Round } from './testing/round';
import { until } from './testing/running-machine';

const COMMAND = resolve(__dirname, '../../dist/unikernel.js');

let debuggee: Debuggee;
let round: Round;
let command: ChildProcess | undefined;

beforeAll(() => {
  bundleAdapter();
  debuggee = new Debuggee();
  return () => debuggee.dispose();
});
beforeEach(() => {
  round = new Round();
  // As /tmp is: what lies there has to look after itself.
  chmodSync(round.folder, 0o1777);
});
afterEach(async () => {
  if (command !== undefined && command.exitCode === null && command.signalCode === null) {
    command.kill('SIGTERM');
    await once(command, 'exit');
  }
  command = undefined;
  expect(await round.cleared()).toEqual([]);
  round.dispose();
});

function unikernel(...args: string[]): ChildProcess {
  command = spawn('node', [COMMAND, ...args], { env: round.env, stdio: ['pipe', 'pipe', 'inherit'] });
  return command;
}

/** The folder with the sockets of the round's one machine, and the sockets that lie there. */
function sockets(): { readonly folder: string; readonly paths: readonly string[] } {
  const names = readdirSync(round.folder).filter((name) => name.startsWith('unikernel-'));
  expect(names.length).toBe(1);
  const folder = join(round.folder, names[0] ?? '');
  return { folder, paths: readdirSync(folder).map((name) => join(folder, name)) };
}

/** Ports at which a process of the round listens. */
function listeningPorts(): string[] {
  const inodes = new Set(round.processes().flatMap(({ pid }) => inodesOf(pid)));
  return ['tcp', 'tcp6'].flatMap((kind) =>
    readFileSync(`/proc/net/${kind}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode = '']) => state === '0A' && inodes.has(inode))
      .map(([, local = '']) => local),
  );
}

function inodesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? [];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return [];
  }
}

function expectPrivate(): void {
  const { folder, paths } = sockets();
  expect(paths.length).toBeGreaterThan(0);
  expect(listAsNobody(folder)).toBe('EACCES');
  for (const path of [...paths, join(folder, 'qmp.sock'), join(folder, 'serial.sock')]) {
    expect(connectAsNobody(path), path).toBe('EACCES');
  }
  expect(listeningPorts()).toEqual([]);
}

describe.skipIf(!canBeNobody)('another user of the machine (only root can try)', () => {
  it('reaches a socket that is open to all, in the same place', async () => {
    const path = join(round.folder, 'open.sock');
    const server = createServer((socket) => socket.destroy()).listen(path);
    await once(server, 'listening');
    chmodSync(path, 0o777);
    expect(connectAsNobody(path)).toBe('connected');
    expect(listAsNobody(round.folder)).toBe('open.sock');
    server.close();
  });

  it('does not reach the machine of a debug session', async () => {
    const client = new RawClient({ env: round.env });
    expect(await client.launch({ manifest: debuggee.manifest })).toMatchObject({ success: true });
    await client.event('stopped');
    expectPrivate();
    await client.leave();
  });

  it('does not reach the machine of unikernel run', async () => {
    const run = unikernel('run', '--accelerator', 'tcg', debuggee.manifest, '--', 'spin');
    let said = '';
    run.stdout?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
    await until(() => said.includes('spinning'));
    expectPrivate();
  });

  it('does not reach the socket that unikernel debug --dap listens at, wherever it is', async () => {
    const path = join(round.folder, 'dap.sock');
    const listening = unikernel('debug', '--dap', '--listen', path);
    await once(listening.stdout ?? listening, 'data');
    expect(connectAsNobody(path)).toBe('EACCES');
    expect(listeningPorts()).toEqual([]);
  });
});
