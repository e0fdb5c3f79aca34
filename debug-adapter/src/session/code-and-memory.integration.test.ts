/** Disassembly, memory, and going on elsewhere, on real QEMU and GDB. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { Debuggee, processesOf, type TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';
import { until } from '../testing/running-machine';

const { debuggee, launch, stoppedAt, at } = useDebuggee('debuggee-values');
const thread = { threadId: 1 };

async function disassemble(
  session: TestSession,
  memoryReference: string,
  instructionOffset: number,
  instructionCount: number,
): Promise<DebugProtocol.DisassembledInstruction[]> {
  const body = await session.request<DebugProtocol.DisassembleResponse>('disassemble', {
    ...{ memoryReference, instructionOffset, instructionCount, resolveSymbols: true },
  });
  return body?.instructions ?? [];
}

describe('disassembly', () => {
  it('has sources, symbols and bytes', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const frame = await session.frame();
    const [first, ...more] = await disassemble(session, frame.instructionPointerReference ?? '', 0, 20);
    expect(BigInt(first?.address ?? 0)).toBe(BigInt(frame.instructionPointerReference ?? 1));
    expect(first).toMatchObject({
      line: frame.line,
      location: { path: debuggee().path('main.c') },
      symbol: expect.stringMatching(/^main\+\d+$/),
      instructionBytes: expect.stringMatching(/^([0-9a-f]{2} ?)+$/),
    });
    expect(more).toHaveLength(19);
    expect(more.some(({ instruction }) => /call.*<twice>/.test(instruction))).toBe(true);
  });

  it('scrolls back from any instruction to the same ones, across functions', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const here = (await session.frame()).instructionPointerReference ?? '';
    const back = await disassemble(session, here, -300, 301);
    expect(back).toHaveLength(301);
    expect(BigInt(back.at(-1)?.address ?? 0)).toBe(BigInt(here));
    expect(new Set(back.map(({ symbol }) => symbol?.replace(/\+.*/, ''))).size).toBeGreaterThan(3);
    expect(back.every(({ instruction }) => !/bad|\?\?/.test(instruction))).toBe(true);
    // Forwards from the first one the same instructions follow, without a gap.
    const forth = await disassemble(session, back[0]?.address ?? '', 0, 301);
    expect(forth.map(({ address }) => address)).toEqual(back.map(({ address }) => address));
    for (const at of [-1, -7, -123]) {
      const some = await disassemble(session, here, at, 5);
      expect(some.map(({ address }) => address)).toEqual(
        back
          .slice(300 + at, 305 + at)
          .map(({ address }) => address)
          .concat(at === -1 ? (await disassemble(session, here, 1, 3)).map(({ address }) => address) : []),
      );
    }
  });

  it('fills what cannot be read, and needs no symbols', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const nowhere = await disassemble(session, '0x7fff00000000', -2, 6);
    expect(nowhere.map(({ presentationHint }) => presentationHint)).toEqual(Array(6).fill('invalid'));
    const low = await disassemble(session, '0x0', -5, 8);
    expect(low).toHaveLength(8);
    // The image begins here: before it lies memory without symbols.
    const start = await disassemble(session, '0x100000', -10, 12);
    expect(start).toHaveLength(12);
    expect(start[10]).toMatchObject({ address: '0x100000', symbol: '_start' });
    const addresses = start.map(({ address }) => BigInt(address));
    expect(addresses.every((address, index) => index === 0 || address > (addresses[index - 1] ?? 0n))).toBe(
      true,
    );
  });
});

