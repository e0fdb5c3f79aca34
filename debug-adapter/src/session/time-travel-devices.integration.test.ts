/** Going back in a run that used a disk: what it read and wrote is played back, and the disk has it in the end. */
import { describe, expect, it } from 'vitest';
import type { TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';

const { launch, at } = useDebuggee('debuggee-disk');
const thread = { threadId: 1 };
const recorded = { timeTravel: true, stopOnEntry: false };

const count = async (session: TestSession) =>
  Number((await session.evaluate('count', (await session.frame()).id)).result);

const runOut = async (session: TestSession) => {
  await session.client.continueRequest(thread);
  await session.take('exited');
  await session.take('terminated');
};

describe.each([{ target: 'qemu/x86_64' }, { target: 'qemu/x86_64', machine: 'q35' }])(
  'a disk under %j',
  { timeout: 120_000 },
  (options) => {
    it('is read and written while it is recorded, while it is played, and when the run goes on', async () => {
      const breakpoint = at('main.c', 'count');
      const session = await launch({ ...recorded, ...options }, [breakpoint]);
      await session.stopped();
      const first = await count(session);
      await session.goOn();
      expect(await count(session)).toBe(first + 1);
      await session.client.reverseContinueRequest(thread);
      await session.stopped();
      expect(await count(session)).toBe(first);
      await session.client.reverseContinueRequest(thread);
      expect((await session.stopped()).description).toBe('Paused at start of recording');
      await session.goOn();
      expect(await count(session)).toBe(first);
      expect((await session.goOn()).description).toBe('Paused at end of recording');
      expect(await count(session)).toBe(first + 1);
      await session.client.setBreakpointsRequest({ source: { path: breakpoint.path }, breakpoints: [] });
      await runOut(session);
      expect(await session.output('stdout', `count ${first + 2}`)).toContain('count');
      // What the recorded run wrote is what the next one finds.
      const next = await launch({ stopOnEntry: false, ...options }, [breakpoint]);
      await next.stopped();
      expect(await count(next)).toBe(first + 3);
    });

    it('has what was written live, though the session ends in the past', async () => {
      const session = await launch({ ...recorded, ...options }, [at('main.c', 'count')]);
      await session.stopped();
      const first = await count(session);
      await session.goOn();
      await session.client.reverseContinueRequest(thread);
      await session.stopped();
      expect(await count(session)).toBe(first);
      await session.close();
      const next = await launch({ stopOnEntry: false, ...options }, [at('main.c', 'count')]);
      await next.stopped();
      expect(await count(next)).toBe(first + 2);
    });
  },
);

// A machine that has built no SQLite for arm64 yet does so here.
it('a disk on arm64 is refused with a sentence', { timeout: 240_000 }, async () => {
  await expect(launch({ ...recorded, target: 'qemu/arm64' })).rejects.toThrow('launch with "disks": []');
  const session = await launch({ ...recorded, target: 'qemu/arm64', disks: [], stopOnEntry: true });
  expect((await session.stopped()).reason).toBe('entry');
});

it('a disk that is only read is played back too', { timeout: 60_000 }, async () => {
  const breakpoint = at('main.c', 'count');
  const live = await launch({ stopOnEntry: false }, [breakpoint]);
  await live.stopped();
  const written = await count(live);
  await live.close();
  const session = await launch({ ...recorded, disks: [{ path: 'data.img', readonly: true }] }, [breakpoint]);
  await session.stopped();
  const seen = await count(session);
  expect(seen).toBe(written + 1);
  await session.client.reverseContinueRequest(thread);
  expect((await session.stopped()).description).toBe('Paused at start of recording');
  await session.goOn();
  expect(await count(session)).toBe(seen);
});
