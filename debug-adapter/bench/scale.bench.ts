/** Much at once: 1,000 breakpoints, a stack of 5,000 frames, 1 MB of memory. Rounds take turns with bare GDB/MI. */
import { join } from 'node:path';
import { LARGE, writeLargeProgram } from '../src/testing/large-program';
import { BareContender, DapContender, timed, withProject } from './contenders';
import { median } from './median';

const ROUNDS = 21;
const THREAD = { threadId: 1 };
const PAGE = 20;

/** Milliseconds, one for each round: ours, and bare GDB/MI's. */
interface Pair {
  readonly ours: number[];
  readonly bare: number[];
}

type What = 'breakpoints' | 'stack' | 'memory';

let measured: Promise<Readonly<Record<What, Pair>>> | undefined;

/** All rows stand on one run. */
function measure(): Promise<Readonly<Record<What, Pair>>> {
  measured ??= withProject(writeLargeProgram, async (folder, image) => {
    const ours = await DapContender.ours(folder);
    const bare = await BareContender.start(image);
    try {
      return {
        breakpoints: await breakpoints(folder, ours, bare),
        memory: await memory(ours, bare),
        stack: await stack(ours, bare),
      };
    } finally {
      await Promise.all([ours.dispose(), bare.dispose()]);
    }
  });
  return measured;
}

/** Set in one request, and removed again, which is not measured. */
async function breakpoints(folder: string, ours: DapContender, { gdb }: BareContender): Promise<Pair> {
  const source = { path: join(folder, 'lines.c') };
  const lines = Array.from({ length: LARGE.lines }, (_, i) => LARGE.firstLine + i);
  const pair: Pair = { ours: [], bare: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const wanted = lines.map((line) => ({ line }));
    pair.ours.push(await timed(() => ours.wire.ask('setBreakpoints', { source, breakpoints: wanted })));
    await ours.wire.ask('setBreakpoints', { source, breakpoints: [] });
    const numbers: string[] = [];
    const time = await timed(async () => {
      for (const line of lines) {
        const answer = await gdb.ask(`-break-insert --source ${source.path} --line ${line}`);
        numbers.push(/number="(\d+)"/.exec(answer)?.[1] ?? '');
      }
    });
    pair.bare.push(time);
    await gdb.ask(`-break-delete ${numbers.join(' ')}`);
  }
  return pair;
}

async function memory({ wire }: DapContender, { gdb }: BareContender): Promise<Pair> {
  const { memoryReference } = await wire.ask<{ memoryReference: string }>('evaluate', {
    ...{ expression: 'bulk', context: 'watch' },
  });
  const pair: Pair = { ours: [], bare: [] };
  for (let round = 0; round < ROUNDS; round++) {
    pair.ours.push(await timed(() => wire.ask('readMemory', { memoryReference, count: LARGE.bytes })));
    pair.bare.push(await timed(() => gdb.ask(`-data-read-memory-bytes &bulk ${LARGE.bytes}`)));
  }
  return pair;
}

/** GDB keeps what it has unwound until the guest runs: each round stands at another stop. */
async function stack(ours: DapContender, bare: BareContender): Promise<Pair> {
  await ours.wire.ask('setFunctionBreakpoints', { breakpoints: [{ name: 'bottom' }] });
  ours.wire.send('continue', THREAD);
  await ours.stopped();
  await bare.gdb.ask('-break-insert bottom');
  await bare.goOn();
  const pair: Pair = { ours: [], bare: [] };
  for (let round = 0; round < ROUNDS; round++) {
    ours.wire.send('next', { ...THREAD, granularity: 'instruction' });
    await ours.stopped();
    await bare.gdb.ask('-exec-step-instruction');
    await bare.gdb.stopped();
    const page = { ...THREAD, startFrame: 0, levels: PAGE };
    pair.ours.push(await timed(() => ours.wire.ask('stackTrace', page)));
    pair.bare.push(await timed(() => bare.gdb.ask(`-stack-list-frames 0 ${PAGE - 1}`)));
  }
  return pair;
}

const row = (name: string, what: What, goal: number) => ({
  ...{ group: 'debug', name: `${name}, beside bare GDB/MI`, unit: 'ms', goal },
  run: async () => {
    const { ours, bare } = (await measure())[what];
    return { value: median(ours), baseline: median(bare) };
  },
});

export const benchmarks = [
  row('1,000 breakpoints set', 'breakpoints', 1_000),
  row('1 MB of memory read', 'memory', 150),
  row(`first ${PAGE} of 5,000 frames`, 'stack', 50),
];