describe('memory', () => {
  it('is read and written through a variable’s reference, and events tell', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const frame = await session.frame();
    const many = await session.evaluate('many', frame.id);
    const reference = many.memoryReference ?? '';
    const read = async (count: number) =>
      session.request<DebugProtocol.ReadMemoryResponse>('readMemory', {
        memoryReference: reference,
        offset: 8,
        count,
      });
    const before = Buffer.from((await read(8))?.data ?? '', 'base64');
    expect([before.readInt32LE(0), before.readInt32LE(4)]).toEqual([4, 9]);
    const page = await session.children(many.variablesReference, { start: 2, count: 1 });
    expect(page[0]?.value).toBe('4');
    const data = Buffer.from([7, 0, 0, 0]).toString('base64');
    const written = await session.request<DebugProtocol.WriteMemoryResponse>('writeMemory', {
      ...{ memoryReference: reference, offset: 8, data },
    });
    expect(written?.bytesWritten).toBe(4);
    expect((await session.take<DebugProtocol.MemoryEvent>('memory')).body).toEqual({
      ...{ memoryReference: reference, offset: 8, count: 4 },
    });
    await session.take('invalidated');
    expect((await session.children(many.variablesReference, { start: 2, count: 1 }))[0]?.value).toBe('7');
    await session.client.setVariableRequest({
      variablesReference: many.variablesReference,
      name: '3',
      value: '11',
    });
    expect((await session.take<DebugProtocol.MemoryEvent>('memory')).body).toMatchObject({
      offset: 12,
      count: 4,
    });
    expect(Buffer.from((await read(8))?.data ?? '', 'base64').readInt32LE(4)).toBe(11);
  });

  it('ends where it is not mapped', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const nowhere = { memoryReference: '0x7fff00000000' };
    expect(await session.request('readMemory', { ...nowhere, count: 16 })).toMatchObject({
      unreadableBytes: 16,
    });
    await expect(session.request('writeMemory', { ...nowhere, data: 'AAAA' })).rejects.toThrow('not mapped');
    await expect(session.request('writeMemory', { ...nowhere, data: '?' })).rejects.toThrow('base64');
    const read = async (address: bigint, count: number) => {
      const memoryReference = `0x${address.toString(16)}`;
      const ask = { memoryReference, count };
      const body = await session.request<DebugProtocol.ReadMemoryResponse>('readMemory', ask);
      return [Buffer.from(body?.data ?? '', 'base64').length, body?.unreadableBytes ?? 0];
    };
    // The null page is not mapped, the one behind it is.
    expect(await read(0x0n, 8192)).toEqual([0, 4096]);
    expect(await read(0xff8n, 16)).toEqual([0, 8]);
    expect(await read(0x1000n, 16)).toEqual([16, 0]);
    // The machine has 128 MiB.
    expect(await read(0x7ff_ff00n, 4096)).toEqual([256, 4096 - 256]);
  });
});

describe('stepping', () => {
  it('goes into the function that is chosen of a line’s', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const frame = await session.frame();
    const { targets } = await session.request<DebugProtocol.StepInTargetsResponse>('stepInTargets', {
      frameId: frame.id,
    });
    expect(targets.map(({ label }) => label)).toEqual(['twice', 'thrice']);
    await session.client.stepInRequest({ ...thread, targetId: targets[1]?.id ?? 0 });
    expect((await session.stopped()).reason).toBe('step');
    expect((await session.frame()).name).toBe('thrice');
    await session.client.stepOutRequest(thread);
    await session.stopped();
    // The breakpoint of the step is gone.
    await session.client.continueRequest(thread);
    await session.take('exited');
  });

  it('has the granularities statement, line and instruction', async () => {
    const session = await stoppedAt('main.c', 'calls');
    const { line, instructionPointerReference } = await session.frame();
    await session.client.nextRequest({ ...thread, granularity: 'instruction' });
    await session.stopped();
    const next = await session.frame();
    expect(next.line).toBe(line);
    expect(next.instructionPointerReference).not.toBe(instructionPointerReference);
    await session.client.nextRequest({ ...thread, granularity: 'statement' });
    await session.stopped();
    expect((await session.frame()).line).toBe(line + 1);
    await session.client.nextRequest({ ...thread, granularity: 'line' });
    await session.stopped();
    expect((await session.frame()).line).toBe(line + 2);
  });

  it('goes on from another line, and runs to the cursor as editors do it', async () => {
    const session = await stoppedAt('main.c', 'sum');
    const { path, line } = at('main.c', 'calls');
    const { targets } = await session.request<DebugProtocol.GotoTargetsResponse>('gotoTargets', {
      source: { path },
      line,
    });
    expect(targets).toHaveLength(1);
    await session.request('goto', { ...thread, targetId: targets[0]?.id });
    expect((await session.stopped()).reason).toBe('goto');
    expect(await session.place()).toBe(`main:${line}`);
    const cursor = at('main.c', 'sum').line;
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line: cursor }] });
    await session.goOn();
    expect(await session.place()).toBe(`main:${cursor}`);
  });
});

