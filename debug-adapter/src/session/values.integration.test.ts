/** Values of every kind, notations, assignments and completion, on real QEMU and GDB. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import type { TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';

const { launch, stoppedAt, at } = useDebuggee('debuggee-values');

async function children(session: TestSession, expression: string, format?: object) {
  const { variablesReference } = await session.evaluate(expression, (await session.frame()).id);
  const { body } = await session.client.variablesRequest({
    variablesReference,
    ...(format ? { format } : {}),
  });
  return new Map(body.variables.map((variable) => [variable.name, variable]));
}

const group = async (session: TestSession, name: string) => {
  const groups = await session.scope((await session.frame()).id, 'Registers');
  const reference = groups.find((candidate) => candidate.name === name)?.variablesReference ?? 0;
  const registers = await session.children(reference);
  return { reference, of: (register: string) => registers.find((candidate) => candidate.name === register) };
};

describe('values', () => {
  it('page an array of 10,000 elements', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const many = await session.evaluate('many', (await session.frame()).id);
    expect(many).toMatchObject({ indexedVariables: 10_000, type: 'int [10000]' });
    const last = await session.children(many.variablesReference, { start: 9_998, count: 100 });
    expect(last.map(({ name, value }) => [name, value])).toEqual([
      ['9998', `${9998 * 9998}`],
      ['9999', `${9999 * 9999}`],
    ]);
    const first = await session.children(many.variablesReference, { start: 0, count: 100 });
    expect(first).toHaveLength(100);
  });

  it('are shown by their kind: enums, unions, bit fields, strings, floating-point numbers', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const members = await children(session, 'everything');
    const value = (name: string) => members.get(name)?.value;
    expect(value('colour')).toBe('GREEN');
    expect(value('level')).toBe('5');
    expect(value('text')).toContain('"grün"');
    expect(value('ratio')).toBe('0.5');
    expect(value('name')).toContain('seven');
    expect(value('number')).toContain('whole = 16909060');
    const anonymous = await session.children(members.get('<anonymous union>')?.variablesReference ?? 0);
    expect(anonymous.map(({ name, value: shown }) => [name, shown])).toEqual([
      ['left', '-1'],
      ['right', '4294967295'],
    ]);
    expect(anonymous[0]?.evaluateName).toBe('everything.left');
    const changed = await session.client.setVariableRequest({
      variablesReference: members.get('<anonymous union>')?.variablesReference ?? 0,
      name: 'left',
      value: '-2',
    });
    expect(changed.body.value).toBe('-2');
  });

  it('have their types, and say why they cannot be read', async () => {
    const session = await stoppedAt('main.c', 'hidden');
    const frameId = (await session.frame()).id;
    const locals = await session.scope(frameId, 'Locals');
    expect(locals.map(({ name, value, type }) => [name, value, type])).toEqual([
      ['times', '15', 'int'],
      ['times (hidden)', '3', 'long'],
      ['product', '15', 'int'],
    ]);
    expect(locals[1]?.presentationHint).toEqual({ attributes: ['readOnly'] });
    expect(await session.scope(frameId, 'Arguments')).toMatchObject([{ name: 'n', type: 'int' }]);
    const globals = await session.scope(frameId, 'Globals');
    expect(globals.map(({ name, type }) => [name, type])).toEqual(
      expect.arrayContaining([
        ['counter', 'int'],
        ['everything', 'struct everything'],
        ['many', 'int [10000]'],
      ]),
    );
    await expect(session.evaluate('1 / 0', frameId)).rejects.toThrow('GDB says: Division by zero');
    await expect(session.evaluate('*(struct everything *) 0', frameId)).rejects.toThrow(/address 0x0/);
    await session.request('setExpression', { expression: 'everything.text', value: '0x10', frameId });
    expect((await children(session, 'everything')).get('text')?.value).toMatch(
      /^0x10 <error: Cannot access memory at address 0x10>$/,
    );
    const pair = await session.evaluate('*(const char *(*)[2]) 0x7fff00000000', frameId).catch(String);
    expect(pair).toContain('Cannot access memory at address 0x7fff00000000');
  });

  it('are copied whole, and not changed by pointing at them', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const frameId = (await session.frame()).id;
    const copied = await session.evaluate('many', frameId, 'clipboard');
    expect(copied.result.split(', ')).toHaveLength(10_000);
    expect(copied.result).toMatch(/, 99980001\}$/);
    expect((await session.evaluate('counter', frameId, 'clipboard')).result).toBe('5');
    for (const effect of ['counter = 1', 'counter++', 'twice(2)'])
      await expect(session.evaluate(effect, frameId, 'hover')).rejects.toThrow('calls or assigns');
    expect((await session.evaluate('counter', frameId, 'hover')).result).toBe('5');
  });

  it('are elements or named, as a client asks', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const frameId = (await session.frame()).id;
    const of = async (expression: string, filter: string) => {
      const { variablesReference } = await session.evaluate(expression, frameId);
      const page = { variablesReference, filter, start: 0, count: 2 };
      return (await session.request<DebugProtocol.VariablesResponse>('variables', page)).variables.length;
    };
    expect(await of('many', 'indexed')).toBe(2);
    expect(await of('many', 'named')).toBe(0);
    expect(await of('everything.name', 'indexed')).toBe(2);
    expect(await of('everything', 'indexed')).toBe(0);
    expect(await of('everything', 'named')).toBe(2);
  });

  it('are hexadecimal with their parts where a watch ends in ,x', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const frameId = (await session.frame()).id;
    const watch = async (expression: string) =>
      (await session.client.evaluateRequest({ expression, frameId, context: 'watch' })).body;
    expect((await watch('sum,x')).result).toMatch(/^0x/);
    expect((await watch('sum')).result).toMatch(/^\d+$/);
    const { result, variablesReference } = await watch('everything,x');
    expect(result).toContain('whole = 0x1020304');
    const parts = await session.children(variablesReference);
    expect(parts.find(({ name }) => name === 'level')?.value).toBe('0x5');
    const { body } = await session.client.setVariableRequest({
      variablesReference,
      name: 'level',
      value: '14',
    });
    expect(body.value).toBe('0x6');
    const assignment = { expression: 'sum,x', value: '18', frameId };
    expect(await session.request('setExpression', assignment)).toMatchObject({ value: '0x12' });
  });

  it('are hexadecimal where asked, and decimal again', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const frame = await session.frame();
    const { body: hex } = await session.client.evaluateRequest({
      ...{ expression: 'everything', frameId: frame.id, context: 'watch', format: { hex: true } },
    });
    expect(hex.result).toContain('whole = 0x1020304');
    const { variablesReference } = hex;
    const levels = async (format: object) => {
      const { body } = await session.client.variablesRequest({ variablesReference, format });
      return body.variables.find(({ name }) => name === 'level')?.value;
    };
    expect(await levels({ hex: true })).toBe('0x5');
    expect(await levels({ hex: false })).toBe('5');
    expect((await children(session, 'everything')).get('ratio')?.value).toBe('0.5');
    const locals = (await session.client.scopesRequest({ frameId: frame.id })).body.scopes[0];
    const { body } = await session.client.variablesRequest({
      variablesReference: locals?.variablesReference ?? 0,
      format: { hex: true },
    });
    expect(body.variables.find(({ name }) => name === 'sum')?.value).toMatch(/^0x/);
  });

  it('of classes show bases, members and references', async () => {
    const session = await stoppedAt('classes.cpp', 'measure');
    const square = (await session.scope((await session.frame()).id, 'Arguments'))[0];
    expect(square?.name).toBe('square');
    const members = await session.children(square?.variablesReference ?? 0);
    const base = members.find(({ name }) => name.endsWith('Shape'));
    expect(members.find(({ name }) => name === 'width')?.value).toBe('3');
    const sides = await session.children(base?.variablesReference ?? 0);
    expect(sides.map(({ name, value }) => [name, value])).toEqual([['sides', '4']]);
    const set = (reference: number | undefined, name: string, value: string) =>
      session.client.setVariableRequest({ variablesReference: reference ?? 0, name, value });
    expect((await set(base?.variablesReference, 'sides', '5')).body.value).toBe('5');
    expect((await set(square?.variablesReference, 'width', '6')).body.value).toBe('6');
    expect((await session.evaluate('square.area()', (await session.frame()).id)).result).toBe('36');
  });
});

describe('assignments', () => {
  it('reach expressions, and what is shown beside them', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const frameId = (await session.frame()).id;
    const shown = await session.evaluate('everything', frameId);
    await session.children(shown.variablesReference);
    const body = await session.request<DebugProtocol.SetExpressionResponse>('setExpression', {
      ...{ expression: 'everything.colour', value: 'RED', frameId },
    });
    expect(body.value).toBe('RED');
    await session.take('invalidated');
    const members = await session.children(shown.variablesReference);
    expect(members.find(({ name }) => name === 'colour')?.value).toBe('RED');
    await session.evaluate('everything.level = 2', frameId, 'repl');
    const after = await session.children(shown.variablesReference);
    expect(after.find(({ name }) => name === 'level')?.value).toBe('2');
    await expect(session.request('setExpression', { expression: '5', value: '6', frameId })).rejects.toThrow(
      /lvalue/i,
    );
    // What is shown is taken back.
    const { variablesReference } = shown;
    const set = async (name: string, value: string) =>
      (await session.client.setVariableRequest({ variablesReference, name, value })).body.value;
    const text = (await session.evaluate('everything.text', frameId)).result;
    expect(await set('text', text)).toBe(text);
    expect(await set('known', 'false')).toBe('false');
    expect(await set('known', 'true')).toBe('true');
    expect(await set('ratio', '-inf')).toBe('-inf');
    expect(await set('ratio', '1.0 / 4')).toBe('0.25');
    expect(await set('name', '"nine"')).toMatch(/^"nine/);
    const name = await session.evaluate('everything.name', frameId);
    const letter = await session.client.setVariableRequest({
      ...{ variablesReference: name.variablesReference, name: '0', value: "102 'f'" },
    });
    expect(letter.body.value).toBe("102 'f'");
    expect(await set('number', '{whole = 5, bytes = {5, 0, 0, 0}}').catch(String)).toContain('GDB says');
    await expect(set('known', 'nobody')).rejects.toThrow('No symbol "nobody"');
  });

  it('reach registers and their bits', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const general = await group(session, 'General');
    const set = async (variablesReference: number, name: string, value: string) =>
      (await session.client.setVariableRequest({ variablesReference, name, value })).body.value;
    expect(BigInt(await set(general.reference, 'rax', '0x1234'))).toBe(0x1234n);
    expect((await session.evaluate('$rax')).result).toBe('4660');
    const control = await group(session, 'Control');
    const cr4 = control.of('cr4');
    expect(await set(cr4?.variablesReference ?? 0, 'TSD', '1')).toBe('1');
    expect((await session.evaluate('$cr4')).result).toContain('TSD');
    expect(await set(control.reference, 'cr4', cr4?.value ?? '')).not.toContain('TSD');
    const vector = await group(session, 'Vector');
    const lanes = await session.children(vector.of('xmm1')?.variablesReference ?? 0);
    const floats = lanes.find(({ name }) => name === 'v4_float')?.variablesReference ?? 0;
    expect(await set(floats, '2', '1.5')).toBe('1.5');
    expect((await group(session, 'Vector')).of('xmm1')?.value).toContain('v4_float = {0, 0, 1.5, 0}');
    expect(await set((await group(session, 'Floating point')).reference, 'st0', '3.25')).toBe('3.25');
    expect((await group(session, 'Floating point')).of('st0')?.value).toBe('3.25');
    const flags = general.of('eflags');
    const before = BigInt(flags?.value ?? 0);
    const bits = await session.children(flags?.variablesReference ?? 0);
    const carry = bits.find(({ name }) => name === 'CF')?.value === '1';
    expect(await set(flags?.variablesReference ?? 0, 'CF', carry ? '0' : '1')).toBe(carry ? '0' : '1');
    const now = BigInt((await group(session, 'General')).of('eflags')?.value ?? 0);
    expect(now ^ before).toBe(1n);
    await expect(set(flags?.variablesReference ?? 0, 'CF', '2')).rejects.toThrow('too few');
  });
});

describe('registers', () => {
  it('have groups, bits with the manual’s names, lanes and MSRs', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const groups = await session.scope((await session.frame()).id, 'Registers');
    expect(groups.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['General', 'Control', 'Segment', 'MSR', 'Floating point', 'Vector']),
    );
    const bits = async (name: string, register: string) => {
      const reference = (await group(session, name)).of(register)?.variablesReference ?? 0;
      const found = await session.children(reference);
      return Object.fromEntries(found.map((bit) => [bit.name, bit.value]));
    };
    expect(await bits('Control', 'cr0')).toMatchObject({ PE: '1', WP: '1', PG: '1', EM: '0' });
    expect(await bits('Control', 'cr4')).toMatchObject({ PAE: '1', OSFXSR: '1' });
    expect((await bits('Control', 'cr3')).Base).toMatch(/^0x[1-9a-f][0-9a-f]*000$/);
    expect(await bits('MSR', 'efer')).toMatchObject({ LME: '1', LMA: '1', NXE: '1' });
    // All that QEMU's stub has of them, each with the value that the processor goes by.
    const msrs = await session.scope((await session.frame()).id, 'Registers');
    const named = await session.children(msrs.find(({ name }) => name === 'MSR')?.variablesReference ?? 0);
    expect(named.map(({ name }) => name).sort()).toEqual(['efer', 'fs_base', 'gs_base', 'k_gs_base']);
    await session.evaluate('$fs_base = 0x1234', undefined, 'repl');
    expect((await group(session, 'MSR')).of('fs_base')?.value).toMatch(/^(0x1234|4660)$/);
    expect(await bits('Segment', 'cs')).toMatchObject({ RPL: '0', Index: '1' });
    const lanes = (await group(session, 'Vector')).of('xmm0')?.variablesReference ?? 0;
    const views = await session.children(lanes);
    const floats = views.find(({ name }) => name === 'v4_float');
    expect(floats?.indexedVariables).toBe(4);
    expect(await session.children(floats?.variablesReference ?? 0)).toHaveLength(4);
  });
});

describe('the console', () => {
  const complete = async (session: TestSession, text: string) => {
    const { targets } = await session.request<DebugProtocol.CompletionsResponse>('completions', {
      ...{ frameId: (await session.frame()).id, text, column: text.length + 1 },
    });
    return targets;
  };

  it('completes locals, globals, fields and GDB commands', async () => {
    const session = await launch({ stopOnEntry: false }, [at('main.c', 'loop')]);
    await session.stopped();
    expect(await complete(session, 'everything.co')).toEqual([{ label: 'colour', start: 11, length: 2 }]);
    expect((await complete(session, 'of->')).map(({ label }) => label)).toEqual(
      expect.arrayContaining(['colour', 'number', 'text', 'left']),
    );
    expect((await complete(session, '1 + coun')).map(({ label }) => label)).toContain('counter');
    expect((await complete(session, '$xmm1')).map(({ label }) => label)).toContain('$xmm12');
    expect((await complete(session, '>info regis')).map(({ label }) => label)).toContain('registers');
    expect((await complete(session, '-exec info regis')).map(({ label }) => label)).toContain('registers');
  });

  it.each(['>', '-exec '])('runs GDB commands behind %j', async (prefix) => {
    const session = await stoppedAt('main.c', 'calls');
    const { result } = await session.evaluate(`${prefix}info symbol main`, undefined, 'repl');
    expect(result).toBe('main in section .text');
    // What is shown stays what it is, but for a command that may change it.
    const { variablesReference } = await session.evaluate('everything');
    await session.evaluate(`${prefix}print many`, undefined, 'repl');
    expect(await session.children(variablesReference)).not.toHaveLength(0);
    await session.evaluate(`${prefix}set variable everything.level = 1`, undefined, 'repl');
    await session.take('invalidated');
    await expect(session.children(variablesReference)).rejects.toThrow('earlier stop');
  });
});

describe('a session', () => {
  it('tells how far a build and a boot are', async () => {
    const session = await launch({ target: 'qemu/x86_64' });
    await session.stopped();
    const start = await session.take<DebugProtocol.ProgressStartEvent>('progressStart');
    const end = await session.take<DebugProtocol.ProgressEndEvent>('progressEnd');
    expect(start.body).toMatchObject({ cancellable: true });
    expect(end.body.progressId).toBe(start.body.progressId);
    expect(session.count('progressUpdate')).toBeGreaterThan(0);
  });

  it('gives a boot up when its progress is cancelled', async () => {
    const failed = launch({}, [], async (session) => {
      const { body } = await session.take<DebugProtocol.ProgressStartEvent>('progressStart');
      await session.request('cancel', { progressId: body.progressId });
    });
    await expect(failed).rejects.toThrow('Cancelled');
  });

  it('gives a restart up when it is cancelled, and ends', async () => {
    const session = await launch({ instantRestart: false });
    await session.stopped();
    const { request_seq } = await session.client.threadsRequest();
    await Promise.all([
      expect(session.client.restartRequest({})).rejects.toThrow('Cancelled'),
      session.request('cancel', { requestId: request_seq + 1 }),
    ]);
    await session.take('terminated');
  });

  it('gives a request up when it is cancelled, and goes on working', async () => {
    const session = await stoppedAt('main.c', 'calls');
    // testsupport numbers requests one by one.
    const { request_seq } = await session.client.threadsRequest();
    const slow = session.request('readMemory', { memoryReference: '0x100000', count: 8 << 20 });
    await Promise.all([
      expect(slow).rejects.toThrow('Cancelled'),
      session.request('cancel', { requestId: request_seq + 1 }),
    ]);
    expect(await session.place()).toMatch(/^main:/);
  });
});
