/** Going back in a recorded run, on real QEMU and GDB. */
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { processOf, type TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';

const { debuggee, launch, stoppedAt, at } = useDebuggee('debuggee');
const thread = { threadId: 1 };
const recorded = { timeTravel: true };

async function back(session: TestSession, granularity?: DebugProtocol.SteppingGranularity): Promise<string> {
  await session.client.stepBackRequest({ ...thread, ...(granularity === undefined ? {} : { granularity }) });
  await session.stopped();
  return session.place();
}

async function reverse(session: TestSession): Promise<DebugProtocol.StoppedEvent['body']> {
  await session.client.reverseContinueRequest(thread);
  return session.stopped();
}

const value = async (session: TestSession, expression: string) =>
  (await session.evaluate(expression, (await session.frame()).id)).result;

/** Takes the breakpoints out of walk.c, of which one was at a mark. */
async function without(session: TestSession, mark: string): Promise<void> {
  const { path } = at('walk.c', mark);
  await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [] });
}

const main = (mark: string, offset = 0) => `main:${at('main.c', mark).line + offset}`;
const walk = (mark: string, offset = 0) => `walk:${at('walk.c', mark).line + offset}`;

it('goes back in a loop of one line, however long that has turned', async () => {
  const session = await launch({ ...recorded, stopOnEntry: false, args: ['spin'] });
  await session.output('stdout', 'spinning');
  await session.client.pauseRequest(thread);
  await session.stopped();
  const turns = await value(session, 'turns');
  expect(await back(session)).toMatch(/^spin:/);
  const before = BigInt(turns) - BigInt(await value(session, 'turns'));
  expect([0n, 1n]).toContain(before);
});

describe.each(['qemu/x86_64', 'qemu/arm64'])('on %s', (target) => {
  const recorded = { timeTravel: true, target };

  describe('stepping back', () => {
    it('goes to the line before, over calls, and out to the caller', async () => {
      const session = await stoppedAt('walk.c', 'sum', recorded);
      expect(await back(session)).toBe(walk('descend'));
      expect(await value(session, 'shape->sides')).toBe('4');
      expect(await back(session)).toBe(walk('allocate'));
      expect(await back(session)).toBe(walk('allocate', -1));
      expect(await back(session)).toBe(main('call walk'));
      expect(await back(session)).toBe(main('call walk', -1));
    });

    it('goes back an instruction at a time, and forward again', async () => {
      const session = await stoppedAt('walk.c', 'sum', recorded);
      const { instructionPointerReference: start } = await session.frame();
      expect(await back(session, 'instruction')).toBe(walk('descend'));
      expect((await session.frame()).instructionPointerReference).not.toBe(start);
      await session.client.nextRequest({ ...thread, granularity: 'instruction' });
      await session.stopped();
      expect((await session.frame()).instructionPointerReference).toBe(start);
    });
  });

  describe('reverse continue', () => {
    it('stops at the last breakpoint that was passed, then at the start of the recording, with its reason', async () => {
      const session = await stoppedAt('walk.c', 'sum', recorded);
      const { path, line } = at('walk.c', 'bottom');
      await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line }] });
      expect(await reverse(session)).toMatchObject({
        reason: 'breakpoint',
        hitBreakpointIds: [expect.any(Number)],
      });
      expect(await session.place()).toBe(`depth:${line}`);
      expect((await reverse(session)).description).toBe('Paused at start of recording');
      const ask = { ...thread, startFrame: 1, levels: 19 };
      const { body } = await session.client.stackTraceRequest(ask);
      // Of a count that is larger an editor goes on showing the callers of the stop before.
      expect(body).toEqual({ stackFrames: [], totalFrames: 1 });
      expect(await session.output('console', 'begins')).toContain('nothing before it');
      expect((await session.goOn()).reason).toBe('breakpoint');
      expect(await session.place()).toBe(`depth:${line}`);
    });
  });

  describe('the last write', () => {
    it('of a variable is gone to, with its values before and behind it', async () => {
      const session = await stoppedAt('walk.c', 'sum', recorded);
      const frameId = (await session.frame()).id;
      await session.request('unikernel/goToLastWrite', {
        name: 'calls',
        frameId: await mainFrame(session, frameId),
      });
      const stop = await session.stopped();
      expect(stop).toMatchObject({ reason: 'data breakpoint', text: 'calls: 0 → 1' });
      expect(await session.place()).toMatch(/^main:/);
    });

    it('that there is none of is told, where the guest stood', async () => {
      const session = await stoppedAt('walk.c', 'sum', recorded);
      const frameId = (await session.frame()).id;
      await session.request('unikernel/goToLastWrite', { name: 'table[2]', frameId });
      expect((await session.stopped()).text).toContain("'table[2]' was changed");
      expect(await session.place()).toBe(walk('sum'));
    });
  });

  describe('a panic', () => {
    it('is gone back from, into the line that led there', async () => {
      const session = await launch({ ...recorded, args: ['fault'], stopOnEntry: false });
      expect((await session.stopped()).reason).toBe('exception');
      expect(await session.output('console', 'Step Back')).toContain('the line that led here');
      expect((await session.take('unikernel.wayBack')).body).toMatchObject({ recorded: true });
      expect(await back(session)).toBe(`write_to:${at('main.c', 'fault').line}`);
      expect(await value(session, 'where')).toBe('0x0');
      expect(await back(session)).toMatch(/^main:/);
    });
  });
});

