/** Tools that lie, hang or lose their connection: one clear message, one end, nothing left. */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleAdapter, Debuggee, processesOf, processOf } from '../testing/debuggee';
import { otherQemu } from '../testing/other-qemu';
import { gone, RawClient, socketFolders } from '../testing/raw-client';

let debuggee: Debuggee;
const clients: RawClient[] = [];

beforeAll(async () => {
  bundleAdapter();
  debuggee = new Debuggee();
  // Built once: what follows is about what comes behind a build.
  const client = await launched({ noDebug: true });
  await client.event('terminated');
});
afterEach(async () => {
  for (const client of clients.splice(0)) {
    // Whatever happened, the client can leave, and was told once of the end.
    expect(await client.leave()).toBe(0);
    expect(client.count('terminated')).toBe(1);
    expect(client.answeredTwice()).toEqual([]);
    expect(socketFolders(client.pid)).toEqual([]);
    expect(client.words).toBe('');
  }
  expect(processesOf(debuggee.folder)).toEqual([]);
});
afterAll(() => debuggee.dispose());

function client(): RawClient {
  const made = new RawClient();
  clients.push(made);
  return made;
}

async function launched(options: object = {}): Promise<RawClient> {
  const made = client();
  const answer = await made.launch({ manifest: debuggee.manifest, ...options });
  expect(answer).toMatchObject({ success: true });
  return made;
}

