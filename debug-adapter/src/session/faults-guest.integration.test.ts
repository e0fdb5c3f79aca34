/** Guests that go, or stop answering to anything: the session tells what happened, and stays usable or ends. */
import { expect, it } from 'vitest';
import { useDebuggee } from '../testing/launches';

const { launch } = useDebuggee('debuggee-values');

it('a guest that powers the machine off ends the session in a sentence', async () => {
  const session = await launch({ stopOnEntry: false, machine: 'pc', args: ['poweroff'] });
  await session.output('console', 'values powered the machine off.');
  await session.take('terminated');
  expect(session.count('terminated')).toBe(0);
});

it('a guest that resets the machine is held there, then ends the session in a sentence', async () => {
  const session = await launch({ stopOnEntry: false, machine: 'pc', args: ['reset'] });
  expect(await session.stopped()).toMatchObject({
    reason: 'exception',
    text: expect.stringContaining('reset'),
  });
  await session.client.continueRequest({ threadId: 1 });
  await session.output('important', 'values reset the machine');
  await session.take('terminated');
  expect(session.count('terminated')).toBe(0);
});

it('a guest that overwrites its page tables is held where they fail, and what is there is shown', async () => {
  const session = await launch({ stopOnEntry: false, args: ['flushed'] });
  expect(await session.stopped()).toMatchObject({ reason: 'exception' });
  const frame = await session.frame();
  expect(frame.name).toBe('end_by');
  // Its stack is not mapped any more.
  const locals = await session.scope(frame.id, 'Locals').catch((error: Error) => error.message);
  expect(JSON.stringify(locals)).not.toContain('undefined');
  expect((await session.evaluate('1 + 1')).result).toBe('2');
  await session.client.continueRequest({ threadId: 1 });
  await session.take('terminated');
});

it('a guest that runs on without page tables is paused, looked at, and ended', async () => {
  const session = await launch({ stopOnEntry: false, args: ['unmapped'] });
  await session.output('stdout', 'sum');
  await session.client.pauseRequest({ threadId: 1 });
  expect(await session.stopped()).toMatchObject({ reason: 'pause' });
  expect((await session.frames()).length).toBeGreaterThan(0);
  const memory = await session.client.customRequest('readMemory', { memoryReference: '0x100000', count: 16 });
  expect(memory.body).toMatchObject({ unreadableBytes: 16 });
  await session.client.terminateRequest();
  await session.take('terminated');
  expect(session.count('terminated')).toBe(0);
});

it('a guest that loops with interrupts off is paused, stepped, and ended', async () => {
  const session = await launch({ stopOnEntry: false, args: ['masked'] });
  await session.output('stdout', 'sum');
  const place = async () => {
    await session.client.pauseRequest({ threadId: 1 });
    await session.stopped();
    return (await session.frames()).map(({ name }) => name).slice(0, 3);
  };
  // The word is there a moment before the guest is behind it.
  let at = await place();
  for (let pauses = 1; pauses < 20 && at[0] !== 'loop'; pauses++) {
    await session.client.continueRequest({ threadId: 1 });
    at = await place();
  }
  expect(at).toEqual(['loop', 'end_by', 'main']);
  await session.client.nextRequest({ threadId: 1, granularity: 'instruction' });
  expect(await session.stopped()).toMatchObject({ reason: 'step' });
  expect((await session.evaluate('turns')).result).toMatch(/^\d+$/);
  await session.client.continueRequest({ threadId: 1 });
  await session.client.terminateRequest();
  await session.take('terminated');
  expect(session.count('terminated')).toBe(0);
});