describe('what a client asks while the guest is on its way back', () => {
  it('is answered when it stands again, and never with an error that an editor would show as a value', async () => {
    const session = await stoppedAt('walk.c', 'sum', recorded);
    const frameId = (await session.frame()).id;
    const { scopes } = (await session.client.scopesRequest({ frameId })).body;
    const variablesReference = scopes[0]?.variablesReference ?? 0;
    expect(await session.children(variablesReference)).not.toEqual([]);
    await session.client.stepBackRequest(thread);
    await session.take('continued');
    const [inScopes, variables, watch, frames, threads] = await Promise.all([
      session.client.scopesRequest({ frameId }),
      session.client.variablesRequest({ variablesReference }),
      session.evaluate('shape->sides', frameId),
      session.frames(),
      session.client.threadsRequest(),
    ]);
    expect(session.count('stopped')).toBe(1);
    await session.stopped();
    expect(inScopes.body.scopes).toEqual([]);
    expect(variables.body.variables).toEqual([]);
    expect(watch.result).toBe('4');
    expect(`${frames[0]?.name}:${frames[0]?.line}`).toBe(walk('descend'));
    expect(threads.body.threads).toHaveLength(1);
  });

  it('and was asked just before, is answered too', async () => {
    const session = await stoppedAt('walk.c', 'sum', recorded);
    const frameId = (await session.frame()).id;
    const asked = [session.client.stepBackRequest(thread)].map((request) => request.then(() => undefined));
    for (let turn = 0; turn < 20; turn++) {
      asked.push(session.client.scopesRequest({ frameId }).then(() => undefined));
      asked.push(session.evaluate('shape->sides', frameId).then(() => undefined));
    }
    await Promise.all(asked);
    await session.stopped();
    expect(await session.place()).toBe(walk('descend'));
  });
});

describe('in reverse', () => {
  const line = () => at('walk.c', 'bottom').line - 1;
  /** `depth` is called with 4 to 0. */
  const passing = async (breakpoint: object) => {
    const session = await stoppedAt('walk.c', 'sum', recorded);
    await session.client.setBreakpointsRequest({
      source: { path: at('walk.c', 'sum').path },
      breakpoints: [{ line: line(), ...breakpoint }],
    });
    return session;
  };
  const stops = async (session: TestSession, times: number) => {
    const values: string[] = [];
    for (let turn = 0; turn < times; turn++) {
      if ((await reverse(session)).reason === 'breakpoint') values.push(await value(session, 'n'));
      else values.push('start');
    }
    return values;
  };

  it.each([
    [{}, ['0', '1']],
    [{ hitCondition: '3' }, ['2', 'start']],
    [{ hitCondition: '% 2' }, ['1', '3']],
    [{ condition: 'n > 1' }, ['2', '3']],
    [{ condition: 'n != 1', hitCondition: '2' }, ['2', '4']],
  ])('a breakpoint with %j counts what is passed from there on, back', async (breakpoint, wanted) => {
    expect(await stops(await passing(breakpoint), 2)).toEqual(wanted);
  });

  it('its hits are counted forward again behind that', async () => {
    const session = await passing({ hitCondition: '3' });
    expect(await stops(session, 2)).toEqual(['2', 'start']);
    expect((await session.goOn()).reason).toBe('breakpoint');
    expect(await value(session, 'n')).toBe('2');
  });

  it('logpoints speak in the order in which they are passed', async () => {
    const session = await passing({ logMessage: 'depth {n}' });
    const { path, line: first } = at('main.c', 'first line');
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line: first }] });
    await reverse(session);
    expect(await session.place()).toBe(main('first line'));
    const said: string[] = [];
    for (let turn = 0; turn < 5; turn++) said.push(await session.output('console', 'depth'));
    expect(said).toEqual([0, 1, 2, 3, 4].map((n) => `depth ${n}\n`));
  });

  it('a logpoint that cannot read its value does not hold up the way', async () => {
    const session = await passing({ logMessage: 'depth {*(int *) (unsigned long) (n * 0 - 8)}' });
    expect((await reverse(session)).description).toBe('Paused at start of recording');
    expect(await session.output('console', 'depth')).toContain('depth <');
  });

  it('more passings than are looked at one by one are counted all', async () => {
    const session = await launch({ ...recorded, args: ['spin'], stopOnEntry: false });
    await session.output('stdout', 'spinning');
    await session.client.pauseRequest(thread);
    await session.stopped();
    const turns = BigInt(await value(session, 'turns'));
    const { path, line: spin } = at('main.c', 'spin');
    await session.client.setBreakpointsRequest({
      source: { path },
      breakpoints: [{ line: spin, hitCondition: '100' }],
    });
    await reverse(session);
    // The turn that it was paused in may have begun at the breakpoint, or be about to.
    expect([turns - 100n, turns - 99n]).toContain(BigInt(await value(session, 'turns')));
  });

  it('a condition that GDB asked the guest for hundreds of times leads into the run before it', async () => {
    const breakpoint = { ...at('main.c', 'spin'), condition: 'turns == 300' };
    const session = await launch({ ...recorded, args: ['spin'], stopOnEntry: false }, [breakpoint]);
    await session.stopped();
    const { path, line } = breakpoint;
    await session.client.setBreakpointsRequest({
      source: { path },
      breakpoints: [{ line, hitCondition: '100' }],
    });
    await reverse(session);
    expect(await value(session, 'turns')).toBe('200');
    await session.client.setBreakpointsRequest({
      source: { path },
      breakpoints: [{ line, condition: 'turns == 300' }],
    });
    await session.goOn();
    expect(await value(session, 'turns')).toBe('300');
  });
});

