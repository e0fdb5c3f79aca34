/** Restart and snapshots on real QEMU and GDB: the machine goes back to what it was, and GDB with it. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { processesOf, processOf, type TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';
import type { Snapshot } from './run-snapshots';

const { launch, debuggee, at } = useDebuggee('debuggee-values');

const value = async (session: TestSession, expression: string) =>
  (await session.evaluate(expression, (await session.frame()).id)).result;

const qemu = () => processOf(debuggee().folder, 'qemu');

const kept = async (session: TestSession): Promise<readonly Snapshot[]> =>
  (await session.request<{ body: { snapshots: Snapshot[] } } & DebugProtocol.Response>('unikernel/snapshots'))
    .snapshots;

const save = (session: TestSession, name: string) => session.request('unikernel/saveSnapshot', { name });

async function goTo(session: TestSession, name: string): Promise<DebugProtocol.StoppedEvent['body']> {
  await session.request('unikernel/goToSnapshot', { name });
  return session.stopped();
}

async function restart(session: TestSession): Promise<DebugProtocol.StoppedEvent['body']> {
  await session.client.restartRequest({});
  return session.stopped();
}

async function watch(session: TestSession, name: string): Promise<void> {
  const { dataId } = await session.request<DebugProtocol.DataBreakpointInfoResponse>('dataBreakpointInfo', {
    name,
    frameId: (await session.frame()).id,
  });
  await session.client.setDataBreakpointsRequest({
    breakpoints: [{ dataId: String(dataId), accessType: 'write' }],
  });
}

describe('restart', () => {
  it('puts the same machine back to main: values, frames and registers are those of the first stop', async () => {
    const session = await launch({}, [at('main.c', 'sum')]);
    await session.stopped();
    const [machine, place] = [qemu(), await session.place()];
    const registers = await value(session, '$sp');
    expect((await session.goOn()).reason).toBe('breakpoint');
    expect(await value(session, 'counter')).toBe('5');
    expect(session.count('continued')).toBe(0);
    expect((await restart(session)).reason).toBe('entry');
    // A client that is not told that the old stop has ended shows its reason still.
    expect(session.count('continued')).toBe(1);
    expect(qemu()).toBe(machine);
    expect(await session.place()).toBe(place);
    expect(await value(session, 'counter')).toBe('0');
    expect(await value(session, '$sp')).toBe(registers);
    expect(await value(session, 'many[3]')).toBe('0');
    await session.output('console', 'without a boot');
    expect(session.count('terminated')).toBe(0);
  });

  it('hits every kind of breakpoint again, the one at main not at once', async () => {
    const main = { path: at('main.c', 'loop').path, line: at('main.c', 'calls').line - 4 };
    const session = await launch(
      {},
      [
        main,
        at('main.c', 'loop', { hitCondition: '3' }),
        at('main.c', 'calls', { logMessage: 'at {counter}' }),
      ],
      (opened) => opened.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'twice' }] }),
    );
    await session.stopped();
    await watch(session, 'watched');
    const run = async () => {
      const stops: string[] = [];
      for (let i = 0; i < 8; i++) {
        const { reason, text } = await session.goOn();
        stops.push(`${reason} ${text ?? ''} ${await session.place()}`);
      }
      await session.output('console', 'at 5');
      return stops;
    };
    const first = await run();
    expect(first.map((stop) => stop.split(' ')[0])).toEqual([
      ...['data', 'data', 'breakpoint', 'data', 'data', 'data', 'data', 'function'],
    ]);
    for (let again = 0; again < 2; again++) {
      expect((await restart(session)).reason).toBe('entry');
      expect(await run()).toEqual(first);
    }
  });

  it('reaches a guest that runs, and one without page tables', async () => {
    for (const args of [['masked'], ['unmapped']]) {
      const session = await launch({ args });
      await session.stopped();
      const machine = qemu();
      await session.client.continueRequest({ threadId: 1 });
      await session.output('stdout', 'sum');
      expect((await restart(session)).reason).toBe('entry');
      expect(qemu()).toBe(machine);
      expect(await value(session, 'argc')).toBe('2');
      await session.close();
    }
  });

  it('boots anew where the image has changed, and where the entry is not where the guest stopped first', async () => {
    const session = await launch({}, [at('main.c', 'loop')]);
    await session.stopped();
    const machine = qemu();
    await session.goOn();
    const { path } = at('main.c', 'loop');
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, source.replace('counter = i;', 'counter = i + 100;'));
    try {
      expect((await restart(session)).reason).toBe('entry');
      const next = qemu();
      expect(next).not.toBe(machine);
      await session.goOn();
      await session.goOn();
      expect(await value(session, 'counter')).toBe('100');
      expect((await restart(session)).reason).toBe('entry');
      expect(qemu()).toBe(next);
    } finally {
      writeFileSync(path, source);
    }
    await session.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'uk_boot_main' }] });
    await session.close();
    const early = await launch({}, [], (opened) =>
      opened.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'uk_boot_main' }] }),
    );
    expect((await early.stopped()).reason).toBe('function breakpoint');
    expect((await early.goOn()).reason).toBe('entry');
    const booted = qemu();
    expect((await restart(early)).reason).toBe('function breakpoint');
    expect(qemu()).not.toBe(booted);
  });

  it('boots where the configuration wants that', async () => {
    const session = await launch({ instantRestart: false });
    await session.stopped();
    const machine = qemu();
    expect((await restart(session)).reason).toBe('entry');
    expect(qemu()).not.toBe(machine);
  });

  it('can be asked for several times at once', async () => {
    const session = await launch({}, [at('main.c', 'sum')]);
    await session.stopped();
    await session.goOn();
    const answers = await Promise.allSettled([1, 2, 3].map(() => session.client.restartRequest({})));
    expect(answers.at(-1)?.status).toBe('fulfilled');
    await session.stopped();
    expect((await session.frame()).name).toMatch(/^main/);
    expect(await value(session, 'counter')).toBe('0');
    expect(session.count('terminated')).toBe(0);
    expect(processesOf(debuggee().folder)).toHaveLength(2);
  });

  it('ends the session where the build fails, with nothing left', async () => {
    const session = await launch();
    await session.stopped();
    const { path } = at('main.c', 'loop');
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, source.replace('counter = i;', 'counter = ;'));
    try {
      await expect(session.client.restartRequest({})).rejects.toThrow();
      await session.take('terminated');
      expect(processesOf(debuggee().folder)).toEqual([]);
    } finally {
      writeFileSync(path, source);
    }
  });
});

describe('snapshots', () => {
  it('are kept at any stop, and gone to from any other', async () => {
    const session = await launch({}, [at('main.c', 'loop', { condition: 'i == 3' }), at('main.c', 'sum')]);
    await session.stopped();
    await session.goOn();
    await save(session, 'third turn');
    await session.goOn();
    await save(session, 'before the sum');
    expect(await value(session, 'sum')).toBe('25');
    const stop = await goTo(session, 'third turn');
    expect(stop).toMatchObject({ reason: 'goto', description: "Paused at snapshot 'third turn'" });
    expect(await session.place()).toBe(`loop:${at('main.c', 'loop').line}`);
    expect(await value(session, 'i')).toBe('3');
    expect(await value(session, 'counter')).toBe('2');
    // The breakpoint that it stands on is not hit again, the next one is.
    expect((await session.goOn()).reason).toBe('breakpoint');
    expect(await session.place()).toBe(`main:${at('main.c', 'sum').line}`);
    await goTo(session, 'main');
    expect(await value(session, 'counter')).toBe('0');
    await goTo(session, 'before the sum');
    expect(await value(session, 'sum')).toBe('25');
    const { path } = at('main.c', 'sum');
    expect(await kept(session)).toMatchObject([
      { name: 'main', function: 'main', file: path },
      { name: 'third turn', function: 'loop', file: path, line: at('main.c', 'loop').line },
      { name: 'before the sum', function: 'main', file: path, line: at('main.c', 'sum').line },
    ]);
    for (const { taken } of await kept(session)) expect(Date.now() - Date.parse(taken)).toBeLessThan(120_000);
  });

  it('have a name each, which is told where it is wrong, and can be deleted', async () => {
    const session = await launch();
    await session.stopped();
    const machine = qemu();
    await save(session, 'here');
    await expect(save(session, ' here ')).rejects.toThrow(
      "There is a snapshot 'here' already. Delete it first, or give this one another name.",
    );
    await expect(goTo(session, 'there')).rejects.toThrow(
      "There is no snapshot 'there'. These are kept: main, here.",
    );
    expect(session.count('continued') + session.count('stopped')).toBe(0);
    await expect(save(session, ' ')).rejects.toThrow("'name' takes the name of a snapshot");
    await session.request('unikernel/deleteSnapshot', { name: 'here' });
    await expect(session.request('unikernel/deleteSnapshot', { name: 'here' })).rejects.toThrow('main.');
    await save(session, 'here');
    await goTo(session, 'here');
    await session.request('unikernel/deleteSnapshot', { name: 'main' });
    expect((await kept(session)).map(({ name }) => name)).toEqual(['here']);
    expect((await restart(session)).reason).toBe('entry');
    expect(qemu()).not.toBe(machine);
  });

  it('bring back a machine that reset itself', async () => {
    const session = await launch({ args: ['triple'] });
    await session.stopped();
    const machine = qemu();
    await save(session, 'before');
    expect((await session.goOn()).description).toBe('Paused on triple fault');
    await goTo(session, 'before');
    expect(await session.place()).toMatch(/^main:/);
    expect((await session.goOn()).description).toBe('Paused on triple fault');
    expect((await restart(session)).reason).toBe('entry');
    expect(qemu()).toBe(machine);
    await session.client.continueRequest({ threadId: 1 });
    await session.stopped();
    await session.client.continueRequest({ threadId: 1 });
    await session.output('important', 'reset the machine');
    await session.take('terminated');
  });

  it('need a guest that stands, and nothing that QEMU cannot keep', async () => {
    const session = await launch({ args: ['masked'] });
    await session.stopped();
    await session.client.continueRequest({ threadId: 1 });
    await expect(save(session, 'late')).rejects.toThrow('needs a stopped unikernel');
    await session.close();
    const blocked = await launch({ qemuArguments: ['-drive', 'if=none,id=d,driver=null-co'] });
    await blocked.stopped();
    await expect(save(blocked, 'here')).rejects.toThrow("Snapshots do not cover what '-drive' brings");
    await expect(kept(blocked)).rejects.toThrow("'-drive'");
    const machine = qemu();
    expect((await restart(blocked)).reason).toBe('entry');
    expect(qemu()).not.toBe(machine);
  });

  it('end the session once where QEMU is killed meanwhile', async () => {
    const session = await launch();
    await session.stopped();
    const gone = session.request('unikernel/goToSnapshot', { name: 'main' });
    gone.catch(() => undefined);
    process.kill(qemu(), 'SIGKILL');
    await session.take('terminated');
    await Promise.allSettled([gone]);
    await expect(save(session, 'late')).rejects.toThrow('unikernel');
    expect(session.count('terminated')).toBe(0);
  });

  it('tell of memory that is shown', async () => {
    const session = await launch({}, [at('main.c', 'sum')]);
    await session.stopped();
    const { memoryReference } = await session.evaluate('&counter', (await session.frame()).id);
    const read = async () =>
      (
        await session.request<DebugProtocol.ReadMemoryResponse>('readMemory', {
          ...{ memoryReference, count: 4 },
        })
      )?.data;
    await session.goOn();
    expect(await read()).toBe('BQAAAA==');
    await restart(session);
    await session.take<DebugProtocol.MemoryEvent>(
      'memory',
      ({ body }) => body.memoryReference === memoryReference,
    );
    expect(await read()).toBe('AAAAAA==');
  });
});
