/** Whole debug sessions: the real adapter process, real GDB, real QEMU, the built-in kernel. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Breakpoint,
  bundleAdapter,
  Debuggee,
  kernelSource,
  lineOf,
  processesOf,
  TestSession,
} from '../testing/debuggee';

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

async function launch(options: object = {}, breakpoints: readonly Breakpoint[] = []): Promise<TestSession> {
  const session = await TestSession.open({ manifest: debuggee.manifest, ...options });
  sessions.push(session);
  await session.launch(breakpoints);
  return session;
}

function inWalk(name: string, condition?: string): Breakpoint {
  const at = { path: debuggee.path('walk.c'), line: debuggee.mark('walk.c', name) };
  return condition === undefined ? at : { ...at, condition };
}

const thread = { threadId: 1 };

describe('launch', () => {
  it('stops at main, with the kernel below it on one stack', async () => {
    const session = await launch();
    expect(await session.stopped()).toMatchObject({ reason: 'entry', threadId: 1, allThreadsStopped: true });
    const frames = await session.frames();
    expect(frames[0]).toMatchObject({ name: 'main', source: { path: debuggee.path('main.c') } });
    expect(frames.length).toBeGreaterThan(1);
    const kernel = frames.slice(1).filter(({ source }) => source?.path?.includes('/kernel-sdk/kernel/'));
    expect(kernel.length).toBeGreaterThan(0);
    for (const { source } of kernel) expect(existsSync(source?.path ?? '')).toBe(true);
  });

  it('stops at the kernel’s first instruction when asked', async () => {
    const session = await launch({ stopOnEntry: 'kernel' });
    expect((await session.stopped()).reason).toBe('entry');
    expect(basename((await session.frames())[0]?.source?.path ?? '')).toMatch(/\.S$/);
  });

  it('runs to a breakpoint in the kernel’s boot path, then to one in the app', async () => {
    const kernelFile = kernelSource('lib/ukboot/boot.c');
    const line = lineOf(kernelFile, 'main(');
    const session = await launch({ stopOnEntry: false }, [inWalk('sum'), { path: kernelFile, line }]);
    const first = await session.stopped();
    expect(first.reason).toBe('breakpoint');
    expect((await session.frames())[0]?.source?.path).toBe(kernelFile);
    await session.client.continueRequest(thread);
    const second = await session.stopped();
    expect(await session.place()).toBe(`walk:${inWalk('sum').line}`);
    expect(second.hitBreakpointIds).not.toEqual(first.hitBreakpointIds);
    const changed = await session.take<DebugProtocol.BreakpointEvent>('breakpoint');
    expect(changed.body).toMatchObject({ reason: 'changed', breakpoint: { verified: true } });
  });

  it('passes arguments on, shows the serial output line by line and tells the exit code', async () => {
    const session = await launch({ stopOnEntry: false, args: ['exit', '7'] });
    expect(await session.output('stdout', 'doing exit')).toContain('doing exit\n');
    expect(await session.output('console', 'exited')).toBe('debuggee exited with code 7.\n');
    expect((await session.take<DebugProtocol.ExitedEvent>('exited')).body.exitCode).toBe(7);
    await session.take('terminated');
    expect(session.count('terminated')).toBe(0);
  });

  it.each(['pc', 'q35'])('stops, steps and ends on %s', async (machine) => {
    const session = await launch({ machine, memory: '64M', qemuArguments: ['-name', 'chosen'] });
    expect((await session.stopped()).reason).toBe('entry');
    await session.client.nextRequest(thread);
    expect((await session.stopped()).reason).toBe('step');
    await session.client.continueRequest(thread);
    expect((await session.take<DebugProtocol.ExitedEvent>('exited')).body.exitCode).toBe(0);
  });

  it('runs without a debugger', async () => {
    const session = await launch({ noDebug: true });
    expect(await session.output('stdout', 'total')).toContain('total 10\n');
    expect((await session.take<DebugProtocol.ExitedEvent>('exited')).body.exitCode).toBe(0);
  });
});

describe('stepping', () => {
  it('goes over, into and out, and into kernel code', async () => {
    const session = await launch({ stopOnEntry: false }, [inWalk('allocate')]);
    await session.stopped();
    await session.client.stepInRequest(thread);
    expect((await session.stopped()).reason).toBe('step');
    const kernel = (await session.frames(0, 2))[0];
    expect(kernel?.source?.path).toContain('/kernel-sdk/kernel/lib/ukalloc/');
    await session.client.stepOutRequest(thread);
    await session.stopped();
    expect((await session.place()).startsWith('walk:')).toBe(true);
    await session.client.nextRequest(thread);
    await session.stopped();
    await session.client.nextRequest(thread);
    await session.stopped();
    expect(await session.place()).toBe(`walk:${inWalk('sum').line}`);
  });

  it('steps one instruction when asked', async () => {
    const session = await launch();
    await session.stopped();
    const before = (await session.frames(0, 1))[0]?.instructionPointerReference;
    await session.client.nextRequest({ ...thread, granularity: 'instruction' });
    await session.stopped();
    expect((await session.frames(0, 1))[0]?.instructionPointerReference).not.toBe(before);
  });

  it('refuses to step out of the outermost frame, and goes on working', async () => {
    const session = await launch({ stopOnEntry: 'kernel' });
    await session.stopped();
    await expect(session.client.stepOutRequest(thread)).rejects.toThrow(/outermost/);
    await session.client.nextRequest(thread);
    expect((await session.stopped()).reason).toBe('step');
  });

  it('stops a running guest on pause', async () => {
    const session = await launch({ stopOnEntry: false, args: ['spin'] });
    await session.output('stdout', 'spinning');
    // The word is there a moment before the guest is behind it.
    const place = async () => {
      await session.client.pauseRequest(thread);
      expect((await session.stopped()).reason).toBe('pause');
      return session.place();
    };
    let at = await place();
    for (let pauses = 1; pauses < 20 && !at.startsWith('spin:'); pauses++) {
      await session.client.continueRequest(thread);
      at = await place();
    }
    expect(at).toBe(`spin:${debuggee.mark('main.c', 'spin')}`);
  });
});

describe('breakpoints', () => {
  it('are set in a running guest without a visible stop, and hit', async () => {
    const session = await launch({ stopOnEntry: false, args: ['spin'] });
    await session.output('stdout', 'spinning');
    const line = debuggee.mark('main.c', 'spin');
    const { body } = await session.client.setBreakpointsRequest({
      source: { path: debuggee.path('main.c') },
      breakpoints: [{ line }],
    });
    expect(body.breakpoints).toMatchObject([{ verified: true, line }]);
    expect((await session.stopped()).reason).toBe('breakpoint');
    await session.client.setBreakpointsRequest({
      source: { path: debuggee.path('main.c') },
      breakpoints: [],
    });
    await session.client.continueRequest(thread);
    await session.client.pauseRequest(thread);
    expect((await session.stopped()).reason).toBe('pause');
  });

  it('stop only where their condition holds', async () => {
    const session = await launch({ stopOnEntry: false }, [inWalk('bottom', 'n == 1'), inWalk('sum')]);
    await session.stopped();
    expect(await session.place()).toBe(`walk:${inWalk('sum').line}`);
  });

  it('say why they are not placed', async () => {
    const session = await launch();
    await session.stopped();
    const { body } = await session.client.setBreakpointsRequest({
      source: { path: '/elsewhere/other.c' },
      breakpoints: [{ line: 1 }],
    });
    expect(body.breakpoints[0]?.verified).toBe(false);
    expect(body.breakpoints[0]?.message).toContain('No code in the image comes from this file');
  });
});

describe('what is seen at a stop', () => {
  it('pages a deep stack', async () => {
    const session = await launch({ stopOnEntry: false }, [inWalk('bottom')]);
    await session.stopped();
    const { body } = await session.client.stackTraceRequest({ ...thread, startFrame: 1, levels: 2 });
    expect(body.stackFrames.map(({ name }) => name)).toEqual(['depth', 'depth']);
    expect(body.totalFrames).toBeGreaterThan(6);
  });

  it('names a processor that waits', async () => {
    const session = await launch({ cpus: 2 });
    await session.stopped();
    const { threads } = (await session.client.threadsRequest()).body;
    expect(threads.map(({ name }) => name)).toContain('CPU#1 [halted]');
  });

  it('tells who asks for the innermost frame alone that there are callers, which an editor then goes on showing', async () => {
    const session = await launch({ stopOnEntry: false }, [inWalk('bottom')]);
    await session.stopped();
    const { body } = await session.client.stackTraceRequest({ ...thread, startFrame: 0, levels: 1 });
    expect(body.stackFrames).toHaveLength(1);
    expect(body.totalFrames).toBeGreaterThan(1);
  });

  it('numbers the callers anew at each stop: an editor takes those that it knows for those that it shows', async () => {
    const session = await launch({ stopOnEntry: false }, [inWalk('sum')]);
    await session.stopped();
    const before = await session.frames();
    await session.client.nextRequest(thread);
    await session.stopped();
    const after = await session.frames();
    expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
    const known = new Set(before.slice(1).map(({ id }) => id));
    expect(after.filter(({ id }) => known.has(id))).toEqual([]);
  });

  it('shows arguments, locals and structures with their fields', async () => {
    const session = await launch({ stopOnEntry: false }, [inWalk('sum')]);
    await session.stopped();
    const frames = await session.frames();
    const [walk, main] = frames;
    if (walk === undefined || main === undefined) throw new Error('Two frames are expected.');
    const shape = (await session.scope(walk.id, 'Arguments')).find(({ name }) => name === 'shape');
    const fields = await session.children(shape?.variablesReference ?? 0);
    expect(fields.map(({ name }) => name)).toEqual(['name', 'sides', 'corner']);
    expect(fields[0]?.value).toContain('"square"');
    expect(fields[2]?.value).toBe('{x = 3, y = 4}');
    const corner = await session.children(fields[2]?.variablesReference ?? 0);
    expect(corner.map(({ name, value }) => [name, value])).toEqual([
      ['x', '3'],
      ['y', '4'],
    ]);
    const locals = await session.scope(main.id, 'Locals');
    expect(locals.find(({ name }) => name === 'shape')?.value).toContain('sides = 4');
  });

  it('shows the file’s globals, pages arrays, and groups registers', async () => {
    const session = await launch({ stopOnEntry: false }, [inWalk('sum')]);
    await session.stopped();
    const frame = (await session.frames())[0];
    const table = (await session.scope(frame?.id ?? 0, 'Globals')).find(({ name }) => name === 'table');
    expect(table?.indexedVariables).toBe(300);
    const page = await session.children(table?.variablesReference ?? 0, { start: 1, count: 2 });
    expect(page.map(({ name, value }) => [name, value])).toEqual([
      ['1', '2'],
      ['2', '3'],
    ]);
    const groups = await session.scope(frame?.id ?? 0, 'Registers');
    expect(groups.map(({ name }) => name).slice(0, 2)).toEqual(['General', 'Control']);
    const control = await session.children(groups[1]?.variablesReference ?? 0);
    expect(Number(control.find(({ name }) => name === 'cr0')?.value) & 0x80000001).toBe(0x80000001 | 0);
  });

  it('evaluates expressions, sets variables, and runs GDB commands behind >', async () => {
    const session = await launch({ stopOnEntry: false }, [inWalk('sum')]);
    await session.stopped();
    const frame = (await session.frames())[0];
    if (frame === undefined) throw new Error('A frame is expected.');
    expect((await session.evaluate('shape->corner', frame.id, 'hover')).result).toBe('{x = 3, y = 4}');
    await expect(session.evaluate('nothing', frame.id)).rejects.toThrow(
      'No symbol "nothing" in current context',
    );
    const shape = (await session.scope(frame.id, 'Arguments'))[0];
    const changed = await session.client.setVariableRequest({
      variablesReference: shape?.variablesReference ?? 0,
      name: 'sides',
      value: '2 + 3',
    });
    expect(changed.body.value).toBe('5');
    expect((await session.evaluate('shape->sides', frame.id)).result).toBe('5');
    expect((await session.evaluate('>info line walk', frame.id, 'repl')).result).toContain('walk.c');
    await expect(session.evaluate('>no-such-command', frame.id, 'repl')).rejects.toThrow('Undefined command');
  });

  it('refuses references of an earlier stop with a sentence', async () => {
    const session = await launch({ stopOnEntry: false }, [inWalk('allocate'), inWalk('sum')]);
    await session.stopped();
    const frame = (await session.frames())[0];
    const { body } = await session.client.scopesRequest({ frameId: frame?.id ?? 0 });
    expect(body.scopes.map(({ name }) => name)).toEqual(['Locals', 'Arguments', 'Globals', 'Registers']);
    await session.client.continueRequest(thread);
    await session.stopped();
    await expect(session.children(body.scopes[0]?.variablesReference ?? 0)).rejects.toThrow('earlier stop');
  });
});

describe('a panic', () => {
  it('is an exception stop with its sentence, and shows the faulting line first', async () => {
    const session = await launch({ stopOnEntry: false, args: ['fault'] });
    const stop = await session.stopped();
    expect(stop.reason).toBe('exception');
    expect(stop.text).toMatch(/page fault/i);
    const first = (await session.frames()).find(({ presentationHint }) => presentationHint !== 'subtle');
    expect(first).toMatchObject({ name: 'write_to', line: debuggee.mark('main.c', 'fault') });
    const { body } = await session.client.exceptionInfoRequest(thread);
    expect(body.description).toBe(stop.text);
    await session.client.continueRequest(thread);
    expect(await session.output('console', 'ended')).toContain('ended in a kernel panic');
    await session.take('terminated');
  });
});

describe('restart', () => {
  it('boots again with the breakpoints that were set', async () => {
    const session = await launch({ stopOnEntry: false }, [inWalk('sum')]);
    await session.stopped();
    await session.client.restartRequest({});
    const again = await session.stopped();
    expect(again.reason).toBe('breakpoint');
    expect(await session.place()).toBe(`walk:${inWalk('sum').line}`);
    expect(session.count('terminated')).toBe(0);
  });
});