describe('forward in a replay', () => {
  it('ends where the recording does, and says so', async () => {
    const session = await stoppedAt('walk.c', 'sum', recorded);
    await back(session);
    await without(session, 'sum');
    expect((await session.goOn()).description).toBe('Paused at end of recording');
    expect(await session.output('console', 'recording ends')).toContain('runs on from here');
    expect(await session.place()).toBe(walk('sum'));
  });

  it('changes nothing of the past', async () => {
    const session = await stoppedAt('walk.c', 'sum', recorded);
    await back(session);
    await expect(value(session, 'table[2] = 7')).rejects.toThrow('not allowed');
  });

  it('shows the serial output once', async () => {
    const session = await launch({ ...recorded, stopOnEntry: false }, [at('walk.c', 'sum')]);
    await session.stopped();
    expect(await session.output('stdout', 'doing')).toContain('doing walk');
    // What the first replay said would be here before the second one stops.
    for (let turn = 0; turn < 2; turn++) {
      await reverse(session);
      await session.goOn();
      expect(await session.place()).toBe(walk('sum'));
    }
    await expect(
      Promise.race([
        session.output('stdout', 'doing'),
        session.client.threadsRequest().then(() => 'nothing'),
      ]),
    ).resolves.toBe('nothing');
  });
});

/** `calls` is main.c's own. */
async function mainFrame(session: TestSession, inner: number): Promise<number> {
  return (await session.frames()).find(({ name }) => name === 'main')?.id ?? inner;
}

describe.each(['qemu/x86_64', 'qemu/arm64'])('behind the end of a recording on %s', (target) => {
  const recorded = { timeTravel: true, target };

  /** Where the recording was left, with a breakpoint on the line of the depth that it goes back to. */
  const atTheEnd = async () => {
    const session = await stoppedAt('walk.c', 'sum', recorded);
    await back(session);
    await without(session, 'sum');
    await session.goOn();
    await session.output('console', 'recording ends');
    return session;
  };

  it('the unikernel runs on live, prints on, and exits', async () => {
    const session = await atTheEnd();
    expect(await session.output('stdout', 'doing')).toContain('doing walk');
    await session.client.continueRequest(thread);
    expect((await session.take<DebugProtocol.ExitedEvent>('exited')).body.exitCode).toBe(0);
    expect(await session.output('stdout', 'total')).toBe('total 10\n');
    await session.take('terminated');
  });

  it('a step runs on too, values can be changed, and the whole run can be gone back in', async () => {
    const session = await atTheEnd();
    await session.client.nextRequest(thread);
    expect((await session.stopped()).reason).toBe('step');
    expect(await session.place()).toBe(walk('sum', 1));
    expect(await value(session, 'sum = 9')).toBe('9');
    await session.client.stepOutRequest(thread);
    await session.stopped();
    expect(await session.place()).toBe(main('call walk'));
    const { path, line } = at('walk.c', 'bottom');
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line }] });
    expect((await reverse(session)).reason).toBe('breakpoint');
    expect(await session.place()).toBe(`depth:${line}`);
    expect((await reverse(session)).description).toBe('Paused at start of recording');
    await session.goOn();
    expect(await session.place()).toBe(`depth:${line}`);
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [] });
    // Where it was left the first time, where it was changed, and where it was left last.
    for (const place of [walk('sum'), walk('sum', 1), main('call walk')]) {
      expect((await session.goOn()).description).toBe('Paused at end of recording');
      expect(await session.place()).toBe(place);
    }
    await session.client.continueRequest(thread);
    await session.take('exited');
    expect(await session.output('stdout', 'total')).toBe('total 9\n');
    await session.take('terminated');
  });

  it('a breakpoint where it went on is met on the way back', async () => {
    const session = await atTheEnd();
    const { path, line } = at('walk.c', 'sum');
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line }] });
    await session.client.nextRequest(thread);
    await session.stopped();
    expect((await reverse(session)).reason).toBe('breakpoint');
    expect(await session.place()).toBe(walk('sum'));
    await session.goOn();
    expect(await session.place()).toBe(walk('sum', 1));
    expect(await back(session)).toBe(walk('sum'));
    expect(await back(session)).toBe(walk('descend'));
    expect(await value(session, 'calls')).toBe('1');
  });
});

