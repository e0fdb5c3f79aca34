/**
 * A stop as an editor sees it: a step, what is shown of the new place, and a page of a long array. Beside
 * bare GDB/MI, which does as much and no more, and npm's cdt-gdb-adapter, on the same image and kind of
 * socket in the same run.
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BareGdb, BareMachine } from './bare';
import { median } from './median';
import { Wire } from './wire';

const ROOT = process.cwd();
const ROUNDS = 40;
const PAGE = 100;

/** Milliseconds, one for each round. */
interface Times {
  readonly step: number[];
  readonly look: number[];
  readonly page: number[];
}

async function timed(into: number[], work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  into.push(performance.now() - start);
}

const noTimes = (): Times => ({ step: [], look: [], page: [] });

/** The rounds of a DAP client whose guest stands at the start of main, in whose first loop they stay. */
async function rounds(wire: Wire): Promise<Times> {
  const times = noTimes();
  const threadId = 1;
  for (let round = 0; round < ROUNDS; round++) {
    await timed(times.step, async () => {
      wire.send('next', { threadId });
      await wire.message(({ event }) => event === 'stopped');
    });
    let frameId = 0;
    await timed(times.look, async () => {
      const stack = await wire.ask<{ stackFrames: { id: number }[] }>('stackTrace', {
        ...{ threadId, startFrame: 0, levels: 20 },
      });
      frameId = stack.stackFrames[0]?.id ?? 0;
      const { scopes } = await wire.ask<{ scopes: { variablesReference: number; expensive?: boolean }[] }>(
        'scopes',
        { frameId },
      );
      // Scopes that cost are shown closed; the peer has its registers among the others.
      for (const { variablesReference } of scopes.filter(({ expensive }) => !expensive).slice(0, 2)) {
        await wire.ask('variables', { variablesReference });
      }
    });
    await timed(times.page, async () => {
      const { variablesReference } = await wire.ask<{ variablesReference: number }>('evaluate', {
        ...{ expression: 'many', frameId, context: 'watch' },
      });
      await wire.ask('variables', {
        ...{ variablesReference, filter: 'indexed', start: round * PAGE, count: PAGE },
      });
    });
  }
  return times;
}

async function ours(folder: string): Promise<Times> {
  const adapter = spawn('node', [join(ROOT, 'dist/debug-adapter.js')]);
  return session(adapter, async (wire) => {
    wire.send('launch', { manifest: join(folder, 'Kraftfile') });
    wire.send('configurationDone', {});
    await wire.message(({ event }) => event === 'stopped');
    return rounds(wire);
  });
}

async function peers(image: string): Promise<Times> {
  const machine = new BareMachine(image);
  try {
    await machine.ready();
    const program = join(ROOT, 'node_modules/cdt-gdb-adapter/dist/debugTargetAdapter.js');
    return await session(spawn('node', [program]), async (wire) => {
      const target = { type: 'remote', parameters: [machine.socket] };
      wire.send('attach', { program: `${image}.dbg`, gdb: 'gdb', target });
      await wire.message(({ event }) => event === 'initialized');
      await wire.ask('setFunctionBreakpoints', { breakpoints: [{ name: 'main' }] });
      wire.send('configurationDone', {});
      await wire.message(({ event }) => event === 'stopped');
      return rounds(wire);
    });
  } finally {
    await machine.dispose();
  }
}

async function session(
  adapter: ChildProcessWithoutNullStreams,
  work: (wire: Wire) => Promise<Times>,
): Promise<Times> {
  const ended = new Promise((done) => adapter.once('exit', done));
  const wire = new Wire(adapter);
  wire.send('initialize', { adapterID: 'bench', pathFormat: 'path', linesStartAt1: true });
  await wire.message(({ command }) => command === 'initialize');
  try {
    return await work(wire);
  } finally {
    wire.send('disconnect', {});
    const kill = setTimeout(() => adapter.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(kill);
  }
}

async function bare(image: string): Promise<Times> {
  const machine = new BareMachine(image);
  const gdb = new BareGdb(`${image}.dbg`);
  const times = noTimes();
  try {
    await machine.ready();
    await gdb.ask('-break-insert main');
    await gdb.ask(`-target-select remote ${machine.socket}`);
    await gdb.ask('-exec-continue');
    await gdb.stopped();
    for (let round = 0; round < ROUNDS; round++) {
      await timed(times.step, async () => {
        await gdb.ask('-exec-next');
        await gdb.stopped();
      });
      await timed(times.look, async () => {
        await gdb.ask('-stack-list-frames 0 19');
        await gdb.ask('-stack-list-variables --thread 1 --frame 0 --all-values');
      });
      await timed(times.page, async () => {
        const name = /name="(\w+)"/.exec(await gdb.ask('-var-create - * many'))?.[1];
        await gdb.ask(`-var-list-children --all-values ${name} ${round * PAGE} ${(round + 1) * PAGE}`);
      });
    }
    return times;
  } finally {
    await gdb.dispose();
    await machine.dispose();
  }
}

interface Measured {
  readonly ours: Times;
  readonly bare: Times;
  readonly peer: Times;
}

let measured: Promise<Measured> | undefined;

/** All rows stand on one run. */
function measure(): Promise<Measured> {
  measured ??= (async () => {
    const parent = mkdtempSync(join(tmpdir(), 'debug-bench-'));
    try {
      const folder = join(parent, 'values');
      cpSync(join(ROOT, 'test-fixtures/debuggee-values'), folder, { recursive: true });
      execFileSync('node', [join(ROOT, 'dist/unikernel.js'), 'build', folder], { stdio: 'pipe' });
      const image = join(folder, '.unikernel/build/values_qemu-x86_64');
      return { bare: await bare(image), peer: await peers(image), ours: await ours(folder) };
    } finally {
      rmSync(parent, { recursive: true, force: true });
    }
  })();
  return measured;
}

const row = (name: string, what: keyof Times, beside: 'bare' | 'peer', goal: number) => ({
  group: 'debug',
  name: `${name}, beside ${beside === 'bare' ? 'bare GDB/MI' : 'cdt-gdb-adapter'}`,
  unit: 'ms',
  goal,
  run: async () => {
    const all = await measure();
    return { value: median(all.ours[what]), baseline: median(all[beside][what]) };
  },
});

export const benchmarks = (['bare', 'peer'] as const).flatMap((beside) => [
  row('step over to stopped', 'step', beside, 10),
  row('stack, scopes and variables of a stop', 'look', beside, 10),
  row(`${PAGE} of an array of 10,000 elements`, 'page', beside, 50),
]);
