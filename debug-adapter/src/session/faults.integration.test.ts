/** Failures of a session: each gives one message that says what to do, and leaves no process behind. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleAdapter, Debuggee, processesOf, processOf, TestSession } from '../testing/debuggee';

let debuggee: Debuggee;
const sessions: TestSession[] = [];

beforeAll(() => bundleAdapter());
beforeEach(() => {
  debuggee = new Debuggee();
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
  expect(processesOf(debuggee.folder)).toEqual([]);
  debuggee.dispose();
});

async function open(options: object = {}): Promise<TestSession> {
  const session = await TestSession.open({ manifest: debuggee.manifest, ...options });
  sessions.push(session);
  return session;
}

/** The launch fails with this sentence, the session ends, once. */
async function expectFailure(session: TestSession, words: RegExp): Promise<void> {
  await expect(session.launch()).rejects.toThrow(words);
  await session.take('terminated');
  expect(session.count('terminated')).toBe(0);
  expect(processesOf(debuggee.folder)).toEqual([]);
}

function socketFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => /^unikernel-\d+-/.test(name));
}

async function gone(pid: number): Promise<void> {
  while (existsSync(`/proc/${pid}`)) await new Promise((resolve) => setImmediate(resolve));
}

describe('a launch that cannot work', () => {
  it('says that the manifest is missing', async () => {
    const session = await open({ manifest: debuggee.path('none/Kraftfile') });
    await expectFailure(session, /none\/Kraftfile/);
  });

  it('says where the manifest is not YAML', async () => {
    writeFileSync(debuggee.manifest, 'spec: v0.7\ntargets: [qemu/x86_64\n');
    await expectFailure(await open(), /Kraftfile:\d+:\d+/);
  });

  it('says where the C code is wrong', async () => {
    writeFileSync(debuggee.path('main.c'), 'int main(void) {\n    return x;\n}\n');
    await expectFailure(await open(), /main\.c:2:12.*'x' undeclared/s);
  });

  it.each([
    ['qemuPath', /'\/nonexistent\/tool'.*unikernel\.qemuPath/],
    ['gdbPath', /'\/nonexistent\/tool'.*unikernel\.gdbPath/],
    ['compiler', /'\/nonexistent\/tool'.*unikernel\.compiler/],
  ])('says that the %s is missing', async (attribute, words) => {
    await expectFailure(await open({ [attribute]: '/nonexistent/tool' }), words);
  });

  it('repeats what QEMU says when it does not start', async () => {
    await expectFailure(await open({ memory: '999999G' }), /QEMU did not start.*memory/is);
  });

  it('says that the image has no symbols', async () => {
    const compiler = debuggee.path('gcc');
    writeFileSync(compiler, '#!/bin/sh\nexec gcc "$@" -g0\n', { mode: 0o755 });
    await expectFailure(await open({ compiler }), /no debug information/);
  });

  it.each([
    [{ memory: 'lots' }, /'memory': 'lots' is not a size/],
    [{ stopOnEntry: 'later' }, /'stopOnEntry' takes/],
    [{ args: 'one' }, /'args' takes a list/],
    [{ accelerator: 'hvf' }, /'accelerator' takes/],
    [{ target: 'xen/arm' }, /xen\/arm/],
    [{ machine: 'virt' }, /'virt' is an arm64 one/],
    [{ ports: ['8080:80'] }, /CONFIG_LIBVIRTIO_NET/],
    [{ rootfs: './absent' }, /absent' does not exist/],
  ])('refuses %j and says what is taken', async (options, words) => {
    await expectFailure(await open(options), words);
  });

  it('says that no socket can be made', async () => {
    const saved = process.env.TMPDIR;
    process.env.TMPDIR = '/nonexistent/folder';
    try {
      await expectFailure(await open(), /set TMPDIR/);
    } finally {
      if (saved === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = saved;
    }
  });
});

it('a second launch is refused, and the first goes on', async () => {
  const session = await open();
  await session.launch();
  await session.stopped();
  await expect(session.launch()).rejects.toThrow('begin another session');
  expect(session.count('terminated')).toBe(0);
  expect(await session.place()).toMatch(/^main:/);
});

describe('a session whose tools die', () => {
  async function running(): Promise<TestSession> {
    const session = await open({ args: ['spin'], stopOnEntry: false });
    await session.launch();
    await session.output('stdout', 'spinning');
    return session;
  }

  it('ends with one message when QEMU is killed', async () => {
    const session = await running();
    process.kill(processOf(debuggee.folder, 'qemu'), 'SIGKILL');
    expect(await session.output('important', 'QEMU')).toBe(
      'QEMU ended unexpectedly (signal SIGKILL). Press F5 to start again.\n',
    );
    await session.take('terminated');
    expect(session.count('terminated')).toBe(0);
  });

  it('ends with one message when QEMU is killed at a stop', async () => {
    const session = await open();
    await session.launch();
    await session.stopped();
    process.kill(processOf(debuggee.folder, 'qemu'), 'SIGKILL');
    await session.output('important', 'QEMU ended unexpectedly');
    await session.take('terminated');
    await expect(session.client.continueRequest({ threadId: 1 })).rejects.toThrow();
  });

  it('ends with one message when GDB is killed', async () => {
    const session = await running();
    process.kill(processOf(debuggee.folder, 'gdb'), 'SIGKILL');
    expect(await session.output('important', 'GDB')).toMatch(/GDB ended unexpectedly \(signal SIGKILL\)/);
    await session.take('terminated');
    expect(processesOf(debuggee.folder)).toEqual([]);
  });

  it('leaves nothing when the adapter itself is killed', async () => {
    const session = await running();
    session.abandon();
    const pids = processesOf(debuggee.folder).map(Number);
    expect(pids.length).toBe(2);
    const status = readFileSync(`/proc/${processOf(debuggee.folder, 'gdb')}/status`, 'utf8');
    process.kill(Number(/PPid:\s*(\d+)/.exec(status)?.[1]), 'SIGKILL');
    await Promise.all(pids.map(gone));
  });

  it('leaves nothing when the client hangs up in the middle of a launch', async () => {
    const session = await open();
    const before = socketFolders();
    void session.launch().catch(() => undefined);
    await session.close();
    expect(processesOf(debuggee.folder)).toEqual([]);
    // Orphans of killed sessions may have gone meanwhile; nothing has come.
    expect(before).toEqual(expect.arrayContaining(socketFolders()));
  });
});

describe('a session that ends', () => {
  it('by terminate tells so once and leaves nothing', async () => {
    const session = await open();
    await session.launch();
    await session.stopped();
    await session.client.terminateRequest();
    await session.take<DebugProtocol.TerminatedEvent>('terminated');
    expect(processesOf(debuggee.folder)).toEqual([]);
  });
});
