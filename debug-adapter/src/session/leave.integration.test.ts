/** Machines of a launch that their session leaves to themselves, running or stopped, and that are found again. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { processIsGone } from '@unikernel-tools/kernel-sdk/program';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { lineOf, processesOf, processOf, type TestSession } from '../testing/debuggee';
import { until } from '../testing/running-machine';
import { useBareImages } from '../testing/sessions';

const { images, start } = useBareImages();
const thread = { threadId: 1 };

interface Left {
  readonly connect: string;
  readonly serial: string;
  /** The adapter's process, which holds the machine. */
  readonly holder: number;
}

async function leave(session: TestSession, args: DebugProtocol.DisconnectArguments): Promise<Left> {
  await session.client.disconnectRequest(args);
  const words = await session.output('important', 'without the debugger');
  await session.take('terminated');
  session.hangUp();
  const { connect, serial } = JSON.parse(/\{.*\}/.exec(words)?.[0] ?? '{}') as Left;
  expect(words).toContain(`or end it with 'kill ${processOf(images().folder, 'qemu')}'`);
  return { connect, serial, holder: Number(/unikernel-(\d+)-/.exec(connect)?.[1]) };
}

const attach = ({ connect, serial }: Left, options: object = {}) =>
  start({ request: 'attach', program: images().pvh(), connect, serial, ...options });

async function ticksOf(session: TestSession): Promise<number> {
  return Number((await session.evaluate('ticks[0]')).result);
}

describe('a machine that is left', () => {
  it('runs on without breakpoints, is attached to again with its serial line, and ends its holder with it', async () => {
    const path = images().source('main.c');
    const line = lineOf(path, 'mark: loop');
    const session = await start({ program: images().pvh(), cpus: 2, stopOnEntry: false }, [{ path, line }]);
    await session.stopped();
    const before = await ticksOf(session);
    const left = await leave(session, { terminateDebuggee: false });
    // What the editor does to an adapter whose session is over.
    process.kill(left.holder, 'SIGTERM');
    expect(statSync(left.serial).mode & 0o777).toBe(0o600);

    const again = await attach(left);
    await again.stopped();
    expect(await ticksOf(again)).toBeGreaterThan(before);
    await again.client.continueRequest(thread);
    await again.request('unikernel/serialInput', { data: 'hi' });
    await again.output('stdout', 'hi');
    await again.request('unikernel/serialInput', { data: 'q' });
    await again.take('terminated');
    await until(() => processIsGone(left.holder));
    expect(existsSync(dirname(left.connect))).toBe(false);
  });

  it('stays stopped where that is asked for, and goes on from there', async () => {
    const session = await start({ program: images().pvh(), cpus: 2 });
    await session.stopped();
    const left = await leave(session, { terminateDebuggee: false, suspendDebuggee: true });
    const again = await attach(left);
    await again.stopped();
    expect((await again.frames())[0]?.name).toBe('main');
    await again.client.continueRequest(thread);
    await again.output('stdout', 'bare: ready');
    await again.client.disconnectRequest({ terminateDebuggee: true });
    again.abandon();
    await until(() => processIsGone(left.holder) && processesOf(images().folder).length === 0);
  });

  it('runs on where there was no debugger', async () => {
    const session = await start({ program: images().pvh(), cpus: 2, noDebug: true });
    await session.output('stdout', 'bare: ready');
    const left = await leave(session, { terminateDebuggee: false });
    const again = await attach(left);
    await again.stopped();
    await again.client.disconnectRequest({ terminateDebuggee: true });
    again.abandon();
    await until(() => processIsGone(left.holder) && processesOf(images().folder).length === 0);
  });

  it('is ended with its session where nobody says otherwise', async () => {
    const session = await start({ program: images().pvh(), cpus: 2 });
    await session.stopped();
    expect(session.capabilities).toMatchObject({ supportTerminateDebuggee: true });
    await session.client.disconnectRequest();
    await session.take('terminated');
    session.abandon();
    await until(() => processesOf(images().folder).length === 0);
  });
});
