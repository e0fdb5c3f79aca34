/** Machines with several vCPUs: breakpoints on any of them, and one that goes on while the others stand still. */
import { describe, expect, it } from 'vitest';
import { lineOf, type TestSession } from '../testing/debuggee';
import { useBareImages } from '../testing/sessions';

const { images, start } = useBareImages();

/** What each vCPU has counted. */
async function ticks(session: TestSession): Promise<[number, number]> {
  const count = async (name: string) => Number((await session.evaluate(name)).result);
  return [await count('ticks[0]'), await count('ticks[1]')];
}

/** Both vCPUs count; stopped at the first one's line. */
async function counting(program: string, ...marks: string[]): Promise<TestSession> {
  const path = images().source('main.c');
  const breakpoints = marks.map((mark) => ({ path, line: lineOf(path, `mark: ${mark}`) }));
  const session = await start({ program, cpus: 2, stopOnEntry: false }, breakpoints);
  return session;
}

describe.each([
  ['x86_64', () => images().pvh()],
  ['arm64', () => images().arm64()],
])('two vCPUs of %s', (_, program) => {
  it('are stepped one by one, the other standing still or running', async () => {
    const session = await counting(program(), 'loop');
    expect((await session.stopped()).threadId).toBe(1);
    const path = images().source('main.c');
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [] });
    let before = await ticks(session);
    for (let round = 1; round <= 6; round++) {
      await session.client.nextRequest({ threadId: 1, singleThread: true });
      expect(await session.stopped()).toMatchObject({ reason: 'step', threadId: 1 });
    }
    let after = await ticks(session);
    expect(after[0]).toBeGreaterThan(before[0]);
    expect(after[1]).toBe(before[1]);

    // The other one, with the first standing still.
    before = after;
    for (let round = 1; round <= 12; round++) {
      // Its loop is one line, which a step by line would not leave.
      await session.client.nextRequest({ threadId: 2, singleThread: true, granularity: 'instruction' });
      expect(await session.stopped()).toMatchObject({ reason: 'step', threadId: 2 });
    }
    after = await ticks(session);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBeGreaterThan(before[1]);

    // Without the wish all go on again.
    before = after;
    for (let round = 1; round <= 50 && after[1] === before[1]; round++) {
      await session.client.nextRequest({ threadId: 1 });
      await session.stopped();
      after = await ticks(session);
    }
    expect(after[1]).toBeGreaterThan(before[1]);
  });

  it('go on alone until a breakpoint, and a breakpoint that is set meanwhile changes nothing of that', async () => {
    const session = await counting(program(), 'loop');
    await session.stopped();
    const path = images().source('main.c');
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [] });
    const before = await ticks(session);
    const { body } = await session.client.continueRequest({ threadId: 1, singleThread: true });
    expect(body.allThreadsContinued).toBe(false);
    // GDB sets it while the guest is stopped for a moment.
    const line = lineOf(path, 'mark: answer');
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line }] });
    await session.request('unikernel/serialInput', { data: 'z' });
    expect(await session.stopped()).toMatchObject({ reason: 'breakpoint', threadId: 1 });
    const after = await ticks(session);
    expect(after[0]).toBeGreaterThan(before[0]);
    expect(after[1]).toBe(before[1]);
    expect((await session.client.continueRequest({ threadId: 1 })).body.allThreadsContinued).toBe(true);
    let now = after[1];
    // A pause may come before the second one has gone on.
    for (let pauses = 0; pauses < 50 && now === after[1]; pauses++) {
      await session.client.pauseRequest({ threadId: 1 });
      await session.stopped();
      now = (await ticks(session))[1];
      await session.client.continueRequest({ threadId: 1 });
    }
    expect(now).toBeGreaterThan(after[1]);
  });

  it('are paused though they go on from a breakpoint just then, which stubs pass over', async () => {
    const session = await counting(program(), 'answer');
    await session.output('stdout', 'bare: ready');
    for (let round = 0; round < 15; round++) {
      await session.request('unikernel/serialInput', { data: 'z' });
      expect((await session.stopped()).reason).toBe('breakpoint');
      await session.client.continueRequest({ threadId: 1 });
      await session.client.pauseRequest({ threadId: 1 });
      expect((await session.stopped()).reason).toBe('pause');
      await session.client.continueRequest({ threadId: 1 });
    }
    expect(session.count('stopped')).toBe(0);
  });

  it('stop at breakpoints of either, each told with its own', async () => {
    const session = await counting(program(), 'loop', 'second');
    const seen = new Map<number, string>();
    for (let stops = 0; stops < 40 && seen.size < 2; stops++) {
      const { threadId = 0, reason } = await session.stopped();
      expect(reason).toBe('breakpoint');
      const { stackFrames } = (await session.client.stackTraceRequest({ threadId })).body;
      seen.set(threadId, stackFrames[0]?.name ?? '');
      await session.client.continueRequest({ threadId });
    }
    expect(Object.fromEntries(seen)).toEqual({ 1: 'main', 2: 'second_main' });
  });
});

it.each(['x86_64', 'arm64'] as const)(
  'a thread of Unikraft’s on %s is stepped on whichever vCPU goes on with it',
  async (architecture) => {
    const path = images().source('main.c');
    const program = images().threads(architecture);
    const breakpoints = [{ path, line: lineOf(path, 'start_second();') }];
    const session = await start({ program, cpus: 2, stopOnEntry: false }, breakpoints);
    expect((await session.stopped()).threadId).toBe(1);
    const { threads } = (await session.client.threadsRequest()).body;
    expect(threads.map(({ name }) => name)).toContain('first (CPU#0)');
    const waiter = threads.find(({ name }) => name.startsWith('waiter ('))?.id ?? 0;
    await session.client.nextRequest({ threadId: waiter });
    expect(await session.stopped()).toMatchObject({ reason: 'step', threadId: 2 });
    expect((await session.client.threadsRequest()).body.threads[1]?.name).toBe('waiter (CPU#1)');
    // Its vCPU runs it now.
    await session.client.nextRequest({ threadId: waiter });
    expect(await session.stopped()).toMatchObject({ reason: 'step', threadId: 2 });
    const { stackFrames } = (await session.client.stackTraceRequest({ threadId: waiter })).body;
    expect(stackFrames.map(({ name }) => name)).toContain('second_main');
  },
);
