/** Steps that last, and are interrupted for something else: they end where they would have. */
import { describe, expect, it } from 'vitest';
import type { Breakpoint, TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';

const { debuggee, launch, at } = useDebuggee('debuggee-kernel');
const thread = { threadId: 1 };

async function stoppedIn(mark: string, options: object, more: Partial<Breakpoint> = {}) {
  const session = await launch({ stopOnEntry: false, args: ['lasts'], ...options }, [
    at('lasts.c', mark, more),
  ]);
  await session.stopped();
  return session;
}

/** Each of the two interrupts the guest; the second lets the call end. */
async function release(session: TestSession, number: number): Promise<void> {
  const { path, line } = at('waits.c', 'done');
  const { body } = await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line }] });
  expect(body.breakpoints[0]?.verified).toBe(true);
  await session.evaluate(`>set variable released = ${number}`, undefined, 'repl');
}

async function endsAt(session: TestSession, mark: string, name = 'lasts'): Promise<void> {
  expect((await session.stopped()).reason).toBe('step');
  expect(await session.place()).toBe(`${name}:${at('lasts.c', mark).line}`);
}

const value = async (session: TestSession, expression: string) =>
  (await session.evaluate(expression, (await session.frame()).id)).result;

describe.each([
  ['x86_64', 'without optimization'],
  ['x86_64', 'optimized'],
  ['arm64', 'without optimization'],
])('on %s, %s', (architecture, optimized) => {
  const options = () => ({
    ...(optimized === 'optimized' ? { manifest: debuggee().path('Kraftfile.fast') } : {}),
    target: `qemu/${architecture}`,
  });

  it('a step over ends behind the call, wherever in it the guest was interrupted', async () => {
    const session = await stoppedIn('spins in a call', options());
    await session.client.nextRequest(thread);
    await release(session, 1);
    await endsAt(session, 'sleeps in a call');
    await session.client.nextRequest(thread);
    await release(session, 2);
    await endsAt(session, 'turns in the line');
    await session.client.nextRequest(thread);
    await release(session, 3);
    await endsAt(session, 'behind all');
  });

  it('a step over ends in its own call of a function that calls itself', async () => {
    const session = await stoppedIn('recurses', options(), { condition: 'depth == 2' });
    await session.client.nextRequest(thread);
    await release(session, 1);
    await endsAt(session, 'behind recursion', 'recurse');
    expect(await value(session, 'depth')).toBe('2');
  });

  it('a step out ends in the caller', async () => {
    const session = await stoppedIn('waits in a loop', options());
    const { path } = at('lasts.c', 'recurses');
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [] });
    await session.client.stepOutRequest(thread);
    await release(session, 1);
    expect((await session.stopped()).reason).toBe('step');
    expect((await session.frame()).name).toBe('recurse');
  });

  it('a step out of an inlined function ends behind it', async () => {
    const session = await stoppedIn('spins in a call', options());
    const { path, line } = at('lasts.c', 'inlined');
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line }] });
    await session.evaluate('>set variable released = 3', undefined, 'repl');
    expect((await session.goOn()).reason).toBe('breakpoint');
    await session.client.stepOutRequest(thread);
    await release(session, 4);
    expect((await session.stopped()).reason).toBe('step');
    // What of its line comes behind the inlined code is optimized out, or not.
    const behind = at('lasts.c', 'behind inlined').line;
    expect([`lasts:${behind - 1}`, `lasts:${behind}`]).toContain(await session.place());
  });
});

it('a breakpoint that is set during a step over is met in it', async () => {
  const session = await stoppedIn('spins in a call', {});
  await session.client.nextRequest(thread);
  const { path, line } = at('lasts.c', 'behind recursion');
  await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line }] });
  await session.evaluate('>set variable released = 1', undefined, 'repl');
  expect((await session.stopped()).reason).toBe('breakpoint');
  expect(await value(session, 'depth')).toBe('1');
  await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [] });
  await session.client.stepOutRequest(thread);
  expect((await session.stopped()).reason).toBe('step');
});

it.each([8, 16])('a step over ends where it would have with GDB on numbers of base %i', async (radix) => {
  const session = await stoppedIn('recurses', {}, { condition: 'depth == 2' });
  await session.evaluate(`>set radix ${radix}`, undefined, 'repl');
  await session.client.nextRequest(thread);
  await release(session, 1);
  await endsAt(session, 'behind recursion', 'recurse');
});

it('a breakpoint is met where the stepped call goes on, too, in another call of the function', async () => {
  const first = await stoppedIn('waits in a loop', {});
  const instructionReference = (await first.frames())[2]?.instructionPointerReference ?? '';
  const session = await stoppedIn('recurses', {}, { condition: 'depth == 3' });
  await session.client.nextRequest(thread);
  await session.request('setInstructionBreakpoints', { breakpoints: [{ instructionReference }] });
  await session.evaluate('>set variable released = 1', undefined, 'repl');
  expect((await session.stopped()).reason).toBe('instruction breakpoint');
  expect(await value(session, 'depth')).toBe('1');
});

it('a step over an instruction ends behind its call', async () => {
  const session = await stoppedIn('spins in a call', {});
  const byInstruction = { ...thread, granularity: 'instruction' } as const;
  await session.client.nextRequest(byInstruction);
  await endsAt(session, 'spins in a call');
  await session.client.nextRequest(byInstruction);
  await release(session, 1);
  await endsAt(session, 'spins in a call');
});

it('a step over goes on behind a logpoint that has nothing to say', async () => {
  const session = await stoppedIn('spins in a call', {});
  const { path, line } = at('lasts.c', 'behind recursion');
  await session.client.setBreakpointsRequest({
    source: { path },
    breakpoints: [{ line, logMessage: 'got {*(int *) 0x7fffffff0000}' }],
  });
  await session.client.nextRequest(thread);
  await release(session, 1);
  await endsAt(session, 'sleeps in a call');
  expect(await session.output('console', 'got')).toContain('<Cannot access memory');
});

it('a pause ends a step over that was interrupted before', async () => {
  const session = await stoppedIn('spins in a call', {});
  await session.client.nextRequest(thread);
  await session.evaluate('>set variable total = 5', undefined, 'repl');
  await session.client.pauseRequest(thread);
  expect((await session.stopped()).reason).toBe('pause');
  expect((await session.frame()).name).toBe('spin_until');
  expect((await session.evaluate('>info breakpoints', undefined, 'repl')).result).not.toContain('released');
});

it('a pause is not lost to a breakpoint that is set in the same moment, before it or behind it', async () => {
  const session = await launch({ stopOnEntry: false, args: ['lasts'] });
  const { path, line } = at('waits.c', 'done');
  const set = (breakpoints: { line: number }[]) =>
    session.client.setBreakpointsRequest({ source: { path }, breakpoints });
  const pause = () => session.client.pauseRequest(thread);
  for (const requests of [
    [pause, () => set([{ line }])],
    [() => set([]), pause],
    [() => set([{ line }]), pause, () => set([])],
  ]) {
    await Promise.all(requests.map((request) => request()));
    expect((await session.stopped()).reason).toBe('pause');
    expect(session.count('stopped')).toBe(0);
    await session.client.continueRequest(thread);
  }
});