describe('what is changed in a recorded run', () => {
  it.each([
    ['a variable', (session: TestSession) => value(session, 'shape->sides = 2')],
    [
      'memory by a command of GDB',
      (session: TestSession) => session.evaluate('>set var shape->sides = 2', undefined, 'repl'),
    ],
  ])('%s is as it was before, and as it was then behind that', async (_, change) => {
    const session = await stoppedAt('walk.c', 'allocate', recorded);
    await change(session);
    const { path, line } = at('walk.c', 'sum');
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line }] });
    await session.goOn();
    expect(await value(session, '*cell')).toBe('5');
    expect(await back(session)).toBe(walk('descend'));
    expect(await value(session, 'shape->sides')).toBe('2');
    const first = at('walk.c', 'allocate').line - 1;
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line: first }] });
    await reverse(session);
    expect(await session.place()).toBe(walk('allocate', -1));
    expect(await value(session, 'shape->sides')).toBe('4');
    await session.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line }] });
    expect((await session.goOn()).description).toBe('Paused at end of recording');
    expect(await session.place()).toBe(walk('allocate'));
    await session.goOn();
    expect(await session.place()).toBe(walk('sum'));
    expect(await value(session, '*cell')).toBe('5');
    await without(session, 'sum');
    await session.client.continueRequest(thread);
    expect((await session.take<DebugProtocol.ExitedEvent>('exited')).body.exitCode).toBe(0);
    expect(await session.output('stdout', 'total')).toBe('total 8\n');
  });
});

it('a panic in a run that is not recorded says how it would be gone back from', async () => {
  const session = await launch({ args: ['fault'], stopOnEntry: false });
  await session.stopped();
  expect(await session.output('console', 'timeTravel')).toContain('into the run that led to it');
  expect((await session.take('unikernel.wayBack')).body).toMatchObject({ recorded: false });
});

describe('a machine of a recording', () => {
  it('is announced as one that goes back; another one is not, and says how', async () => {
    const session = await launch(recorded);
    await session.stopped();
    const { body } = await session.take<DebugProtocol.CapabilitiesEvent>('capabilities');
    expect(body.capabilities).toEqual({ supportsStepBack: true });
    const live = await launch();
    await live.stopped();
    expect(live.count('capabilities')).toBe(0);
    await expect(live.client.stepBackRequest(thread)).rejects.toThrow('"timeTravel": true');
  });

  it('restarts as a new recording, with its breakpoints', async () => {
    const session = await stoppedAt('walk.c', 'sum', recorded);
    await back(session);
    await session.client.restartRequest({});
    await session.stopped();
    expect(await session.place()).toBe(walk('sum'));
    expect(await back(session)).toBe(walk('descend'));
  });

  it('is replaced where it was when QEMU is killed in a replay, and leaves nothing behind', async () => {
    const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('unikernel-')).length;
    const session = await stoppedAt('walk.c', 'sum', recorded);
    expect(await back(session)).toBe(walk('descend'));
    process.kill(processOf(debuggee().folder, 'qemu'), 'SIGKILL');
    expect((await session.stopped()).text).toContain('Another one was started');
    expect(await session.place()).toBe(walk('descend'));
    expect(await back(session)).toBe(walk('allocate'));
    const before = folders();
    await session.close();
    expect(folders()).toBeLessThan(before);
  });

  it.each([
    [{ cpus: 2 }, "set 'cpus' to 1"],
    [{ accelerator: 'kvm' }, "accelerator to 'tcg'"],
    [{ qemuArguments: ['-device', 'edu'] }, "without it in 'qemuArguments'"],
  ])('refuses %j with a sentence', async (options, words) => {
    await expect(launch({ ...recorded, ...options })).rejects.toThrow(words);
  });
});
