/** Several data breakpoints at one place, and what is left of those that cannot be, on real QEMU and GDB. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import type { TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';

const { launch, at } = useDebuggee('debuggee-values');

type Wanted = Omit<DebugProtocol.DataBreakpoint, 'dataId'> & { readonly name: string };

/** Wants exactly these data breakpoints; gives them back in their order. */
async function watch(
  session: TestSession,
  ...wanted: readonly Wanted[]
): Promise<DebugProtocol.Breakpoint[]> {
  const breakpoints = await Promise.all(
    wanted.map(async ({ name, ...rest }) => {
      const info = await session.request<DebugProtocol.DataBreakpointInfoResponse>('dataBreakpointInfo', {
        name,
      });
      return { dataId: info.dataId, ...rest };
    }),
  );
  const set = await session.request<DebugProtocol.SetDataBreakpointsResponse>('setDataBreakpoints', {
    breakpoints,
  });
  return set.breakpoints;
}

const idsOf = (breakpoints: readonly DebugProtocol.Breakpoint[]) => breakpoints.map(({ id }) => id);

it('data breakpoints that one write meets are told together, each with its values', async () => {
  const session = await launch();
  await session.stopped();
  const placed = await watch(
    session,
    { name: 'everything.number', accessType: 'write' },
    { name: 'everything.number.bytes[0]', accessType: 'readWrite' },
    { name: 'counter', accessType: 'write' },
    { name: 'counter', accessType: 'readWrite' },
  );
  const first = await session.goOn();
  expect(first).toMatchObject({ reason: 'data breakpoint' });
  expect(first.hitBreakpointIds).toEqual(idsOf(placed).slice(3));
  const second = await session.goOn();
  expect(second).toMatchObject({ reason: 'data breakpoint', text: 'counter: 0 → 1' });
  expect(second.hitBreakpointIds).toEqual(idsOf(placed).slice(2));
});

it('a breakpoint at the instruction behind a write is told with the data breakpoint', async () => {
  const session = await launch();
  await session.stopped();
  const [watched] = await watch(session, { name: 'counter', accessType: 'write' });
  const { path, line } = at('main.c', 'loop');
  const { body } = await session.client.setBreakpointsRequest({
    source: { path },
    breakpoints: [{ line: line + 1, condition: 'i == 1' }],
  });
  const stop = await session.goOn();
  expect(stop).toMatchObject({ reason: 'data breakpoint', text: 'counter: 0 → 1' });
  expect(stop.hitBreakpointIds).toEqual([watched?.id, body.breakpoints[0]?.id]);
});

it('a data breakpoint is told with a breakpoint behind the write that was there before it, and which GDB tells alone', async () => {
  const { path, line } = at('main.c', 'loop');
  const breakpoint = { path, line: line + 1, condition: 'i == 1' };
  const session = await launch({ stopOnEntry: false }, [at('main.c', 'loop'), breakpoint]);
  await session.stopped();
  const { body } = await session.client.setBreakpointsRequest({
    source: { path },
    breakpoints: [{ line: line + 1, condition: 'i == 1' }],
  });
  const [watched] = await watch(session, { name: 'counter', accessType: 'write' });
  const stop = await session.goOn();
  expect(stop).toMatchObject({ reason: 'data breakpoint', text: 'counter: changed to 1' });
  expect(stop.hitBreakpointIds).toEqual([watched?.id, body.breakpoints[0]?.id]);
  // What was told once is not told with the next stop.
  expect((await session.goOn()).text).toBe('counter: 1 → 2');
  await watch(session);
  const { body: end } = await session.client.setBreakpointsRequest({
    source: { path },
    breakpoints: [{ line: line + 1 }],
  });
  expect((await session.goOn()).hitBreakpointIds).toEqual([end.breakpoints[0]?.id]);
});

it('a local is watched no more where its call returns to a breakpoint that was there before', async () => {
  const session = await launch({ stopOnEntry: false }, [], (before) =>
    before.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'twice' }] }),
  );
  await session.stopped();
  const [inner, outer] = await session.frames();
  const { breakpoints } = await session.request<DebugProtocol.SetInstructionBreakpointsResponse>(
    'setInstructionBreakpoints',
    { breakpoints: [{ instructionReference: outer?.instructionPointerReference }] },
  );
  const ask = { name: 'n', frameId: inner?.id };
  const info = await session.request<DebugProtocol.DataBreakpointInfoResponse>('dataBreakpointInfo', ask);
  const set = await session.request<DebugProtocol.SetDataBreakpointsResponse>('setDataBreakpoints', {
    breakpoints: [{ dataId: info.dataId, accessType: 'write' }],
  });
  const stop = await session.goOn();
  expect(stop).toMatchObject({ reason: 'data breakpoint', text: expect.stringContaining('no more') });
  expect(stop.hitBreakpointIds).toEqual([set.breakpoints[0]?.id, breakpoints[0]?.id]);
});

describe('what is refused leaves nothing in GDB', () => {
  const inGdb = async (session: TestSession) =>
    (await session.evaluate('>info breakpoints', undefined, 'repl')).result;

  it('where a data breakpoint has a condition that means nothing', async () => {
    const session = await launch();
    await session.stopped();
    const before = await inGdb(session);
    const refused = { accessType: 'write', condition: 'nothing > 1' } as const;
    const placed = await watch(
      session,
      { name: 'many[0]', ...refused },
      { name: 'many[1]', ...refused },
      { name: 'many[2]', hitCondition: 'often' },
      { name: 'counter', ...refused, hitCondition: '2' },
    );
    expect(placed).toMatchObject(Array(4).fill({ verified: false, message: expect.any(String) }));
    expect(await inGdb(session)).toBe(before);
  });

  it('where one function of several has no value of the condition', async () => {
    const session = await launch();
    await session.stopped();
    const before = await inGdb(session);
    const set = await session.client.setFunctionBreakpointsRequest({
      breakpoints: [{ name: 't*ice', condition: 'times == 3' }],
    });
    expect(set.body.breakpoints).toMatchObject([
      { verified: false, message: expect.stringContaining('No symbol "times"') },
    ]);
    expect(await inGdb(session)).toBe(before);
  });

  it('where a breakpoint or a logpoint does not fit', async () => {
    const session = await launch();
    await session.stopped();
    const { path, line } = at('main.c', 'loop');
    const before = await inGdb(session);
    const set = await session.client.setBreakpointsRequest({
      source: { path },
      breakpoints: [
        { line, condition: 'nothing' },
        { line, condition: 'i)', hitCondition: '2' },
        { line, logMessage: '{i} {nothing}' },
        { line, logMessage: '{i}', condition: 'nothing' },
      ],
    });
    expect(set.body.breakpoints).toMatchObject(Array(4).fill({ verified: false }));
    expect(await inGdb(session)).toBe(before);
  });
});

it('breakpoints that a command of GDB removed can be set and removed still', async () => {
  const session = await launch();
  await session.stopped();
  const { path, line } = at('main.c', 'loop');
  await session.client.setBreakpointsRequest({
    source: { path },
    breakpoints: [{ line }, { line: line + 1 }],
  });
  await session.evaluate(`>clear main.c:${line}`, undefined, 'repl');
  const set = await session.client.setBreakpointsRequest({
    source: { path },
    breakpoints: [{ line: line + 2 }],
  });
  expect(set.body.breakpoints).toMatchObject([{ verified: true }]);
  expect((await session.goOn()).hitBreakpointIds).toEqual([set.body.breakpoints[0]?.id]);
  expect(await session.place()).toBe(`loop:${line + 2}`);
});
