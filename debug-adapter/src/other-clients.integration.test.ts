/** Clients that are no VS Code: a whole session through `unikernel debug --dap`, on stdio and on a socket. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleAdapter, Debuggee, processesOf } from './testing/debuggee';
import { until } from './testing/running-machine';

const COMMAND = resolve(__dirname, '../../dist/unikernel.js');

/** Brings its own connection, where the library would start an adapter or take a port. */
class OtherClient extends DebugClient {
  constructor(input: Readable, output: Writable) {
    super('', '', 'unikernel');
    this.connect(input, output);
  }
}

let debuggee: Debuggee;
let folder: string;
const commands: ChildProcess[] = [];

beforeAll(() => {
  bundleAdapter();
  debuggee = new Debuggee();
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'other-clients-')));
});
afterEach(async () => {
  for (const command of commands.splice(0)) {
    if (command.exitCode === null && command.signalCode === null) {
      command.kill('SIGTERM');
      await once(command, 'exit');
    }
  }
  await until(() => processesOf(debuggee.folder).length === 0);
});
afterAll(() => {
  debuggee.dispose();
  rmSync(folder, { recursive: true, force: true });
});

function unikernel(...args: string[]) {
  const command = spawn('node', [COMMAND, 'debug', '--dap', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  commands.push(command);
  return command;
}

async function listening(path: string): Promise<ChildProcess> {
  const command = unikernel('--listen', path);
  const [text] = (await once(command.stdout, 'data')) as [Buffer];
  expect(text.toString()).toBe(`Listening at ${path}\n`);
  return command;
}

function clientAt(path: string): OtherClient {
  const socket = connect(path);
  return new OtherClient(socket, socket);
}

/** Initialize to terminated, by the protocol alone. */
async function wholeSession(client: DebugClient): Promise<void> {
  let said = '';
  client.on('output', ({ body }: DebugProtocol.OutputEvent) => {
    said += body.output;
  });
  const thread = { threadId: 1 };
  const stop = () => client.waitForEvent('stopped', 20_000);
  await client.initializeRequest({
    adapterID: 'unikernel',
    pathFormat: 'path',
    linesStartAt1: true,
    columnsStartAt1: true,
  });
  const atEntry = stop();
  const launched = client.launchRequest({
    manifest: debuggee.manifest,
  } as DebugProtocol.LaunchRequestArguments);
  const line = debuggee.mark('main.c', 'call walk');
  await client.setBreakpointsRequest({ source: { path: debuggee.path('main.c') }, breakpoints: [{ line }] });
  await client.configurationDoneRequest();
  await launched;
  expect((await atEntry).body.reason).toBe('entry');
  const atBreakpoint = stop();
  await client.continueRequest(thread);
  expect((await atBreakpoint).body.reason).toBe('breakpoint');
  const { stackFrames } = (await client.stackTraceRequest(thread)).body;
  expect(stackFrames[0]?.line).toBe(line);
  const { scopes } = (await client.scopesRequest({ frameId: stackFrames[0]?.id ?? 0 })).body;
  const locals = await client.variablesRequest({ variablesReference: scopes[0]?.variablesReference ?? 0 });
  expect(locals.body.variables.length).toBeGreaterThan(0);
  const stepped = stop();
  await client.nextRequest(thread);
  expect((await stepped).body.reason).toBe('step');
  await client.setBreakpointsRequest({ source: { path: debuggee.path('main.c') }, breakpoints: [] });
  const terminated = client.waitForEvent('terminated', 20_000);
  await client.continueRequest(thread);
  await terminated;
  expect(said).toContain('exited with code');
  await client.disconnectRequest();
}

async function reachFirstStop(client: DebugClient): Promise<void> {
  await client.initializeRequest();
  const stopped = client.waitForEvent('stopped', 20_000);
  const launched = client.launchRequest({
    manifest: debuggee.manifest,
  } as DebugProtocol.LaunchRequestArguments);
  await client.configurationDoneRequest();
  await launched;
  await stopped;
}

describe('unikernel debug --dap', () => {
  it('serves a whole session on stdin and stdout, and ends with it', async () => {
    const command = unikernel();
    await wholeSession(new OtherClient(command.stdout, command.stdin));
    const [code] = command.exitCode === null ? await once(command, 'exit') : [command.exitCode];
    expect(code).toBe(0);
  });

  it('serves clients at a socket, two at once, and leaves nothing when it is stopped', async () => {
    const path = join(folder, 'own', 'dap.sock');
    const command = await listening(path);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await Promise.all([wholeSession(clientAt(path)), wholeSession(clientAt(path))]);

    // A client in the middle of a session is ended with it.
    const client = clientAt(path);
    await reachFirstStop(client);
    command.kill('SIGTERM');
    expect((await once(command, 'exit'))[0]).toBe(0);
    expect(existsSync(path)).toBe(false);
    await until(() => processesOf(debuggee.folder).length === 0);
  });

  it('ends the machine of a client that disappears, and goes on listening', async () => {
    const path = join(folder, 'gone.sock');
    await listening(path);
    const socket = connect(path);
    const client = new OtherClient(socket, socket);
    await reachFirstStop(client);
    socket.destroy();
    await until(() => processesOf(debuggee.folder).length === 0);
    expect((await clientAt(path).initializeRequest()).body?.supportsConfigurationDoneRequest).toBe(true);
  });

  it('takes the place of one that was killed, and not of one that listens', async () => {
    const path = join(folder, 'again.sock');
    const first = await listening(path);
    const second = spawnSync('node', [COMMAND, 'debug', '--dap', '--listen', path], { encoding: 'utf8' });
    expect(second).toMatchObject({ status: 1, stderr: expect.stringContaining('is in use') });
    first.kill('SIGKILL');
    await once(first, 'exit');
    expect(existsSync(path)).toBe(true);
    await listening(path);
  });
});
