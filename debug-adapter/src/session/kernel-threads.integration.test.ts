/** The kernel's threads in the call stack: their names, states and stacks, without disturbing the guest. */
import { describe, expect, it } from 'vitest';
import { lineOf, type TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';

const { debuggee, stoppedAt, launch } = useDebuggee('debuggee-kernel');

interface Thread {
  readonly id: number;
  readonly name: string;
}

async function threadsOf(session: TestSession): Promise<Thread[]> {
  return (await session.client.threadsRequest()).body.threads;
}

async function threadOf(session: TestSession, name: string): Promise<Thread> {
  const found = (await threadsOf(session)).find((thread) => thread.name.startsWith(`${name} (`));
  if (found === undefined) throw new Error(`There is no thread '${name}'.`);
  return found;
}

async function stackOf(session: TestSession, threadId: number) {
  return (await session.client.stackTraceRequest({ threadId, startFrame: 0, levels: 20 })).body;
}

describe.each([
  ['x86_64', 'without optimization'],
  ['x86_64', 'optimized'],
  ['arm64', 'without optimization'],
  ['arm64', 'optimized'],
])('on %s, %s', (architecture, optimized) => {
  const options = () => ({
    ...(optimized === 'optimized' ? { manifest: debuggee().path('Kraftfile.fast') } : {}),
    target: `qemu/${architecture}`,
  });

  it('lists what each thread waits for, and the running one on its vCPU', async () => {
    const session = await stoppedAt('waits.c', 'all wait', options());
    const names = (await threadsOf(session)).map(({ name }) => name);
    expect(names[0]).toBe('main (CPU#0)');
    expect(names.slice(1)).toEqual([
      expect.stringMatching(/^holder \(sleeps until 36\d\d\.\d+ s after boot\)$/),
      expect.stringMatching(/^sleeper \(sleeps until 36\d\d\.\d+ s after boot\)$/),
      'wanter (waits for mutex forks[1], held by holder)',
      'host (waits for semaphore guests)',
      'joiner (waits for sleeper to exit)',
      'quitter (has exited)',
      'newcomer (not started)',
    ]);
  });

  it('unwinds a waiting thread, with its locals and what they point to', async () => {
    const session = await stoppedAt('waits.c', 'all wait', options());
    const before = await stackOf(session, 1);
    const { stackFrames: frames, totalFrames } = await stackOf(
      session,
      (await threadOf(session, 'wanter')).id,
    );
    const names = frames.map(({ name }) => name);
    expect(names[0]).toBe('ukarch_ctx_switch');
    expect(names.slice(names.indexOf('uk_mutex_lock'))).toEqual([
      'uk_mutex_lock',
      'serve',
      'want',
      'begin',
      'ukarch_ctx_start',
    ]);
    expect(totalFrames).toBe(frames.length);
    const serve = frames.find(({ name }) => name === 'serve');
    expect(serve?.line).toBe(
      debuggee().mark('waits.c', 'wants a fork') + (optimized === 'optimized' ? 0 : 0),
    );
    // Where it came to wait is greyed, up to the thread's own code.
    expect(frames.filter(({ presentationHint }) => presentationHint === 'subtle').at(-1)?.name).toBe(
      'uk_mutex_lock',
    );
    const locals = await session.scope(serve?.id ?? 0, 'Locals');
    expect(locals.find(({ name }) => name === 'total')?.value).toBe('4');
    const parameters = await session.scope(serve?.id ?? 0, 'Arguments');
    const order = parameters.find(({ name }) => name === 'order');
    if (optimized !== 'optimized') {
      const fields = await session.children(order?.variablesReference ?? 0);
      expect(fields.find(({ name }) => name === 'dish')?.value).toMatch(/"bread"$/);
      const next = fields.find(({ name }) => name === 'next');
      const deeper = await session.children(next?.variablesReference ?? 0);
      expect(deeper.find(({ name }) => name === 'dish')?.value).toMatch(/"olives"$/);
      expect((await session.evaluate('order->next->amount[2] + total', serve?.id)).result).toBe('10');
    }
    // The vCPU has its own registers back.
    expect((await stackOf(session, 1)).stackFrames.map(({ id: _, ...frame }) => frame)).toEqual(
      before.stackFrames.map(({ id: _, ...frame }) => frame),
    );
    await session.client.nextRequest({ threadId: 1 });
    expect((await session.stopped()).reason).toBe('step');
    expect((await session.place()).split(':')[0]).toBe('waits');
  });
});

it.each(['x86_64', 'arm64'])('unwinds a thread that was interrupted, on %s', async (architecture) => {
  const session = await stoppedAt('waits.c', 'spins', {
    ...{ manifest: debuggee().path('Kraftfile.preempt'), target: `qemu/${architecture}`, args: ['spin'] },
  });
  const { stackFrames } = await stackOf(session, (await threadOf(session, 'spinner')).id);
  const names = stackFrames.map(({ name }) => name);
  expect(names).toContain('uk_sched_irq_done');
  expect(names).toContain('<signal handler called>');
  expect(names.slice(-4)).toEqual(['turn', 'spin', 'begin', 'ukarch_ctx_start']);
  const turn = stackFrames.find(({ name }) => name === 'turn');
  expect(Number((await session.evaluate('*turns', turn?.id)).result)).toBeGreaterThan(1000);
});

it('shows a new thread where it will begin', async () => {
  const session = await stoppedAt('waits.c', 'all wait');
  const { stackFrames } = await stackOf(session, (await threadOf(session, 'newcomer')).id);
  expect(stackFrames.map(({ name }) => name)).toEqual(['ukarch_ctx_start']);
});

it('writes a waiting thread’s variables, which it then goes on with', async () => {
  const session = await stoppedAt('waits.c', 'all wait');
  const { stackFrames } = await stackOf(session, (await threadOf(session, 'wanter')).id);
  const serve = stackFrames.find(({ name }) => name === 'serve');
  const scopes = (await session.client.scopesRequest({ frameId: serve?.id ?? 0 })).body.scopes;
  const locals = scopes.find(({ name }) => name === 'Locals')?.variablesReference ?? 0;
  await session.client.setVariableRequest({ variablesReference: locals, name: 'total', value: '77' });
  expect((await session.children(locals)).find(({ name }) => name === 'total')?.value).toBe('77');
  expect((await session.evaluate('total', serve?.id)).result).toBe('77');
});

it('shows of its registers those that it has saved, and refuses to write the vCPU’s', async () => {
  const session = await stoppedAt('waits.c', 'all wait');
  const own = (await session.evaluate('$sp', (await session.frame()).id)).result;
  const { stackFrames } = await stackOf(session, (await threadOf(session, 'wanter')).id);
  const serve = stackFrames.find(({ name }) => name === 'serve')?.id ?? 0;
  const registers = await session.scope(serve, 'Registers');
  expect(registers.map(({ name }) => name)).toEqual([
    ...['rbx', 'rbp', 'rsp', 'r12', 'r13', 'r14', 'r15', 'rip'],
  ]);
  expect((await session.evaluate('$sp', serve)).result).not.toBe(own);
  await expect(session.evaluate('$rax = 1', serve)).rejects.toThrow(/does not run/);
  await expect(session.evaluate('uk_sched_yield()', serve)).rejects.toThrow(/call functions/);
  expect((await session.evaluate('$sp', (await session.frame()).id)).result).toBe(own);
});

it('steps a waiting thread by running until it goes on', async () => {
  const session = await stoppedAt('waits.c', 'all wait');
  const host = await threadOf(session, 'host');
  await session.client.nextRequest({ threadId: host.id });
  expect((await session.stopped()).reason).toBe('step');
  expect(await session.place()).toMatch(/^host:/);
  expect((await threadsOf(session))[0]?.name).toBe('host (CPU#0)');
});

it('asks again at each stop: a thread that was woken is ready', async () => {
  const session = await stoppedAt('waits.c', 'all wait');
  await session.client.nextRequest({ threadId: 1 });
  await session.stopped();
  await session.client.nextRequest({ threadId: 1 });
  await session.stopped();
  expect((await threadOf(session, 'host')).name).toBe('host (ready)');
});

it('lists the vCPUs alone before there is a scheduler', async () => {
  const session = await launch({ stopOnEntry: 'kernel' });
  await session.stopped();
  expect((await threadsOf(session)).map(({ name }) => name)).toEqual([expect.stringMatching(/^CPU#0/)]);
});

describe('libraries', () => {
  it('stand behind the names of their frames where that is asked for', async () => {
    const session = await stoppedAt('waits.c', 'all wait', { showLibraries: true });
    const names = (await session.frames()).map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(['waits', 'main']);
    expect(names).toContain('begin · uksched');
    expect((await session.frames())[0]?.moduleId).toBe('appkernel');
  });

  it('that are skipped are stepped past, and greyed in the stack', async () => {
    const session = await stoppedAt('waits.c', 'all wait', { skipLibraries: ['uksched', 'uktr*'] });
    for (const line of ['uk_semaphore_up(&guests)', 'uk_sched_sleep(UK_NSEC_PER_MSEC)']) {
      await session.client.stepInRequest({ threadId: 1 });
      await session.stopped();
      expect(await session.place()).toBe(`waits:${lineOf(debuggee().path('waits.c'), line)}`);
    }
    const begin = (await session.frames()).find(({ name }) => name === 'begin');
    expect(begin?.presentationHint).toBe('subtle');
    expect((await session.frame()).presentationHint).toBeUndefined();
  });

  it('that are not are stepped into', async () => {
    const session = await stoppedAt('waits.c', 'all wait', { skipLibraries: ['musl'] });
    await session.client.stepInRequest({ threadId: 1 });
    await session.stopped();
    expect(await session.place()).toMatch(/^uk_trace:/);
  });
});
