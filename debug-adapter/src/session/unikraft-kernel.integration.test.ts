/**
 * The kernel of Unikraft's own images: its threads, crashes and heap. UNIKRAFT_IMAGE names images (a path, or more
 * with ':' between them); those whose name begins with `threads` start the threads `first`, `second` and `third`,
 * the last of which never ends, and crash as their argument says; those whose name begins with `waits` have threads that
 * wait for a mutex, a semaphore and time when they call `stand`. Unikraft optimizes where it is not told otherwise: images
 * with and without CONFIG_OPTIMIZE_NONE differ. Without one these tests are skipped.
 */
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useSessions } from '../testing/sessions';

const named = (name: string) =>
  (process.env.UNIKRAFT_IMAGE?.split(':') ?? []).filter((image) => basename(image).startsWith(name));
const IMAGES = named('threads');
const WAITS = named('waits');
const SKIPPED = ['(UNIKRAFT_IMAGE names no image with threads)'];

describe.skipIf(IMAGES.length === 0).each(IMAGES.length === 0 ? SKIPPED : IMAGES)(
  'the kernel of the Unikraft image %s',
  (program) => {
    const { start } = useSessions(() => program);

    /** Stopped in the thread `third`, which has not ended yet. */
    async function inThird() {
      const session = await start({ program, stopOnEntry: false }, [], (opening) =>
        opening.client.setFunctionBreakpointsRequest({
          breakpoints: [{ name: 'worker', condition: 'argument == 2' }],
        }),
      );
      expect((await session.stopped()).reason).toBe('function breakpoint');
      return session;
    }

    it('lists its threads, the running one on its vCPU', async () => {
      const session = await inThird();
      const names = (await session.client.threadsRequest()).body.threads.map(({ name }) => name);
      expect(names[0]).toBe('third (CPU#0)');
      expect(names.slice(1)).toEqual(
        expect.arrayContaining(['init (ready)', 'first (ready)', 'second (ready)', 'idle (not started)']),
      );
    });

    it('unwinds a thread that waits for its turn, with its locals', async () => {
      const session = await inThird();
      const { threads } = (await session.client.threadsRequest()).body;
      const init = threads.find(({ name }) => name.startsWith('init'))?.id ?? 0;
      const { stackFrames } = (await session.client.stackTraceRequest({ threadId: init })).body;
      const names = stackFrames.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['main', 'do_main', 'uk_boot_entry']));
      expect(names.indexOf('schedcoop_schedule')).toBeLessThan(names.indexOf('main'));
      const main = stackFrames.find(({ name }) => name === 'main');
      const locals = await session.scope(main?.id ?? 0, 'Locals');
      expect(Number(locals.find(({ name }) => name === 'i')?.value)).toBeGreaterThanOrEqual(0);
      const first = threads.find(({ name }) => name.startsWith('first'))?.id ?? 0;
      const own = (await session.client.stackTraceRequest({ threadId: first })).body.stackFrames;
      const worker = own.find(({ name }) => name === 'worker');
      expect((await session.evaluate('own', worker?.id)).result).toBe('0');
      // The vCPU goes on as if nobody had looked.
      expect((await session.place()).split(':')[0]).toBe('worker');
      await session.client.nextRequest({ threadId: 1 });
      await session.stopped();
      expect((await session.place()).split(':')[0]).toBe('worker');
    });

    it('stops for a crash, in the words of who crashed', async () => {
      const session = await start({ program, stopOnEntry: false, args: ['crash'] });
      const { reason, text } = await session.stopped();
      expect(reason).toBe('exception');
      expect(text).toBe('Unikraft crashed: asked to crash');
      expect(await session.output('stderr', 'Kernel panic')).toMatch(/in main \(.*main\.c:\d+\)/);
      expect((await session.frames()).find(({ presentationHint }) => !presentationHint)?.name).toBe('main');
    });

    it('explains a page fault', async () => {
      const session = await start({ program, stopOnEntry: false, args: ['fault'] });
      const { text } = await session.stopped();
      expect(text).toMatch(
        /^Page fault: write to 0xdead0000000 \(page not present\)\. 0xdead0000000 belongs to nothing that is known.*: The entry of .+ is not (present|valid)\.$/,
      );
      expect((await session.client.exceptionInfoRequest({ threadId: 1 })).body.exceptionId).toBe(
        'page-fault',
      );
    });

    it('finds the block of its heap that an address is in', async () => {
      const session = await inThird();
      const explained = await session.client.customRequest('unikernel/explainAddress', {
        address: 'uk_sched_head->thread_list.tqh_first',
      });
      // The allocator gives whole pages, of which its own words are the first 32 bytes.
      expect(explained.body.place).toMatch(/^byte \d+ of a used block of \d+ bytes at 0x\w+020$/);
      const heap = (await session.client.customRequest('unikernel/heap')).body;
      expect(heap.used).toBeGreaterThan(0);
      expect(heap.used).toBeLessThan(heap.total);
    });
  },
);

describe.skipIf(WAITS.length === 0).each(WAITS.length === 0 ? SKIPPED : WAITS)(
  'threads that wait in the Unikraft image %s',
  (program) => {
    const { start } = useSessions(() => program);

    it('tell what for', async () => {
      const session = await start(
        { program, stopOnEntry: false, qemuArguments: ['-cpu', 'max'] },
        [],
        (opening) => opening.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'stand' }] }),
      );
      expect((await session.stopped()).reason).toBe('function breakpoint');
      expect(await session.place()).toMatch(/^stand:/);
      const names = (await session.client.threadsRequest()).body.threads.map(({ name }) => name);
      expect(names).toEqual(
        expect.arrayContaining([
          'init (CPU#0)',
          expect.stringMatching(/^holder \(sleeps until 36\d\d\.\d+ s after boot\)$/),
          'wanter (waits for a mutex, in wanter)',
          'host (waits for a semaphore, in host)',
        ]),
      );
    });
  },
);
