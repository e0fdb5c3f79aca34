/** Going back from what a guest does not go on from. */
import { expect, it } from 'vitest';
import { useDebuggee } from '../testing/launches';

const { launch, at } = useDebuggee('debuggee-values');
const thread = { threadId: 1 };

it('a triple fault is gone back from, and happens again where the run goes on', async () => {
  const session = await launch({ timeTravel: true, stopOnEntry: false, args: ['triple'] });
  expect(await session.stopped()).toMatchObject({ description: 'Paused on triple fault' });
  const fault = `triple_fault:${at('main.c', 'triple').line}`;
  expect(await session.place()).toBe(fault);
  await session.client.stepBackRequest(thread);
  await session.stopped();
  expect(await session.place()).toMatch(/^triple_fault:|^main:/);
  await session.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'main' }] });
  await session.client.reverseContinueRequest(thread);
  expect((await session.stopped()).reason).toBe('function breakpoint');
  expect(await session.place()).toMatch(/^main:/);
  expect((await session.goOn()).description).toBe('Paused at end of recording');
  expect(await session.place()).toBe(fault);
  expect((await session.goOn()).description).toBe('Paused on triple fault');
  expect(await session.place()).toBe(fault);
  await session.client.continueRequest(thread);
  await session.take('terminated');
});
