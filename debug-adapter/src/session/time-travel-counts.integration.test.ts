/** Hit counts in a recorded run: a passing keeps its number, whichever way it is come to. On real QEMU and GDB. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect, it } from 'vitest';
import type { Breakpoint, TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';

const { launch, at } = useDebuggee('debuggee');
const values = useDebuggee('debuggee-values');
const thread = { threadId: 1 };

/** `depth` is called with 4 to 0: the line after `if` is passed by each. */
const depth = (more: Partial<Breakpoint>): Breakpoint => {
  const { path, line } = at('walk.c', 'bottom');
  return { path, line: line - 1, ...more };
};

/** Runs to the line behind the calls, with a breakpoint that counts on the way; what it stopped at. */
async function past(breakpoint: Partial<Breakpoint>) {
  const breakpoints = [depth(breakpoint), at('walk.c', 'sum')];
  const session = await launch({ timeTravel: true, stopOnEntry: false }, breakpoints);
  const forward: string[] = [];
  for (;;) {
    await session.stopped();
    if (!(await isInDepth(session))) return { session, forward };
    forward.push(await n(session));
    await session.client.continueRequest(thread);
  }
}

const isInDepth = async (session: TestSession) => (await session.place()).startsWith('depth:');
const n = async (session: TestSession) => (await session.evaluate('n', (await session.frame()).id)).result;

async function reverse(session: TestSession): Promise<DebugProtocol.StoppedEvent['body']> {
  await session.client.reverseContinueRequest(thread);
  return session.stopped();
}

/** All that it stops at on the way back to the start. */
async function allBack(session: TestSession): Promise<string[]> {
  const values: string[] = [];
  while ((await reverse(session)).reason === 'breakpoint') values.push(await n(session));
  return values;
}

it.each([
  [{ hitCondition: '2' }, ['3']],
  [{ hitCondition: '> 3' }, ['1', '0']],
  [{ hitCondition: '<= 2' }, ['4', '3']],
  [{ hitCondition: '% 2' }, ['3', '1']],
  [{ hitCondition: '2', condition: 'n != 3' }, ['2']],
])('a breakpoint with %j stops at the same passings back, and forward again', async (breakpoint, stops) => {
  const { session, forward } = await past(breakpoint);
  expect(forward).toEqual(stops);
  expect(await allBack(session)).toEqual(stops.toReversed());
  for (const value of stops) {
    expect((await session.goOn()).reason).toBe('breakpoint');
    expect(await n(session)).toBe(value);
  }
  await session.goOn();
  expect(await isInDepth(session)).toBe(false);
});

it('a passing that was stepped back over is not counted twice', async () => {
  const { session } = await past({ hitCondition: '% 4' });
  await reverse(session);
  expect(await n(session)).toBe('1');
  for (const granularity of ['line', 'instruction', 'instruction', 'line'] as const) {
    await session.client.stepBackRequest({ ...thread, granularity });
    await session.stopped();
  }
  await session.goOn();
  expect(await n(session)).toBe('1');
});

it('the way to a last write counts back what it passes', async () => {
  const { session } = await past({ hitCondition: '% 4' });
  const frameId = (await session.frames()).find(({ name }) => name === 'main')?.id;
  await session.request('unikernel/goToLastWrite', { name: 'calls', frameId });
  await session.stopped();
  await session.goOn();
  expect(await n(session)).toBe('1');
});

it('a logpoint says the same passings back', async () => {
  const { session } = await past({ hitCondition: '% 4', logMessage: 'depth {n}' });
  expect(await session.output('console', 'depth')).toBe('depth 1\n');
  await reverse(session);
  expect(await session.output('console', 'depth')).toBe('depth 1\n');
});

it('a breakpoint on several functions counts in all of them', async () => {
  const places = [values.at('main.c', 'sum')];
  const session = await values.launch({ timeTravel: true, stopOnEntry: false }, places, (before) =>
    before.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 't*ice', hitCondition: '2' }] }),
  );
  await session.stopped();
  expect(await session.place()).toMatch(/^thrice:/);
  await session.goOn();
  expect((await reverse(session)).reason).toBe('function breakpoint');
  expect(await session.place()).toMatch(/^thrice:/);
});

it('a data breakpoint stops at the same write back, from the write itself, too', async () => {
  const session = await values.launch({ timeTravel: true });
  await session.stopped();
  const ask = { name: 'counter' };
  const info = await session.request<DebugProtocol.DataBreakpointInfoResponse>('dataBreakpointInfo', ask);
  const breakpoints = [{ dataId: info.dataId, hitCondition: '% 2' }];
  await session.request('setDataBreakpoints', { breakpoints });
  const { path, line } = values.at('main.c', 'sum');
  await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line }] });
  const writes = ['counter: 1 → 2', 'counter: 3 → 4'];
  for (const text of writes) expect((await session.goOn()).text).toBe(text);
  expect((await session.goOn()).reason).toBe('breakpoint');
  for (const text of writes.toReversed()) expect((await reverse(session)).text).toBe(text);
});

it('a data breakpoint stops forward again, where it was gone back from such a stop', async () => {
  const session = await values.launch({ timeTravel: true });
  await session.stopped();
  const ask = { name: 'counter' };
  const info = await session.request<DebugProtocol.DataBreakpointInfoResponse>('dataBreakpointInfo', ask);
  await session.request('setDataBreakpoints', { breakpoints: [{ dataId: info.dataId }] });
  for (const text of ['counter: 0 → 1', 'counter: 1 → 2', 'counter: 2 → 3', 'counter: 3 → 4'])
    expect((await session.goOn()).text).toBe(text);
  for (const text of ['counter: 2 → 3', 'counter: 1 → 2']) expect((await reverse(session)).text).toBe(text);
  expect((await session.goOn()).text).toBe('counter: 2 → 3');
  expect((await session.goOn()).description).toBe('Paused at end of recording');
  expect((await reverse(session)).text).toBe('counter: 2 → 3');
  expect((await session.goOn()).description).toBe('Paused at end of recording');
  await session.request('unikernel/goToLastWrite', { name: 'counter' });
  expect((await session.stopped()).text).toBe('counter: 2 → 3');
  await session.request('unikernel/goToLastWrite', { name: 'counter' });
  expect((await session.stopped()).text).toBe('counter: 1 → 2');
  expect((await session.goOn()).text).toBe('counter: 2 → 3');
});

it('one that was set later has the numbers that it had from there on, and none before', async () => {
  const session = await launch({ timeTravel: true, stopOnEntry: false }, [depth({ condition: 'n == 3' })]);
  await session.stopped();
  const { path, line } = depth({});
  const sum = at('walk.c', 'sum').line;
  const breakpoints = [{ line, hitCondition: '2' }, { line: sum }];
  await session.client.setBreakpointsRequest({ source: { path }, breakpoints });
  await session.goOn();
  expect(await n(session)).toBe('1');
  await session.goOn();
  expect(await allBack(session)).toEqual(['1']);
  await session.goOn();
  expect(await n(session)).toBe('1');
});

it('what a command of GDB removed counts no more, and holds nothing up', async () => {
  const { session } = await past({ hitCondition: '2' });
  const { line } = depth({});
  await session.evaluate(`>clear walk.c:${line}`, undefined, 'repl');
  expect((await reverse(session)).description).toBe('Paused at start of recording');
});
