/** The same session on arm64: GDB for it, QEMU's virt machine, its registers, its panics. */
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleAdapter, Debuggee, processesOf, processOf, TestSession } from '../testing/debuggee';

let debuggee: Debuggee;
const sessions: TestSession[] = [];

beforeAll(() => {
  bundleAdapter();
  debuggee = new Debuggee();
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
  expect(processesOf(debuggee.folder)).toEqual([]);
});
afterAll(() => debuggee.dispose());

async function launch(options: object = {}): Promise<TestSession> {
  const session = await TestSession.open({
    manifest: debuggee.manifest,
    target: 'qemu/arm64',
    ...options,
  });
  sessions.push(session);
  await session.launch();
  return session;
}

const thread = { threadId: 1 };

describe('a session on arm64', () => {
  it('restarts in the machine that runs, with its breakpoints', async () => {
    const session = await launch();
    await session.stopped();
    const machine = processOf(debuggee.folder, 'qemu');
    const [place, stack] = [await session.place(), (await session.evaluate('$sp')).result];
    await session.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'walk' }] });
    const run = async () => {
      expect((await session.goOn()).reason).toBe('function breakpoint');
      return session.place();
    };
    const first = await run();
    for (let again = 0; again < 2; again++) {
      await session.client.restartRequest({});
      expect((await session.stopped()).reason).toBe('entry');
      expect([await session.place(), (await session.evaluate('$sp')).result]).toEqual([place, stack]);
      expect(await run()).toBe(first);
    }
    expect(processOf(debuggee.folder, 'qemu')).toBe(machine);
  });

  it('stops at main with the boot below it, steps, and shows the registers in groups', async () => {
    const session = await launch();
    expect(await session.stopped()).toMatchObject({ reason: 'entry', threadId: 1 });
    const frames = await session.frames();
    expect(frames.map(({ name }) => name)).toEqual([
      'main',
      'uk_boot_main',
      'boot_application',
      'kmain',
      '_start',
    ]);
    expect(frames[0]?.source?.path).toBe(debuggee.path('main.c'));
    await session.client.nextRequest(thread);
    expect((await session.stopped()).reason).toBe('step');
    expect(await session.place()).toBe(`main:${debuggee.mark('main.c', 'first line')}`);

    const frame = (await session.frames(0, 1))[0];
    const groups = await session.scope(frame?.id ?? 0, 'Registers');
    expect(groups.map(({ name }) => name)).toEqual([
      'General',
      'Control',
      'Timer',
      'Floating point and vector',
      'Other',
    ]);
    const registers = await session.children(groups[0]?.variablesReference ?? 0);
    expect(registers.map(({ name }) => name)).toEqual([
      ...Array.from({ length: 31 }, (_, i) => `x${i}`),
      'sp',
      'pc',
      'cpsr',
    ]);
    const pc = registers.find(({ name }) => name === 'pc');
    expect(BigInt(pc?.value ?? 0)).toBe(BigInt(frame?.instructionPointerReference ?? 1));
    const control = await session.children(groups[1]?.variablesReference ?? 0);
    // The MMU and both caches are on.
    const system = control.find(({ name }) => name === 'SCTLR');
    expect(Number(system?.value) & 0x1005).toBe(0x1005);
    const bits = await session.children(system?.variablesReference ?? 0);
    const named = Object.fromEntries(bits.map(({ name, value }) => [name, value]));
    expect(named).toMatchObject({ M: '1', C: '1', I: '1', WXN: '0' });
  });

  it('runs to its end, with its output and its exit code', async () => {
    const session = await launch({ args: ['exit', '0'] });
    await session.stopped();
    await session.client.continueRequest(thread);
    expect(await session.output('stdout', 'doing exit')).toContain('doing exit\n');
    expect((await session.take<DebugProtocol.ExitedEvent>('exited')).body.exitCode).toBe(0);
  });

  it('stops at the kernel’s first instruction when asked', async () => {
    const session = await launch({ stopOnEntry: 'kernel' });
    await session.stopped();
    expect(await session.frames()).toMatchObject([{ name: '_start' }]);
    expect(basename((await session.frames())[0]?.source?.path ?? '')).toBe('boot.S');
  });

  it('pauses on a panic, with its sentence and the place in words', async () => {
    const session = await launch({ stopOnEntry: false, args: ['fault'] });
    expect(await session.stopped()).toMatchObject({
      reason: 'exception',
      text: expect.stringContaining('Page fault: write to 0x0 (page not present)'),
    });
    const frames = await session.frames();
    expect(frames.map(({ name }) => name)).toContain('write_to');
    expect(frames.find(({ name }) => name === 'write_to')?.line).toBe(debuggee.mark('main.c', 'fault'));
    const info = (await session.client.exceptionInfoRequest(thread)).body;
    expect(info.exceptionId).toBe('page-fault');
    expect(info.details?.stackTrace).toContain('<write_to');
  });

  it('disassembles backwards, chooses among calls, and watches data', async () => {
    const session = await launch({ args: ['walk'] });
    await session.stopped();
    const line = debuggee.mark('walk.c', 'descend');
    await session.client.setBreakpointsRequest({
      source: { path: debuggee.path('walk.c') },
      breakpoints: [{ line }],
    });
    await session.goOn();
    const frame = await session.frame();
    const body = await session.request<DebugProtocol.DisassembleResponse>('disassemble', {
      ...{ memoryReference: frame.instructionPointerReference, instructionOffset: -8, instructionCount: 9 },
    });
    const addresses = (body?.instructions ?? []).map(({ address }) => BigInt(address));
    expect(addresses).toHaveLength(9);
    expect(addresses[8]).toBe((addresses[0] ?? 0n) + 32n);
    const { targets } = await session.request<DebugProtocol.StepInTargetsResponse>('stepInTargets', {
      frameId: frame.id,
    });
    expect(targets.map(({ label }) => label)).toEqual(['depth']);
    const info = await session.request<DebugProtocol.DataBreakpointInfoResponse>('dataBreakpointInfo', {
      ...{ name: 'cell[0]', frameId: frame.id },
    });
    await session.request('setDataBreakpoints', {
      breakpoints: [{ dataId: info.dataId, accessType: 'write' }],
    });
    expect((await session.goOn()).reason).toBe('data breakpoint');
    expect((await session.frame()).name).toBe('walk');
  });

  it('says what to install where there is no GDB for it', async () => {
    const session = await TestSession.open({
      manifest: debuggee.manifest,
      target: 'qemu/arm64',
      gdbPath: 'no-such-gdb',
    });
    sessions.push(session);
    await expect(session.launch()).rejects.toThrow(/'no-such-gdb', which is set as 'unikernel.gdbPath'/);
  });
});
