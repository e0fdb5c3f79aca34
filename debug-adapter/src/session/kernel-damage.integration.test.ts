/** A kernel whose memory is not what it was: written over, by the program or the user, or another state of the machine. */
import { describe, expect, it } from 'vitest';
import type { TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';

const { launch, stoppedAt } = useDebuggee('debuggee-kernel');

const WHOLE = ['main', 'holder', 'sleeper', 'wanter', 'host', 'joiner', 'quitter', 'newcomer'];

/** Without what they do. */
async function names(session: TestSession): Promise<string[]> {
  const { threads } = (await session.client.threadsRequest()).body;
  return threads.map(({ name }) => name.replace(/ \(.*| \[.*/, ''));
}

const gdb = (session: TestSession, command: string) => session.evaluate(`>${command}`, undefined, 'repl');

describe('of threads that something has written over', () => {
  it.each([
    ['no memory', '0x123456789000', '0x123456789000'],
    ['no thread', '(struct uk_thread *) &first', '0x[0-9a-f]+'],
    ['nothing', '0', '0x0'],
  ])('the rest is shown where the current one is %s, with a word once', async (_, value, shown) => {
    const session = await stoppedAt('waits.c', 'all wait');
    await gdb(session, `set var uk_sched_current = ${value}`);
    expect(await names(session)).toEqual(WHOLE);
    const words = await session.output('important', 'threads');
    expect(words).toMatch(
      new RegExp(
        `^The kernel’s own list of its threads is damaged: 'uk_sched_current' holds ${shown}, where no thread is\\. What can be read of it is shown\\.\\n$`,
      ),
    );
    expect((await session.evaluate(':threads', undefined, 'repl')).result).toContain(words.trim());
    const said = session.count('output');
    expect(await names(session)).toEqual(WHOLE);
    expect(session.count('output')).toBe(said);
  });

  it('each is shown once where the list leads into itself, and what is before an end in nothing', async () => {
    const session = await stoppedAt('waits.c', 'all wait');
    await gdb(session, 'set var uk_sched_threads->next_of_all->next_of_all->next_of_all = uk_sched_threads');
    expect(await names(session)).toEqual(['main', 'joiner', 'quitter', 'newcomer']);
    await session.output('important', "the list leads from 'joiner' back to 'newcomer'");
    await gdb(session, 'set var uk_sched_threads->next_of_all = (struct uk_thread *) 0x123456789000');
    expect(await names(session)).toEqual(['main', 'newcomer']);
    await session.output('important', "the list leads from 'newcomer' to 0x123456789000, where no memory is");
  });

  it('those are shown that can be, where what one waits for is nowhere', async () => {
    const session = await stoppedAt('waits.c', 'all wait');
    await gdb(session, 'set var sleeper->waits_for = (struct uk_waitq *) 8');
    await gdb(session, 'set var sleeper->timeout.running = 0');
    await gdb(session, 'set var forks[1].owner = (struct uk_thread *) -1');
    const { threads } = (await session.client.threadsRequest()).body;
    expect(threads.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['sleeper (waits for something at 0x8)', 'wanter (waits for mutex forks[1])']),
    );
  });
});

describe('threads are read again', () => {
  it('when they were looked at in the middle of a switch', async () => {
    const session = await launch({ args: ['spin'] });
    await session.stopped();
    await session.client.setFunctionBreakpointsRequest({
      breakpoints: [{ name: 'ukarch_ctx_switch' }, { name: 'turn' }],
    });
    await session.goOn();
    expect((await session.frame()).name).toBe('ukarch_ctx_switch');
    expect((await names(session))[0]).toBe('spinner');
    await session.goOn();
    expect((await session.frame()).name).toBe('turn');
    const { threads } = (await session.client.threadsRequest()).body;
    const main = threads.find(({ name }) => name.startsWith('main ('))?.id ?? 0;
    const { stackFrames } = (await session.client.stackTraceRequest({ threadId: main })).body;
    expect(stackFrames.map(({ name }) => name)).toContain('uk_sched_sleep');
  });

  it('when the user has written to memory, and when the machine has become what it was', async () => {
    const session = await stoppedAt('waits.c', 'all wait');
    await session.request('unikernel/saveSnapshot', { name: 'before' });
    expect(await names(session)).toEqual(WHOLE);
    const frame = (await session.frame()).id;
    await session.evaluate("uk_sched_threads->name[0] = 'N'", frame);
    expect((await names(session)).at(-1)).toBe('Newcomer');
    await gdb(session, "set var uk_sched_threads->name[0] = 'M'");
    expect((await names(session)).at(-1)).toBe('Mewcomer');
    await session.request('unikernel/goToSnapshot', { name: 'before' });
    await session.stopped();
    expect(await names(session)).toEqual(WHOLE);
  });
});
