/** What a step that GDB refuses leaves behind: nothing. On real QEMU and GDB. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect, it } from 'vitest';
import type { TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';

const { stoppedAt, at } = useDebuggee('debuggee-values');

const gdb = async (session: TestSession, command: string) =>
  (await session.evaluate(`>${command}`, undefined, 'repl')).result;

it('a step into a call leaves no breakpoint at what is called', async () => {
  const session = await stoppedAt('main.c', 'calls');
  const frameId = (await session.frame()).id;
  const before = await gdb(session, 'info breakpoints');
  const { targets } = await session.request<DebugProtocol.StepInTargetsResponse>('stepInTargets', {
    frameId,
  });
  const thrice = targets.find(({ label }) => label === 'thrice');
  await expect(
    session.client.stepInRequest({ threadId: 99, ...(thrice === undefined ? {} : { targetId: thrice.id }) }),
  ).rejects.toThrow('99');
  expect(await gdb(session, 'info breakpoints')).toBe(before);
  const { path, line } = at('main.c', 'sum');
  await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line }] });
  expect((await session.goOn()).reason).toBe('breakpoint');
  expect(await session.place()).toBe(`main:${line}`);
});

it('a step of one vCPU alone holds the others no longer', async () => {
  const session = await stoppedAt('main.c', 'calls');
  const before = await gdb(session, 'show scheduler-locking');
  await expect(session.client.stepOutRequest({ threadId: 99, singleThread: true })).rejects.toThrow('99');
  expect(await gdb(session, 'show scheduler-locking')).toBe(before);
});