/** A program that stands for GDB: it hands everything on, and does with each line of GDB's what `change` says. */
function falseGdb(name: string, change: string): string {
  const path = join(debuggee.folder, name);
  const script = `#!${process.execPath}
const { spawn } = require('node:child_process');
const gdb = spawn('gdb', process.argv.slice(2), { stdio: ['pipe', 'pipe', 'inherit'] });
process.stdin.pipe(gdb.stdin);
process.on('exit', () => gdb.kill('SIGKILL'));
gdb.on('exit', (code) => process.exit(code ?? 1));
let rest = '';
const say = (text) => process.stdout.write(text);
gdb.stdout.on('data', (data) => {
  const lines = (rest + data.toString('latin1')).split('\\n');
  rest = lines.pop();
  for (const line of lines) { ${change} }
});
`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

/** The one sentence about an end that nobody asked for. */
async function onlyWords(from: RawClient): Promise<string> {
  await from.event('terminated');
  const said = from.important();
  expect(said.length).toBe(1);
  return said[0] ?? '';
}

it('QEMU that ends with its guest before it answers that it runs has done what it was to do', async () => {
  const qemuPath = otherQemu(join(debuggee.folder, 'silent-qemu'), 'leaves cont unanswered');
  const ended = await launched({ noDebug: true, qemuPath });
  await ended.event('terminated');
  expect((await ended.event('exited')).body).toEqual({ exitCode: 0 });
});

describe('GDB', () => {
  it('that dies with what is asked in advance at a stop ends the session in a sentence', async () => {
    const gdbPath = falseGdb(
      'dying-gdb',
      "if (globalThis.dying) process.exit(1); say(line + '\\n'); globalThis.dying = line.includes('end-stepping-range');",
    );
    const dying = await launched({ gdbPath });
    await dying.event('stopped');
    // A client that looks at one frame first is asked for the others apart.
    await dying.ask('stackTrace', { threadId: 1, startFrame: 0, levels: 1 });
    dying.send('next', { threadId: 1 });
    expect(await onlyWords(dying)).toMatch(/^GDB ended unexpectedly/);
  });

  it('that dies while the run before a place is looked through ends the session at once', async () => {
    // From when it has let go of the guest that ran live, it dies as soon as what is played goes on.
    const change = `
      globalThis.asked ??= process.stdin.on('data', (data) => {
        if (globalThis.isBack && data.includes('-exec-continue')) globalThis.plays = true;
      });
      if (line.startsWith('=thread-group-exited')) globalThis.isBack = true;
      say(line + '\\n');
      if (globalThis.plays && line.startsWith('*running')) process.exit(1);`;
    const dying = await launched({ gdbPath: falseGdb('lost-gdb', change), timeTravel: true });
    await dying.event('stopped');
    dying.send('next', { threadId: 1 });
    await dying.message(({ body }) => body?.reason === 'step', 'the end of a step');
    const asked = dying.ask('unikernel/goToLastWrite', { name: 'calls' });
    expect(await asked).toMatchObject({ success: false, message: expect.stringMatching(/\.$/) });
    expect(await onlyWords(dying)).toMatch(/^GDB ended unexpectedly/);
  });

  it('that dies before it tells of a stop that a command needs says that the session is over', async () => {
    const change = `
      globalThis.asked ??= process.stdin.on('data', (data) => {
        if (data.includes('-exec-interrupt')) globalThis.dying = true;
      });
      if (globalThis.dying && line.startsWith('*stopped')) process.exit(1);
      say(line + '\\n');`;
    const dying = await launched({
      gdbPath: falseGdb('late-gdb', change),
      ...{ stopOnEntry: false, args: ['spin'] },
    });
    await dying.message(({ body }) => String(body?.output).includes('spinning'), 'a word of the guest');
    const command = await dying.ask('evaluate', { expression: '>info registers', context: 'repl' });
    expect(command).toMatchObject({
      success: false,
      message: 'No unikernel is being debugged any more. Start one with F5.',
    });
    expect(await onlyWords(dying)).toMatch(/^GDB ended unexpectedly/);
  });

  it('that never answers ends a launch; one that stops answering, or answers what nobody asked, a session', async () => {
    const mute = join(debuggee.folder, 'mute-gdb');
    writeFileSync(mute, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
    const first = client();
    const second = await launched();
    await second.event('stopped');
    const silent = "say((/^\\d+\\^done,name/.test(line) ? line.replace(/^\\d+/, '99999') : line) + '\\n');";
    process.kill(processOf(debuggee.folder, 'gdb'), 'SIGSTOP');
    const third = await launched({ gdbPath: falseGdb('silent-gdb', silent) });
    await third.event('stopped');
    // The three wait side by side.
    const [answer, ...values] = await Promise.all([
      first.launch({ manifest: debuggee.manifest, gdbPath: mute }),
      second.ask('evaluate', { expression: '6 * 7' }),
      third.ask('evaluate', { expression: '6 * 7' }),
    ]);
    expect(answer).toMatchObject({ success: false, message: expect.stringContaining('GDB did not answer') });
    for (const value of values) {
      expect(value).toMatchObject({
        success: false,
        message: expect.stringContaining('GDB did not answer'),
      });
    }
    for (const session of [second, third]) {
      expect(await onlyWords(session)).toMatch(/GDB did not answer '-.*' within 20 s\. .*Press F5/);
    }
  }, 90_000);

  it.each([
    ['lines that are no MI', "say(line + '\\n'); say('\\x00\\xff{]garbage,,=\\n*\\n=\\n^\\n~\\n');"],
    ['a notification that is broken', "say(line + '\\n=thread-created,id={\"1\\n*stopped,reason=[\\n');"],
    [
      'a text without an end',
      "say(line + '\\n'); if (/stopped,reason/.test(line)) say('~\"' + 'x'.repeat(100000) + '\\n');",
    ],
  ])('that writes %s goes on to be understood', async (_, change) => {
    const gdbPath = falseGdb('noisy-gdb', change);
    const session = await launched({ gdbPath });
    await session.event('stopped');
    const stack = await session.ask('stackTrace', { threadId: 1 });
    expect(stack.body).toMatchObject({
      stackFrames: expect.arrayContaining([expect.objectContaining({ name: 'main' })]),
    });
    await session.ask('terminate', {});
  });

  it('that gives an answer that is broken does not leave a request open', async () => {
    const change = "say(/^\\d+\\^done,name/.test(line) ? line.slice(0, 20) + '{,=\\n' : line + '\\n');";
    const session = await launched({ gdbPath: falseGdb('wrong-gdb', change) });
    await session.event('stopped');
    const value = await session.ask('evaluate', { expression: '6 * 7' });
    expect(value.success).toBe(false);
    expect(value.message).toContain('cannot be read');
    await session.ask('terminate', {});
  });

  it('that is killed while it starts ends the launch in a sentence', async () => {
    const gdbPath = join(debuggee.folder, 'dying-gdb');
    writeFileSync(gdbPath, '#!/bin/sh\necho "no room" >&2\nkill -9 $$\n', { mode: 0o755 });
    const made = client();
    const answer = await made.launch({ manifest: debuggee.manifest, gdbPath });
    expect(answer).toMatchObject({
      success: false,
      message: expect.stringMatching(/GDB ended unexpectedly.*no room/),
    });
  });
});

describe('QEMU', () => {
  it.each([
    ['', 'monitor', ''],
    [
      ', which GDB does not survive,',
      'other',
      "if (line.includes('thread-group-exited')) process.exit(134);",
    ],
  ])('that closes the debugger’s socket%s ends the session in a sentence', async (_, name, change) => {
    const monitor = join(debuggee.folder, name);
    const gdbPath = falseGdb(`${name}-gdb`, `say(line + '\\n'); ${change}`);
    const qemuArguments = ['-monitor', `unix:${monitor},server=on,wait=off`];
    const session = await launched({ qemuArguments, ...(change === '' ? {} : { gdbPath }) });
    await session.event('stopped');
    const socket = connect(monitor);
    socket.on('error', () => undefined);
    const closed = new Promise<void>((done) => {
      // HMP repeats what it was told, and shows its prompt when that is done.
      let said = '';
      socket.on('data', (data) => {
        said += data.toString();
        if (/none.*\(qemu\) $/s.test(said)) done();
      });
    });
    socket.write('gdbserver none\n');
    await closed;
    session.send('continue', { threadId: 1 });
    expect(await onlyWords(session)).toBe(
      'GDB lost its connection to QEMU. The unikernel was stopped. Press F5 to start again.\n',
    );
    socket.destroy();
  });

  it('that hangs is ended with the session', async () => {
    const session = await launched();
    await session.event('stopped');
    process.kill(processOf(debuggee.folder, 'qemu'), 'SIGSTOP');
    const pids = processesOf(debuggee.folder);
    session.send('continue', { threadId: 1 });
    expect(await session.leave()).toBe(0);
    await gone(pids);
  });
});
