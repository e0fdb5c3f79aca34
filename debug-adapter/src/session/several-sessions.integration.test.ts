/** Several machines at once, as a compound launch has them: each its own session, and none in another's way. */
import { expect, it } from 'vitest';
import { lineOf } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';
import { useBareImages } from '../testing/sessions';

const { launch } = useDebuggee('debuggee');
const { images, start } = useBareImages();

it('boots one project twice and an image beside it, and steps each alone', async () => {
  const program = images().pvh();
  const [one, two, other] = await Promise.all([launch(), launch(), start({ program, cpus: 2 })]);
  await Promise.all(
    [one, two, other].map(async (session) => expect((await session.stopped()).reason).toBe('entry')),
  );
  const before = await Promise.all([one.place(), two.place(), other.place()]);
  await two.client.nextRequest({ threadId: 1 });
  await two.stopped();
  expect(await two.place()).not.toBe(before[1]);
  expect(await one.place()).toBe(before[0]);
  expect(before[2]).toBe(`main:${lineOf(images().source('main.c'), 'say("bare: ready')}`);

  // One ends; the others do not notice.
  await one.client.terminateRequest();
  await one.take('terminated');
  await two.client.nextRequest({ threadId: 1 });
  await two.stopped();
  await other.client.continueRequest({ threadId: 1 });
  await other.output('stdout', 'bare: ready');
  expect(two.count('terminated') + other.count('terminated')).toBe(0);
});