it('modules are the image and its libraries, and frames name theirs', async () => {
  const session = await stoppedAt('main.c', 'calls');
  const { modules, totalModules } = await session.request<DebugProtocol.ModulesResponse>('modules');
  expect(totalModules).toBe(modules.length);
  expect(modules[0]).toMatchObject({ name: 'values_qemu-x86_64' });
  const app = modules.find(({ name }) => name === 'appvalues');
  // Nothing lies below the kernel: its debug information is not in memory.
  expect(Math.min(...(app?.addressRange ?? '').split(/[-,]/).map(Number))).toBeGreaterThan(0x100000);
  // The array alone has 40,000 bytes.
  expect(Number.parseInt(app?.version ?? '', 10)).toBeGreaterThan(40_000);
  expect(modules.map(({ name }) => name)).toEqual(expect.arrayContaining(['libukalloc', 'libkvmplat']));
  const frames = await session.frames();
  expect(frames[0]?.moduleId).toBe('appvalues');
  expect(frames.at(-1)?.moduleId).toMatch(/^lib/);
  const names = async (format: DebugProtocol.StackFrameFormat) => {
    const ask = { threadId: 1, startFrame: 0, levels: 2, format };
    const { stackFrames } = await session.request<DebugProtocol.StackTraceResponse>('stackTrace', ask);
    return stackFrames.map(({ name }) => name);
  };
  const all = { parameters: true, parameterTypes: true, parameterNames: true, parameterValues: true };
  const { line } = at('main.c', 'calls');
  expect((await names({ ...all, module: true, line: true }))[0]).toMatch(
    new RegExp(`^appvalues!main\\(int argc = 1, char \\*\\* argv = 0x[^)]*\\) Line ${line}$`),
  );
  expect(await names({ parameters: true, parameterNames: true })).toEqual([
    'main(argc, argv)',
    'uk_boot_main()',
  ]);
  expect(await names({ line: true })).toEqual([
    `main Line ${line}`,
    expect.stringMatching(/^uk_boot_main Line \d+$/),
  ]);
  const some = await session.request<DebugProtocol.ModulesResponse>('modules', {
    startModule: 1,
    moduleCount: 2,
  });
  expect(some.modules).toEqual(modules.slice(1, 3));
});

it('modules are told of an image that was built before, and of one that runs already', async () => {
  const image = { program: debuggee().path('.unikernel/build/values_qemu-x86_64') };
  const modulesOf = async (session: TestSession) => {
    await session.stopped();
    expect((await session.frame()).moduleId).toBe('appvalues');
    const { modules } = await session.request<DebugProtocol.ModulesResponse>('modules');
    return modules.map(({ name }) => name);
  };
  const session = await launch(image);
  const names = await modulesOf(session);
  await session.client.disconnectRequest({ terminateDebuggee: false, suspendDebuggee: true });
  const words = await session.output('important', 'without the debugger');
  session.hangUp();
  const again = await launch({ ...JSON.parse(/\{.*\}/.exec(words)?.[0] ?? '{}'), request: 'attach' });
  expect(await modulesOf(again)).toEqual(names);
  // Nothing is built for a machine that runs.
  expect((await again.take<DebugProtocol.ProgressStartEvent>('progressStart')).body.message).toBe(
    'Connecting',
  );
  await again.client.disconnectRequest({ terminateDebuggee: true });
  again.abandon();
  await until(() => processesOf(debuggee().folder).length === 0);
});

it('loaded sources are files that are here, with checksums', async () => {
  const session = await stoppedAt('main.c', 'calls');
  const { sources } = await session.request<DebugProtocol.LoadedSourcesResponse>('loadedSources');
  const path = debuggee().path('main.c');
  const main = sources.find((source) => source.path === path);
  const checksum = createHash('sha256').update(readFileSync(path)).digest('hex');
  expect(main?.checksums).toEqual([{ algorithm: 'SHA256', checksum }]);
  expect(sources.every(({ path }) => path !== undefined && !path.includes('<'))).toBe(true);
});

it('sources that have moved are found by the source map', async () => {
  const moved = new Debuggee('debuggee-values');
  try {
    const { line } = at('main.c', 'calls');
    const sourceMap = { [debuggee().folder]: moved.folder };
    const session = await launch({ sourceMap, stopOnEntry: false }, [{ path: moved.path('main.c'), line }]);
    await session.stopped();
    const frame = await session.frame();
    expect(frame).toMatchObject({ line, source: { path: moved.path('main.c') } });
  } finally {
    moved.dispose();
  }
});
