/**
 * Images that Unikraft itself built, one after another as UNIKRAFT_IMAGE names them (a path, or more with ':' between
 * them). They are not part of this project: without the variable these tests are skipped.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { processOf } from '../testing/debuggee';
import { useSessions } from '../testing/sessions';

const IMAGES = process.env.UNIKRAFT_IMAGE?.split(':') ?? [];
const SKIPPED = ['(UNIKRAFT_IMAGE is not set)'];

describe.skipIf(IMAGES.length === 0).each(IMAGES.length === 0 ? SKIPPED : IMAGES)(
  'the Unikraft image %s',
  (program) => {
    const { start } = useSessions(() => program);
    const name = basename(program);
    const isArm = name.includes('arm64');

    async function end(options: object, sentence: string) {
      const session = await start({ program, stopOnEntry: false, ...options });
      await session.take<DebugProtocol.OutputEvent>('output', ({ body }) => body.output.includes(sentence));
      await session.take('terminated');
      return session;
    }

    it('stops at the application, with the kernel below it on one stack, and steps', async () => {
      const session = await start({ program });
      expect(await session.stopped()).toMatchObject({ reason: 'entry' });
      const frames = await session.frames();
      expect(frames.map((frame) => frame.name)).toEqual(
        expect.arrayContaining(['main', 'do_main', 'uk_boot_entry']),
      );
      expect(frames[0]?.source?.name).not.toBe('weak_main.c');
      expect(await readFile(frames[0]?.source?.path ?? '', 'utf8')).toContain('main');
      await session.client.nextRequest({ threadId: 1 });
      expect((await session.stopped()).reason).toBe('step');
      expect((await session.frames())[0]?.name).toBe('main');
    });

    it('goes back line by line in a recorded run, and runs on live from its end', async () => {
      const session = await start({ program, timeTravel: true });
      await session.stopped();
      const places = [await session.place()];
      for (let turn = 0; turn < 2; turn++) {
        await session.client.nextRequest({ threadId: 1 });
        await session.stopped();
        places.unshift(await session.place());
      }
      for (const place of places.slice(1)) {
        await session.client.stepBackRequest({ threadId: 1 });
        await session.stopped();
        expect(await session.place()).toBe(place);
      }
      expect((await session.goOn()).description).toBe('Paused at end of recording');
      expect(await session.place()).toBe(places[0]);
      await session.client.nextRequest({ threadId: 1 });
      expect((await session.stopped()).reason).toBe('step');
    }, 60_000);

    it('goes forward from where the live run stopped and is gone back to', async () => {
      const session = await start({ program, timeTravel: true });
      await session.stopped();
      const lines: number[] = [];
      for (let turn = 0; turn < 4; turn++) {
        await session.client.nextRequest({ threadId: 1 });
        await session.stopped();
        lines.push((await session.frame()).line);
      }
      const path = (await session.frame()).source?.path ?? '';
      const breakpoints = lines.slice(0, 2).map((line) => ({ line }));
      await session.client.setBreakpointsRequest({ source: { path }, breakpoints });
      for (let turn = 0; turn < 2; turn++) {
        await session.client.reverseContinueRequest({ threadId: 1 });
        await session.stopped();
        const place = await session.place();
        await session.client.nextRequest({ threadId: 1, granularity: 'instruction' });
        expect((await session.stopped()).reason).toBe('step');
        await session.client.reverseContinueRequest({ threadId: 1 });
        await session.stopped();
        expect(await session.place()).toBe(place);
      }
    }, 60_000);

    it('restarts in the machine that runs, and goes to a snapshot', async () => {
      const session = await start({ program });
      await session.stopped();
      const [machine, place] = [processOf(program, 'qemu'), await session.place()];
      await session.client.nextRequest({ threadId: 1 });
      await session.stopped();
      const next = await session.place();
      await session.request('unikernel/saveSnapshot', { name: 'a step on' });
      for (let again = 0; again < 2; again++) {
        await session.client.restartRequest({});
        expect((await session.stopped()).reason).toBe('entry');
        expect(await session.place()).toBe(place);
        await session.client.nextRequest({ threadId: 1 });
        await session.stopped();
        expect(await session.place()).toBe(next);
      }
      await session.client.restartRequest({});
      await session.stopped();
      await session.request('unikernel/goToSnapshot', { name: 'a step on' });
      expect((await session.stopped()).reason).toBe('goto');
      expect(await session.place()).toBe(next);
      expect(processOf(program, 'qemu')).toBe(machine);
    });

    it('hits breakpoints in its boot code, before paging and loading', async () => {
      const session = await start({ program, stopOnEntry: false }, [], (opening) =>
        opening.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'uk_boot_entry' }] }),
      );
      expect((await session.stopped()).reason).toBe('function breakpoint');
      expect((await session.frames())[0]?.name).toBe('uk_boot_entry');
    });

    it('powers off where the application ends', async () => {
      const session = await end({}, `${name} powered the machine off.`);
      expect(session.count('stopped')).toBe(0);
    });

    it('gets its arguments', async () => {
      const session = await start({ program, args: ['one', 'two words'] });
      await session.stopped();
      const kernel = (await session.frames()).find((frame) => frame.name === 'do_main');
      expect((await session.evaluate('argc', kernel?.id)).result).toBe('3');
      expect((await session.evaluate('argv[2]', kernel?.id)).result).toContain('two words');
    });

    it.skipIf(isArm)(
      'is told apart when it crashes, though the machine is powered off then too',
      async () => {
        const session = await start({ program });
        await session.stopped();
        await session.evaluate(isArm ? '$x0 = 3' : '$rdi = 3', undefined, 'repl');
        await session.evaluate('$pc = ukplat_terminate', undefined, 'repl');
        await session.client.continueRequest({ threadId: 1 });
        expect((await session.stopped()).reason).toBe('exception');
        await session.client.continueRequest({ threadId: 1 });
        await session.output('console', `${name} ended in a kernel panic`);
      },
    );

    it.skipIf(isArm)('has the codes of its isa-debug-exit device understood', async () => {
      const device = ['-device', 'isa-debug-exit'];
      const session = await start({ program, qemuArguments: device });
      await session.stopped();
      await session.evaluate('$rdi = 3', undefined, 'repl');
      await session.evaluate('$pc = ukplat_terminate', undefined, 'repl');
      await session.client.continueRequest({ threadId: 1 });
      expect((await session.stopped()).reason).toBe('exception');
      await session.client.continueRequest({ threadId: 1 });
      await session.output('console', `${name} ended in a kernel panic`);
      await end({ qemuArguments: device }, `${name} powered the machine off.`);
    });
  },
);
