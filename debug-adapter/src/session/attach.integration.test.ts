/** Machines that somebody else started: found, looked at, and left as one likes. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, describe, expect, it } from 'vitest';
import { lineOf, type TestSession } from '../testing/debuggee';
import { RunningMachine, silentStub, until } from '../testing/running-machine';
import { useBareImages } from '../testing/sessions';

const { images, start } = useBareImages();
const owned: { stop(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(owned.splice(0).map((owner) => owner.stop()));
});

let count = 0;
async function machine(...more: string[]): Promise<RunningMachine> {
  const made = await RunningMachine.start(images().folder, `m${count++}`, images().pvh(), more);
  owned.push(made);
  return made;
}

function attach(connect: string | number, options: object = {}) {
  return start({ request: 'attach', connect, program: images().pvh(), ...options });
}

/** Ends the session as an editor's Disconnect does. */
async function leave(session: TestSession, args: DebugProtocol.DisconnectArguments = {}): Promise<void> {
  await session.client.disconnectRequest(args);
  await session.take('terminated');
  session.abandon();
}

const thread = { threadId: 1 };

/** A program of Linux under a stub that is not QEMU's of a machine: told, stopped, looked at, and run to its end. */
async function debugWhole(session: TestSession, name: string): Promise<void> {
  await session.output('console', 'reads no physical memory');
  await session.stopped();
  await session.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'main' }] });
  expect((await session.goOn()).reason).toBe('function breakpoint');
  expect((await session.evaluate('argc')).result).toBe('1');
  await session.client.nextRequest(thread);
  expect((await session.stopped()).reason).toBe('step');
  const groups = await session.scope((await session.frame()).id, 'Registers');
  expect(groups.map(({ name: group }) => group)).toContain('General');
  await session.client.continueRequest(thread);
  await session.output('important', `${name} ended, or its debugger socket`);
  await session.take('terminated');
}

describe('attaching to a machine that runs', () => {
  it('stops it where it is, steps, and leaves it running', async () => {
    const qemu = await machine();
    const session = await attach(qemu.gdb);
    expect(await session.stopped()).toMatchObject({ reason: 'entry' });
    const { threads } = (await session.client.threadsRequest()).body;
    expect(threads.map(({ id }) => id)).toEqual([1, 2]);
    const line = lineOf(images().source('main.c'), 'mark: loop');
    await session.client.setBreakpointsRequest({
      source: { path: images().source('main.c') },
      breakpoints: [{ line }],
    });
    expect((await session.goOn()).reason).toBe('breakpoint');
    await session.client.nextRequest(thread);
    expect((await session.stopped()).reason).toBe('step');
    await leave(session);
    expect(await qemu.status()).toBe('running');

    // Nothing of the first debugger is left in it: it passes the line that had a breakpoint.
    const again = await attach(qemu.gdb, { stopOnEntry: false });
    const ticks = async () => {
      await again.client.pauseRequest(thread);
      await again.stopped();
      return Number((await again.evaluate('ticks[0]')).result);
    };
    const before = await ticks();
    let now = before;
    // A pause may come before the guest has gone on.
    for (let pauses = 0; pauses < 20 && now === before; pauses++) {
      await again.client.continueRequest(thread);
      now = await ticks();
    }
    expect(now).toBeGreaterThan(before);
  });

  it('says what it has not, and where that is named', async () => {
    const none = attach(':1', { program: '/none' });
    await expect(none).rejects.toThrow("There is no file '/none'. Correct the attach configuration.");
    const qemu = await machine();
    const session = await attach(qemu.gdb);
    await session.stopped();
    expect((await session.evaluate(':log', undefined, 'repl')).result).toContain(
      "name its socket in 'serial'",
    );
    await expect(session.evaluate(':constructor', undefined, 'repl')).rejects.toThrow(
      "There is no ':constructor'. ':help' lists the words.",
    );
  });

  it('announces how it can be left, and leaves it stopped where it is asked to', async () => {
    const qemu = await machine();
    const session = await attach(qemu.gdb, { stopOnEntry: false });
    expect(session.capabilities).toMatchObject({
      supportTerminateDebuggee: true,
      supportSuspendDebuggee: true,
    });
    await leave(session, { suspendDebuggee: true });
    expect(await qemu.status()).toBe('paused');
  });

  it.each([
    ['over QMP', true],
    ['through its stub', false],
  ])('ends it where it is asked to, %s', async (_, byQmp) => {
    const qemu = await machine();
    const session = await attach(qemu.gdb, byQmp ? { qmp: qemu.qmp } : {});
    await session.stopped();
    await leave(session, { terminateDebuggee: true });
    await qemu.ended;
    expect(qemu.isRunning).toBe(false);
  });

  it('is attached to again by a restart', async () => {
    const qemu = await machine();
    const session = await attach(qemu.gdb);
    await session.stopped();
    await session.request('restart');
    expect(await session.stopped()).toMatchObject({ reason: 'entry' });
    expect(qemu.isRunning).toBe(true);
  });

  it('leaves it running when the client disappears', async () => {
    const qemu = await machine();
    const session = await attach(qemu.gdb);
    await session.stopped();
    session.abandon();
    await session.client.disconnectRequest();
    expect(await qemu.status()).toBe('running');
  });

  it('shows its serial line, both ways, where it is told its socket', async () => {
    const qemu = await machine('-S');
    const session = await attach(qemu.gdb, { serial: qemu.serial, stopOnEntry: false });
    await session.output('stdout', 'bare: ready');
    await session.request('unikernel/serialInput', { data: 'zz' });
    await session.output('stdout', 'zz');
  });

  it('knows the image and its symbols from either, and serves a port as well', async () => {
    const port = await freePort();
    await machine('-gdb', `tcp:127.0.0.1:${port}`);
    const options = { program: undefined, symbols: images().pvh() };
    const session = await attach(port, options);
    await session.stopped();
    expect((await session.frames()).length).toBeGreaterThan(0);
    await leave(session);
  });

  it('serves the stub of another emulator, without QMP or vCPUs', async () => {
    const program = images().source('linux');
    writeFileSync(`${program}.c`, 'int main(int argc, char **argv) {\n  return argc + 40;\n}\n');
    execFileSync('gcc', ['-g', '-static', '-o', program, `${program}.c`]);
    const socket = images().source('user.gdb');
    const emulator = spawn('qemu-x86_64', ['-g', socket, program], { stdio: 'ignore' });
    owned.push({ stop: () => emulator.kill('SIGKILL') });
    await until(() => existsSync(socket));
    const session = await attach(socket, { program });
    await debugWhole(session, 'linux');
  });

  it('serves a stub that is no emulator’s, and says what is missing', async () => {
    const program = images().source('native');
    writeFileSync(`${program}.c`, 'int main(int argc, char **argv) {\n  return argc + 40;\n}\n');
    execFileSync('gcc', ['-g', '-static', '-o', program, `${program}.c`]);
    const server = spawn('gdbserver', ['--once', '127.0.0.1:0', program], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    owned.push({ stop: () => server.kill('SIGKILL') });
    let words = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      words += text;
    });
    await until(() => /Listening on port \d+/.test(words));
    const session = await attach(Number(/Listening on port (\d+)/.exec(words)?.[1]), { program });
    await debugWhole(session, 'native');
  });

  it('says what is missing with QEMU’s own stub, too', async () => {
    const qemu = await machine();
    const some = await attach(qemu.gdb, { serial: qemu.serial });
    const note = await some.output('console', "Without QEMU's QMP socket");
    expect(note).not.toContain('physical memory');
    expect(note).not.toContain('serial line');
    await leave(some);
    const whole = await attach(qemu.gdb, { serial: qemu.serial, qmp: qemu.qmp });
    await whole.stopped();
    await expect(
      Promise.race([whole.output('console', "('qmp')"), whole.evaluate('1').then(() => 'nothing')]),
    ).resolves.toBe('nothing');
  });
});

