/**
 * Random requests, right and wrong ones, in random order, to real sessions: each is answered once, and the session can be
 * ended at any time with nothing left. `FUZZ_SECONDS` says for how long sessions are begun.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aimed, aWay, STACK, type Step } from '../testing/aimed-requests';
import { bundleAdapter, Debuggee } from '../testing/debuggee';
import { aLifecycleRequest, aRequest, type RandomRequest } from '../testing/random-requests';
import { RawClient } from '../testing/raw-client';
import { Round } from '../testing/round';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 45);

let debuggee: Debuggee;
beforeAll(async () => {
  bundleAdapter();
  debuggee = new Debuggee();
  const first = new RawClient();
  expect(await first.launch({ manifest: debuggee.manifest, noDebug: true })).toMatchObject({ success: true });
  await first.leave();
});
afterAll(() => debuggee.dispose());

/** A pause comes to its stop within so many answers. */
const TRIES = 50;

/** What an answer says wrong; undefined for a right one. */
function wrongAnswer(
  command: string,
  { success, message, body }: RawClient['messages'][number],
): string | undefined {
  const text = JSON.stringify(body ?? {});
  if (success === true) return undefined;
  if (success !== false || message === undefined) return `${command}: no success and no message: ${text}`;
  // GDB's words are its own.
  if (/^GDB says: |It said: /.test(message)) return undefined;
  const isSentence = /^[\p{Lu}'‘"`(]/u.test(message) && /[.!?]$/.test(message);
  const isInternal =
    /TypeError|SyntaxError|is not a function|is not iterable|Cannot (read|convert|mix)|\bat .*:\d+:\d+|JSON/.test(
      message,
    );
  return isSentence && !isInternal ? undefined : `${command}: ${message.slice(0, 300)}`;
}

const aLaunch = fc.record({
  stopOnEntry: fc.constantFrom(true, true, false),
  args: fc.constantFrom(['walk'], ['spin'], ['spin'], ['fault']),
  trace: fc.boolean(),
  timeTravel: fc.constantFrom(false, false, true),
});

/** What a client does at a stop; later requests may use what it has found. */
const LOOK: readonly RandomRequest[] = [
  { command: 'stackTrace', args: { threadId: 1 } },
  { command: 'scopes', args: { frameId: 1 } },
  ...[1, 2, 3, 4].map((variablesReference) => ({ command: 'variables', args: { variablesReference } })),
];

interface Scenario {
  readonly before: readonly RandomRequest[];
  readonly launch: { readonly stopOnEntry: boolean };
  /** Waits for what it has launched. */
  readonly isPatient: boolean;
  /** What is sent together is in one list; the next follows when it is answered. */
  readonly during: readonly (readonly Step[])[];
  readonly end: 'disconnect' | 'terminate' | 'vanish' | 'signal';
}

function aScenario(): fc.Arbitrary<Scenario> {
  const sources = ['main.c', 'walk.c', 'walk.h', 'Kraftfile', 'none.c'].map((name) => debuggee.path(name));
  const launch = aLaunch.map((chosen) => ({ ...chosen, manifest: debuggee.manifest }));
  const request = fc.oneof(
    { weight: 60, arbitrary: aRequest(sources) },
    { weight: 1, arbitrary: launch.chain(aLifecycleRequest) },
  );
  const together = fc
    .oneof(
      fc.array(request, { minLength: 1, maxLength: 20 }),
      request.map((one) => [one]),
      fc.constantFrom(...LOOK).map((one) => [one]),
    )
    .map((some): readonly (readonly Step[])[] => [some]);
  const way = aWay(sources.slice(0, 2)).map((steps) => steps.map((one) => [one]));
  const some = fc.oneof({ weight: 6, arbitrary: together }, { weight: 1, arbitrary: way });
  return fc.record({
    before: fc.array(aRequest(sources), { maxLength: 5 }),
    launch,
    isPatient: fc.boolean(),
    during: fc
      .tuple(
        fc.constantFrom(
          [],
          LOOK.map((one) => [one]),
        ),
        fc.array(some, { minLength: 5, maxLength: 30 }),
      )
      .map(([first, then]) => [...first, ...then.flat()]),
    end: fc.constantFrom('disconnect', 'terminate', 'vanish', 'signal'),
  });
}

/** Gives the answers. */
async function play({ before, launch, isPatient, during, end }: Scenario) {
  const round = new Round();
  const client = new RawClient({ env: round.env });
  try {
    for (const { command, args } of before) client.send(command, args);
    await client.ask('initialize', { adapterID: 'test', pathFormat: 'path' });
    client.send('configurationDone');
    const launched = client.send('launch', launch);
    if (isPatient) {
      await client.message(({ request_seq }) => request_seq === launched, 'an answer to the launch');
      if (launch.stopOnEntry)
        await client.message(
          ({ event }) => event === 'stopped' || event === 'terminated',
          'an end or a stop',
        );
    }
    for (const requests of during) {
      for (const step of requests) {
        const request = aimed(step, client.answers());
        if (request !== undefined) client.send(request.command, request.args);
      }
      await client.allAnswered();
      for (let tries = 0; requests[0] === STACK && tries < TRIES; tries++) {
        if (/is running/.test(client.answers().at(-1)?.answer.message ?? ''))
          await client.ask('stackTrace', STACK.args);
      }
    }
    if (end === 'terminate') await client.ask('terminate', {});
    if (end === 'vanish') client.vanish();
    else if (end === 'signal') client.kill('SIGTERM');
    else client.send('disconnect', {});
    expect({ exit: await client.exited, words: client.words }).toEqual({ exit: 0, words: '' });
    if (end === 'disconnect' || end === 'terminate') expect(client.count('terminated')).toBe(1);
    expect(client.answeredTwice()).toEqual([]);
    expect(client.outOfOrder).toEqual([]);
    expect(await round.cleared()).toEqual([]);
    return client.answers();
  } finally {
    client.kill('SIGKILL');
    round.dispose();
  }
}

it('every request is answered once, whatever it is and whenever it comes', {
  timeout: (SECONDS + 120) * 1000,
}, async () => {
  const served = new Set<string>();
  const wrong = new Set<string>();
  let playing: Promise<unknown> | undefined;
  await fc.assert(
    fc.asyncProperty(aScenario(), async (scenario) => {
      const answers = play(scenario);
      playing = answers;
      for (const { command, answer } of await answers) {
        if (answer.success === true) served.add(command);
        const said = wrongAnswer(command, answer);
        if (said !== undefined) wrong.add(said);
      }
    }),
    { numRuns: 100_000, interruptAfterTimeLimit: SECONDS * 1000, endOnFailure: true },
  );
  // The one that was interrupted.
  await playing;
  expect([...wrong]).toEqual([]);
  // What was refused throughout was not tried.
  const core = [
    ...['continue', 'evaluate', 'goto', 'gotoTargets', 'pause', 'scopes'],
    ...['setBreakpoints', 'setVariable', 'stackTrace', 'threads', 'variables'],
  ];
  expect(core.filter((command) => !served.has(command))).toEqual([]);
});
