/** What a user tells GDB to show numbers as changes what is shown, and nothing else; on real QEMU and GDB. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import type { TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';

const { launch, stoppedAt, at } = useDebuggee('debuggee-values');
const kernel = useDebuggee('debuggee-kernel');
const thread = { threadId: 1 };

const gdb = async (session: TestSession, command: string) =>
  (await session.evaluate(`>${command}`, undefined, 'repl')).result;

describe.each([
  ['16', { number: '0x5', fourteen: '0xe' }],
  ['8', { number: '05', fourteen: '016' }],
])('with output-radix %s', (radix, shown) => {
  const inRadix = async (session: TestSession) => gdb(session, `set output-radix ${radix}`);

  it('numbers are shown so, are no pointers, and what is in memory has its place', async () => {
    const session = await stoppedAt('main.c', 'calls');
    await inRadix(session);
    const frameId = (await session.frame()).id;
    expect(await session.evaluate('counter', frameId)).toEqual({
      ...{ result: shown.number, type: 'int', variablesReference: 0, evaluateName: 'counter' },
    });
    const locals = await session.scope(frameId, 'Locals');
    const sum = locals.find(({ name }) => name === 'sum');
    expect(sum?.variablesReference).toBe(0);
    expect(sum).not.toHaveProperty('memoryReference');
    const what = locals.find(({ name }) => name === 'what');
    expect(what?.memoryReference).toMatch(/^0x[0-9a-f]+$/);
    const everything = await session.evaluate('everything', frameId);
    const address = (await gdb(session, 'info address everything')).match(/0x[0-9a-f]+/)?.[0] ?? '0';
    expect(BigInt(everything.memoryReference ?? 0)).toBe(BigInt(address));
    const known = (await session.children(everything.variablesReference)).find(
      ({ name }) => name === 'known',
    );
    expect(known?.variablesReference).toBe(0);
    expect(known).not.toHaveProperty('memoryReference');
    const array = await session.evaluate('many', frameId);
    const [element] = await session.children(array.variablesReference, { start: 300, count: 1 });
    expect(await session.evaluate(`${element?.evaluateName} == 300 * 300`, frameId)).toMatchObject({
      result: expect.stringMatching(/1$/),
    });
    expect(
      (
        await session.client.setVariableRequest({
          variablesReference: array.variablesReference,
          name: '300',
          value: '14',
        })
      ).body.value,
    ).toBe(shown.fourteen);
  });

  it('data breakpoints watch where they were wanted', async () => {
    const session = await launch();
    await session.stopped();
    await inRadix(session);
    const info = await session.request<DebugProtocol.DataBreakpointInfoResponse>('dataBreakpointInfo', {
      name: 'watched',
    });
    expect(info.description).toMatch(/^watched \(8 bytes at 0x[0-9a-f]+\)$/);
    const breakpoints = [{ dataId: info.dataId, hitCondition: '2' }];
    await session.request('setDataBreakpoints', { breakpoints });
    expect((await session.goOn()).reason).toBe('data breakpoint');
    expect(await session.place()).toMatch(/^loop:/);
  });

  it('panics are understood', async () => {
    const session = await launch({ args: ['opcode'] });
    await session.stopped();
    await inRadix(session);
    await session.client.continueRequest(thread);
    expect(await session.stopped()).toMatchObject({ reason: 'exception', text: 'Invalid opcode' });
    const { body } = await session.client.exceptionInfoRequest(thread);
    expect(body.exceptionId).toBe('invalid-opcode');
    const assertion = await launch({ args: ['assert'] });
    await assertion.stopped();
    await inRadix(assertion);
    await assertion.client.continueRequest(thread);
    expect(await assertion.stopped()).toMatchObject({ text: 'Assertion failed: sum == 0' });
    expect((await assertion.client.exceptionInfoRequest(thread)).body).toMatchObject({
      exceptionId: 'assertion',
      details: { stackTrace: expect.stringMatching(/main\.c:\d\d$/) },
    });
  });

  it('the kernel’s threads and any address are found', async () => {
    const session = await kernel.launch();
    await session.stopped();
    await inRadix(session);
    const { path, line } = kernel.at('waits.c', 'all wait');
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line }] });
    await session.goOn();
    const say = async (words: string) => (await session.evaluate(words, undefined, 'repl')).result;
    expect(await say(':threads')).toMatch(/^wanter: waits for mutex forks\[1\], held by holder$/m);
    expect(await say(':where first')).toMatch(/^0x\w+ is 'first' in section \.data/);
  });
});

it('with input-radix 16, a hit count is the decimal number that it was', async () => {
  const session = await launch();
  await session.stopped();
  await gdb(session, 'set radix 16');
  const { path, line } = at('main.c', 'calls');
  await session.client.setBreakpointsRequest({
    source: { path },
    breakpoints: [{ line: line - 2, hitCondition: '12' }],
  });
  await session.goOn();
  expect((await session.evaluate('i', (await session.frame()).id)).result).toBe('0xb');
});