describe('a machine that is not there', () => {
  const refusal = (...args: Parameters<typeof attach>) =>
    attach(...args).catch((error: Error) => error.message);

  it('is told with its place and what to do', async () => {
    expect(await refusal(images().source('gone.gdb'))).toContain(`gone.gdb': `);
    expect(await refusal(`127.0.0.1:${await freePort()}`)).toContain(
      "Start the machine with one, for example QEMU with '-s'",
    );
    const qemu = await machine();
    expect(await refusal(qemu.gdb, { qmp: '/nowhere/qmp' })).toContain(
      "The QMP socket '/nowhere/qmp' does not exist. Correct 'qmp', or leave it out.",
    );
    expect(await refusal('gdb')).toContain(
      "'connect' takes a socket's path, 'HOST:PORT' or ':PORT', not 'gdb'",
    );
    expect(await refusal(qemu.gdb, { program: undefined })).toContain("'program' is missing");
    expect(await qemu.status()).toBe('running');
  });

  it('is told when its stub takes the connection and says nothing', async () => {
    const stub = await silentStub();
    owned.push(stub);
    expect(await refusal(stub.port)).toContain(`No debugger stub answers at '127.0.0.1:${stub.port}'`);
  });

  it.each([
    ['with QMP', true, 'powered the machine off'],
    ['without QMP', false, 'ended, or its debugger socket'],
  ])('is told once when it goes while it runs, %s', async (_, byQmp, sentence) => {
    const qemu = await machine();
    const options = { stopOnEntry: false, serial: qemu.serial, ...(byQmp ? { qmp: qemu.qmp } : {}) };
    const session = await attach(qemu.gdb, options);
    await session.request('unikernel/serialInput', { data: 'o' });
    await session.take<DebugProtocol.OutputEvent>('output', ({ body }) => body.output.includes(sentence));
    await session.take('terminated');
    expect(session.count('terminated')).toBe(0);
  });

  it('is left at once when it is killed just then', async () => {
    const qemu = await machine();
    const session = await attach(qemu.gdb, { stopOnEntry: false });
    qemu.process.kill('SIGKILL');
    const asked = performance.now();
    await leave(session);
    // Less than a guest that does not stop is waited for.
    expect(performance.now() - asked).toBeLessThan(4_000);
  });

  it('is told when it is killed while it is stopped', async () => {
    const qemu = await machine();
    const session = await attach(qemu.gdb);
    await session.stopped();
    await qemu.stop();
    await session.client.continueRequest(thread).catch(() => undefined);
    await session.output('important', 'ended, or its debugger socket');
    await session.take('terminated');
  });
});

async function freePort(): Promise<number> {
  const stub = await silentStub();
  stub.stop();
  return stub.port;
}
