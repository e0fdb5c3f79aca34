/**
 * A stop as an editor sees it: a step, what is shown of the new place, and a page of a long array. Everybody stands
 * in the same loop of main; rounds take turns, so that what else the computer does meets all.
 */
import { BareContender, type Contender, DapContender, fixture, timed, withProject } from './contenders';
import { median } from './median';

const ROUNDS = 60;
const PAGE = 100;
const ARRAY = { name: 'many', elements: 10_000 };

/** Milliseconds, one for each round. */
interface Times {
  readonly step: number[];
  readonly look: number[];
  readonly whole: number[];
  readonly page: number[];
}

interface Measured {
  readonly ours: Times;
  readonly bare: Times;
  readonly peer: Times;
}

const noTimes = (): Times => ({ step: [], look: [], whole: [], page: [] });

async function round(contender: Contender, times: Times): Promise<void> {
  const step = await timed(() => contender.step());
  const look = await timed(() => contender.look());
  times.step.push(step);
  times.look.push(look);
  times.whole.push(step + look);
}

let measured: Promise<Measured> | undefined;

/** All rows stand on one run. */
function measure(): Promise<Measured> {
  measured ??= withProject(fixture('debuggee-values'), async (folder, image) => {
    const times: Measured = { ours: noTimes(), bare: noTimes(), peer: noTimes() };
    const ours = await DapContender.ours(folder);
    const peer = await DapContender.peer(image);
    const bare = await BareContender.start(image);
    const turns = [
      [ours, times.ours],
      [bare, times.bare],
      [peer, times.peer],
    ] as const;
    try {
      for (let n = 0; n < ROUNDS; n++) for (const turn of turns) await round(...turn);
      // Where an array is looked at, others keep an object for each of its elements, at every step to come.
      for (let n = 0; n < ROUNDS; n++) {
        for (const [contender, { page }] of turns) {
          const start = (n * PAGE) % ARRAY.elements;
          page.push(await timed(() => contender.page(ARRAY.name, start, PAGE)));
        }
      }
      return times;
    } finally {
      await Promise.all(turns.map(([contender]) => contender.dispose()));
    }
  });
  return measured;
}

const PEERS = { bare: 'bare GDB/MI', peer: 'cdt-gdb-adapter' } as const;

const row = (name: string, what: keyof Times, beside: keyof typeof PEERS, goal: number) => ({
  ...{ group: 'debug', name: `${name}, beside ${PEERS[beside]}`, unit: 'ms', goal },
  run: async () => {
    const all = await measure();
    return { value: median(all.ours[what]), baseline: median(all[beside][what]) };
  },
});

const wholeIn = (beside: keyof typeof PEERS, goal: number) => ({
  ...{
    group: 'debug',
    name: `next with all that is shown, in times of ${PEERS[beside]}`,
    unit: 'times',
    goal,
  },
  run: async () => {
    const all = await measure();
    return { value: median(all.ours.whole) / median(all[beside].whole) };
  },
});

export const benchmarks = [
  wholeIn('bare', 1.5),
  wholeIn('peer', 1),
  ...(['bare', 'peer'] as const).flatMap((beside) => [
    row('next with all that is shown', 'whole', beside, 10),
    row('next to stopped', 'step', beside, 10),
    row('threads, stack, scopes and variables of a stop', 'look', beside, 10),
    row(`${PAGE} of an array of ${ARRAY.elements.toLocaleString('en')} elements`, 'page', beside, 50),
  ]),
];
