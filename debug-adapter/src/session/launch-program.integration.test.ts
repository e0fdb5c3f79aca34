/** Images that no project of ours built: what boots them, where their symbols are, how they end. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it, vi } from 'vitest';
import { lineOf } from '../testing/debuggee';
import { useBareImages } from '../testing/sessions';

const { images, start } = useBareImages();

describe('an image that is built already', () => {
  it.each([
    ['ELF64 with a PVH note and its own symbols', () => images().pvh()],
    ['stripped multiboot ELF32 beside NAME.dbg', () => images().multiboot()],
    ['Linux image for x86_64 beside NAME.dbg', () => images().linux()],
    ['flat Linux image for arm64 beside NAME.dbg', () => images().arm64()],
  ])('stops at the strong main of an %s, with its sources', async (_, build) => {
    const program = build();
    const session = await start({ program, cpus: 2 });
    expect(await session.stopped()).toMatchObject({ reason: 'entry' });
    const [top] = await session.frames();
    expect(top).toMatchObject({ name: 'main', source: { path: images().source('main.c') } });
    expect(await session.place()).toBe(`main:${lineOf(images().source('main.c'), 'say("bare: ready')}`);
    await session.client.nextRequest({ threadId: 1 });
    expect((await session.stopped()).reason).toBe('step');
  });

  it('stops at its first instruction, before any processor mode of C', async () => {
    const session = await start({ program: images().multiboot(), stopOnEntry: 'kernel' });
    expect(await session.stopped()).toMatchObject({ reason: 'entry' });
    expect((await session.frames())[0]?.name).toBe('_start');
  });

  it('stops behind a function’s prologue though a boot loader brings the code, and shows memory as it is', async () => {
    const session = await start({ program: images().linux(), cpus: 2, stopOnEntry: false }, [], (opening) =>
      opening.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'say' }] }),
    );
    await session.stopped();
    expect(await session.place()).toBe(`say:${lineOf(images().source('main.c'), 'while (*text)')}`);
    // Code that the guest changes is shown changed.
    await session.evaluate('>set {char}main = 0x90', undefined, 'repl');
    expect((await session.evaluate('*(unsigned char *)main')).result).toMatch(/^144/);
  });

  it('has the instructions of newer processors', async () => {
    const line = lineOf(images().source('main.c'), 'mark: loop');
    const session = await start({ program: images().arm64(), cpus: 2 }, [
      { path: images().source('main.c'), line },
    ]);
    await session.stopped();
    const { body } = await session.client.customRequest('disassemble', {
      memoryReference: (await session.frame()).instructionPointerReference,
      instructionCount: 20,
    });
    expect(JSON.stringify(body)).toContain('ldadd');
    expect((await session.goOn()).reason).toBe('breakpoint');
  });

  it('takes symbols from elsewhere, and a function breakpoint on main for the one that runs', async () => {
    const program = images().copy(images().multiboot(), 'renamed');
    const symbols = images().source('bare-multiboot.dbg');
    const session = await start({ program, symbols, stopOnEntry: false, cpus: 2 }, [], async (opening) => {
      await opening.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'main' }] });
    });
    expect((await session.stopped()).reason).toBe('function breakpoint');
    expect((await session.frames())[0]?.source?.name).toBe('main.c');
  });

  it.each([
    ['q', 'bare-pvh exited with code 7.'],
    ['o', 'bare-pvh powered the machine off.'],
  ])('tells its end apart: key %s', async (key, sentence) => {
    const program = images().pvh();
    const session = await start({ program, cpus: 2, stopOnEntry: false });
    await session.output('stdout', 'bare: ready');
    await session.request('unikernel/serialInput', { data: key });
    const told = (event: DebugProtocol.OutputEvent) => event.body.output.startsWith(sentence);
    await session.take<DebugProtocol.OutputEvent>('output', told);
    await session.take('terminated');
    expect(session.count('terminated')).toBe(0);
  });

  it('stops where it resets itself, and ends with a sentence when it is let go', async () => {
    const session = await start({ program: images().pvh(), cpus: 2, stopOnEntry: false });
    await session.output('stdout', 'bare: ready');
    await session.request('unikernel/serialInput', { data: 'r' });
    expect((await session.stopped()).text).toContain('The processor reset itself');
    await session.client.continueRequest({ threadId: 1 });
    await session.output('important', 'bare-pvh reset the machine without a panic');
    await session.take('terminated');
  });

  it('shows every vCPU with its own registers and stack, and stops and runs all of them', async () => {
    const mark = lineOf(images().source('main.c'), 'mark: second');
    const session = await start({ program: images().pvh(), cpus: 2, stopOnEntry: false }, [
      { path: images().source('main.c'), line: mark },
    ]);
    const { threadId } = await session.stopped();
    expect(threadId).toBe(2);
    const { threads } = (await session.client.threadsRequest()).body;
    expect(threads.map(({ id }) => id)).toEqual([1, 2]);
    const tops = await Promise.all(
      threads.map(
        async ({ id }) => (await session.client.stackTraceRequest({ threadId: id })).body.stackFrames,
      ),
    );
    expect(tops[1]?.slice(0, 2).map(({ name }) => name)).toEqual(['second_main', 'second']);
    expect(tops[0]?.map(({ name }) => name)).toContain('main');
    const stacks = await Promise.all(
      tops.map(async (frames) => (await session.evaluate('(unsigned long)$sp', frames[0]?.id)).result),
    );
    expect(new Set(stacks).size).toBe(2);

    await session.client.setBreakpointsRequest({
      source: { path: images().source('main.c') },
      breakpoints: [],
    });
    const ticks = async () =>
      Promise.all(
        ['ticks[0]', 'ticks[1]'].map(async (name) => Number((await session.evaluate(name)).result)),
      );
    await session.client.continueRequest({ threadId: 2 });
    await session.client.pauseRequest({ threadId: 1 });
    expect((await session.stopped()).allThreadsStopped).toBe(true);
    const before = await ticks();
    const stays = await ticks();
    expect(stays).toEqual(before);
    let after = before;
    // A pause may come before the guest has gone on.
    for (let pauses = 0; pauses < 20 && after[1] === before[1]; pauses++) {
      await session.client.continueRequest({ threadId: 1 });
      await session.client.pauseRequest({ threadId: 1 });
      await session.stopped();
      after = await ticks();
    }
    expect(after[1]).toBeGreaterThan(before[1] ?? 0);
  });
});

describe('an image that cannot be booted or shown', () => {
  const refusal = (options: object) => start(options).catch((error: Error) => error.message);

  it('is told why, and what to do', async () => {
    const multiboot = images().multiboot();
    expect(await refusal({ program: `${multiboot}.dbg` })).toContain(`Name '${multiboot}' beside it`);
    const alone = images().copy(multiboot, 'alone');
    expect(await refusal({ program: alone })).toContain('has no debug information');
    expect(await refusal({ program: images().source('gone') })).toContain("gone' does not exist");
    expect(await refusal({ program: images().source('main.c') })).toContain('no image that QEMU boots');
    const symbols = images().arm64();
    expect(await refusal({ program: multiboot, symbols: `${symbols}.dbg` })).toContain('is for arm64');
    expect(await refusal({ program: multiboot, machine: 'virt' })).toContain(
      "take 'microvm' or 'pc' or 'q35'",
    );
  });

  it('is told where there is no room to try KVM in', async () => {
    const program = images().pvh();
    vi.stubEnv('TMPDIR', images().source('gone'));
    try {
      expect(await refusal({ program, accelerator: 'auto' })).toMatch(/gone' \(.*or set TMPDIR to/);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
