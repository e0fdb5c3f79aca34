/** Breakpoints of every kind, on real QEMU and GDB. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import type { TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';

const { launch, stoppedAt, at } = useDebuggee('debuggee-values');
const thread = { threadId: 1 };

const value = async (session: TestSession, expression: string) =>
  (await session.evaluate(expression, (await session.frame()).id)).result;

describe('hit counts', () => {
  it.each([
    ['3', ['2']],
    ['>= 5', ['4', '5']],
    ['% 2', ['1', '3', '5']],
    ['< 3', ['0', '1']],
  ])('%s stops at %j', async (hitCondition, stops) => {
    const places = [at('main.c', 'loop', { hitCondition }), at('main.c', 'sum')];
    const session = await launch({ stopOnEntry: false }, places);
    for (const i of stops) {
      await session.stopped();
      expect(await value(session, 'i')).toBe(i);
      await session.client.continueRequest(thread);
    }
    await session.stopped();
    expect(await session.place()).toBe(`main:${at('main.c', 'sum').line}`);
  });

  it('count what the condition lets through, and begin again with a restart', async () => {
    const session = await launch({ stopOnEntry: false }, [
      at('main.c', 'loop', { hitCondition: '2', condition: 'i > 1' }),
    ]);
    await session.stopped();
    expect(await value(session, 'i')).toBe('3');
    await session.client.restartRequest({});
    await session.stopped();
    expect(await value(session, 'i')).toBe('3');
  });

  it('that mean nothing are told', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const { path, line } = at('main.c', 'sum');
    const { body } = await session.client.setBreakpointsRequest({
      source: { path },
      breakpoints: [{ line, hitCondition: 'often' }],
    });
    expect(body.breakpoints[0]).toMatchObject({ verified: false, message: expect.stringContaining('>= 3') });
  });
});

describe('logpoints', () => {
  it('say their message with values and their place, and stop nothing', async () => {
    const { path, line } = at('main.c', 'loop');
    const session = await launch({ stopOnEntry: false }, [
      { path, line, logMessage: 'turn {i} of {of->text}: {of->number}', condition: 'i != 1' },
      at('main.c', 'sum'),
    ]);
    await session.stopped();
    expect(await session.place()).toBe(`main:${at('main.c', 'sum').line}`);
    for (const i of [0, 2, 3, 4, 5]) {
      const { body } = await session.take<DebugProtocol.OutputEvent>(
        'output',
        (event) => event.body.category === 'console' && event.body.output.startsWith('turn'),
      );
      expect(body.output).toContain(`turn ${i} of grün: {whole = 16909060`);
      expect(body).toMatchObject({ line, source: { path } });
    }
    expect(session.count('stopped')).toBe(0);
    expect(session.count('continued')).toBe(0);
  });

  it('do not end a step that passes them', async () => {
    const logpoint = at('main.c', 'loop', { logMessage: 'passed {i}' });
    const session = await launch({}, [logpoint, at('main.c', 'calls', { condition: '0' })]);
    await session.stopped();
    while (!(await session.place()).startsWith(`main:${at('main.c', 'calls').line - 1}`)) {
      const { path, line } = at('main.c', 'calls');
      await session.client.setBreakpointsRequest({
        source: { path },
        breakpoints: [{ line: line - 1 }, { line: logpoint.line, logMessage: 'passed {i}' }],
      });
      await session.goOn();
    }
    await session.client.nextRequest(thread);
    expect((await session.stopped()).reason).toBe('step');
    expect(await session.place()).toBe(`main:${at('main.c', 'calls').line}`);
    expect(await session.output('console', 'passed 5')).toBe('passed 5\n');
  });

  it('with an expression that means nothing there are told when they are set', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const { path, line } = at('main.c', 'loop');
    const { body } = await session.client.setBreakpointsRequest({
      source: { path },
      breakpoints: [{ line, logMessage: '{nothing}' }],
    });
    expect(body.breakpoints[0]).toMatchObject({
      verified: false,
      message: expect.stringContaining('No symbol "nothing"'),
    });
  });

  it('whose expression fails as it is passed say why, and the guest goes on', async () => {
    const session = await launch({ stopOnEntry: false }, [
      at('main.c', 'loop', { logMessage: 'got {*(int *) (0x7fffffff0000 + i)}', hitCondition: '2' }),
      at('main.c', 'sum'),
    ]);
    expect(await session.output('console', 'got')).toContain(
      '<Cannot access memory at address 0x7fffffff0001>',
    );
    await session.stopped();
    expect(await session.place()).toBe(`main:${at('main.c', 'sum').line}`);
  });
});

describe('function and instruction breakpoints', () => {
  it('stop at the function, in the kernel too; unknown names are told', async () => {
    const session = await launch({ stopOnEntry: false }, [], (before) =>
      before.client.setFunctionBreakpointsRequest({
        breakpoints: [{ name: 'ukplat_traps_init' }, { name: 'twice', condition: 'n == 5' }],
      }),
    );
    expect((await session.stopped()).reason).toBe('function breakpoint');
    expect((await session.frame()).name).toBe('ukplat_traps_init');
    await session.goOn();
    expect((await session.frame()).name).toBe('twice');
    const { body } = await session.client.setFunctionBreakpointsRequest({
      breakpoints: [{ name: 'nobody' }],
    });
    expect(body.breakpoints[0]).toMatchObject({
      verified: false,
      message: expect.stringContaining('no function of this name'),
    });
    const patterns = await session.client.setFunctionBreakpointsRequest({
      breakpoints: [{ name: 'th?ice' }, { name: 'no*body' }, { name: '*' }, { name: ' ' }],
    });
    expect(patterns.body.breakpoints).toMatchObject([
      { verified: true },
      { verified: false, message: expect.stringContaining('no function of this name') },
      { verified: false, message: expect.stringContaining('Be more precise') },
      { verified: false, message: expect.stringContaining('needs the name') },
    ]);
    const stop = await session.goOn();
    expect(stop).toMatchObject({ reason: 'function breakpoint' });
    expect(stop.hitBreakpointIds).toEqual([patterns.body.breakpoints[0]?.id]);
    expect((await session.frame()).name).toBe('thrice');
  });

  it('are told together where they stand at one place', async () => {
    const session = await launch({ stopOnEntry: false }, [
      ...[at('main.c', 'sum'), at('main.c', 'sum'), at('main.c', 'sum', { condition: 'sum == 0' })],
    ]);
    expect((await session.stopped()).hitBreakpointIds).toHaveLength(2);
  });

  it('whose condition has no value stop, and say why', async () => {
    const condition = '*(int *) 0x7fff00000000 == i';
    const session = await launch({ stopOnEntry: false }, [at('main.c', 'loop', { condition })]);
    const why = `'${condition}' has no value here, so it stops: Cannot access memory at address 0x7fff00000000`;
    expect((await session.stopped()).text).toContain(why);
    expect(await session.output('important', 'condition')).toContain(why);
  });

  it('stop at an instruction, by reference and offset', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const address = BigInt(await value(session, '(unsigned long) thrice'));
    await session.request('setInstructionBreakpoints', {
      breakpoints: [{ instructionReference: `0x${(address - 1n).toString(16)}`, offset: 1 }],
    });
    expect((await session.goOn()).reason).toBe('instruction breakpoint');
    expect(BigInt((await session.frame()).instructionPointerReference ?? 0)).toBe(address);
  });

  it('hold before paging is on, and in pages that are read-only after', async () => {
    const session = await launch({ stopOnEntry: 'kernel' });
    await session.stopped();
    const { body } = await session.client.disassembleRequest({
      memoryReference: (await session.frame()).instructionPointerReference ?? '',
      instructionCount: 3,
    });
    const early = body?.instructions[2]?.address ?? '';
    await session.request('setInstructionBreakpoints', { breakpoints: [{ instructionReference: early }] });
    expect((await session.goOn()).reason).toBe('instruction breakpoint');
    expect(BigInt((await session.frame()).instructionPointerReference ?? 0)).toBe(BigInt(early));
  });
});

it('breakpoint locations are the lines with code', async () => {
  const session = await stoppedAt('main.c', 'calls');
  const { path, line } = at('main.c', 'loop');
  const { breakpoints } = await session.request<DebugProtocol.BreakpointLocationsResponse>(
    'breakpointLocations',
    {
      source: { path },
      line: line - 3,
      endLine: line + 1,
    },
  );
  expect(breakpoints.map((place) => place.line)).toEqual([line - 2, line - 1, line, line + 1]);
});

describe('data breakpoints', () => {
  const watch = async (session: TestSession, info: object, accessType: string) => {
    const found = await session.request<DebugProtocol.DataBreakpointInfoResponse>('dataBreakpointInfo', info);
    const breakpoints = [{ dataId: found.dataId, accessType }];
    const set = await session.request<DebugProtocol.SetDataBreakpointsResponse>('setDataBreakpoints', {
      breakpoints,
    });
    expect(set.breakpoints).toMatchObject([{ verified: true }]);
  };

  it('stop where a variable changes, and say from what to what', async () => {
    const session = await launch();
    await session.stopped();
    await watch(session, { name: 'counter' }, 'write');
    for (const i of [1, 2]) {
      const stop = await session.goOn();
      expect(stop).toMatchObject({ reason: 'data breakpoint', text: `counter: ${i - 1} → ${i}` });
      expect(stop.hitBreakpointIds).toHaveLength(1);
      expect(await session.place()).toMatch(/^loop:/);
    }
  });

  it('stop where a bit field or a local changes, as long as there is one', async () => {
    const session = await launch({ stopOnEntry: false }, [at('main.c', 'loop')]);
    await session.stopped();
    const { path } = at('main.c', 'loop');
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [] });
    await watch(session, { name: 'of->flag', frameId: (await session.frame()).id }, 'write');
    expect(await session.goOn()).toMatchObject({ text: 'of->flag: 0 → 1' });
    // A neighbour's changes are not its own.
    await watch(session, { name: 'of->level', frameId: (await session.frame()).id }, 'write');
    await session.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'twice' }] });
    expect((await session.goOn()).reason).toBe('function breakpoint');
    await session.client.setFunctionBreakpointsRequest({ breakpoints: [] });
    const info = { name: 'n', frameId: (await session.frame()).id };
    await watch(session, info, 'readWrite');
    expect((await session.goOn()).text).toBe('n: 5 was accessed');
    expect((await session.goOn()).text).toContain("'n' is watched no more");
    expect((await session.frame()).name).toBe('main');
    const { body } = await session.take<DebugProtocol.BreakpointEvent>(
      'breakpoint',
      (event) => event.body.breakpoint.message !== undefined,
    );
    expect(body).toMatchObject({ reason: 'changed', breakpoint: { verified: false } });
    await session.client.continueRequest(thread);
    await session.take('exited');
  });

  it('stop where a field is read', async () => {
    const session = await launch({ stopOnEntry: false }, [at('main.c', 'loop', { hitCondition: '1' })]);
    await session.stopped();
    const of = (await session.scope((await session.frame()).id, 'Arguments'))[0];
    const field = { variablesReference: of?.variablesReference, name: 'text' };
    // Named as the program spells it: of several structures, `text` alone says little in a list of breakpoints.
    expect(await session.request('dataBreakpointInfo', field)).toMatchObject({
      description: expect.stringMatching(/^of->text \(/),
    });
    await watch(session, field, 'read');
    await session.request('setFunctionBreakpoints', { breakpoints: [{ name: 'twice' }] });
    // Nobody reads the text; the loop reads what lies before it.
    expect((await session.goOn()).reason).toBe('function breakpoint');
  });

  it('stop where an address is read or written', async () => {
    const session = await launch();
    await session.stopped();
    const address = `0x${BigInt(await value(session, '(unsigned long) &watched')).toString(16)}`;
    await watch(session, { name: address, asAddress: true, bytes: 8 }, 'readWrite');
    expect((await session.goOn()).reason).toBe('data breakpoint');
    expect(await session.place()).toBe(`loop:${at('main.c', 'loop').line + 1}`);
  });

  it('explain the limit of four, and what cannot be watched', async () => {
    const session = await launch();
    await session.stopped();
    const infos = await Promise.all(
      [0, 1, 2, 3, 4].map((i) =>
        session.request<DebugProtocol.DataBreakpointInfoResponse>('dataBreakpointInfo', {
          name: `many[${i}]`,
        }),
      ),
    );
    const set = await session.request<DebugProtocol.SetDataBreakpointsResponse>('setDataBreakpoints', {
      breakpoints: infos.map(({ dataId }) => ({ dataId })),
    });
    expect(set.breakpoints.map(({ verified }) => verified)).toEqual([true, true, true, true, false]);
    expect(set.breakpoints[4]?.message).toContain('4 places at a time');
    const info = async (name: string) =>
      session.request<DebugProtocol.DataBreakpointInfoResponse>('dataBreakpointInfo', { name });
    expect(await info('everything')).toMatchObject({
      dataId: null,
      description: expect.stringContaining('Watch one of its members'),
    });
    expect(await info('$rax')).toMatchObject({ dataId: null });
    expect(await info('5')).toMatchObject({ dataId: null });
  });
});

describe('exception breakpoints', () => {
  const info = async (session: TestSession) => (await session.client.exceptionInfoRequest(thread)).body;

  it('tell an assertion and a CPU exception apart, with details', async () => {
    const assertion = await launch({ stopOnEntry: false, args: ['assert'] });
    expect((await assertion.stopped()).text).toBe('Assertion failed: sum == 0');
    expect(await info(assertion)).toMatchObject({
      exceptionId: 'assertion',
      details: { typeName: 'Failed assertion' },
    });
    const opcode = await launch({ stopOnEntry: false, args: ['opcode'] });
    await opcode.stopped();
    expect(await info(opcode)).toMatchObject({
      exceptionId: 'invalid-opcode',
      description: 'Invalid opcode',
      details: { fullTypeName: 'Vector 6 (#UD) of an x86 processor' },
    });
  });

  it.each([['page-fault', 'assertion'], []])(
    'stop only for those that are chosen: %j',
    async (...filters) => {
      const session = await launch({ stopOnEntry: false, args: ['opcode'] }, [], (before) =>
        before.client.setExceptionBreakpointsRequest({ filters: filters.flat() }),
      );
      expect(await session.output('console', 'ended')).toContain('ended in a kernel panic');
      expect(session.count('stopped')).toBe(0);
    },
  );

  it('hold a triple fault where it happened, then end', async () => {
    const session = await launch({ stopOnEntry: false, args: ['triple'] });
    const stop = await session.stopped();
    expect(stop).toMatchObject({ reason: 'exception', description: 'Paused on triple fault' });
    expect(await session.place()).toBe(`triple_fault:${at('main.c', 'triple').line}`);
    expect(await info(session)).toMatchObject({ exceptionId: 'triple-fault' });
    await session.client.continueRequest(thread);
    expect(await session.output('important', 'reset')).toContain('triple fault');
    await session.take('terminated');
  });

  it('let a triple fault reset the machine where it is not chosen', async () => {
    const session = await launch({ stopOnEntry: false, args: ['triple'] }, [], (before) =>
      before.client.setExceptionBreakpointsRequest({ filters: ['panic'] }),
    );
    expect(await session.output('important', 'reset')).toContain('triple fault');
    await session.take('terminated');
    expect(session.count('stopped')).toBe(0);
  });
});
