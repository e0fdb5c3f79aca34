/**
 * F5: from the launch request to the first stop, measured at the adapter's own wire, beside bare GDB/MI
 * that does the same with the same image: QEMU and GDB started side by side, a breakpoint on main. The adapter's own start
 * stands beside that of a Node program which does nothing but answer. Rounds take turns, so that what else the computer does
 * meets both.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareBoot } from './bare';
import { median } from './median';
import { Wire } from './wire';

const ROOT = process.cwd();
const ROUNDS = 21;

/** Milliseconds, one for each round; the adapter's resident memory at its first stop in MiB. */
interface Measured {
  readonly adapter: number[];
  readonly bare: number[];
  readonly ready: number[];
  readonly node: number[];
  readonly resident: number[];
}

let measured: Promise<Measured> | undefined;

/** All rows stand on one run. */
function measure(): Promise<Measured> {
  measured ??= (async () => {
    const parent = mkdtempSync(join(tmpdir(), 'f5-bench-'));
    try {
      const folder = join(parent, 'hello');
      const cli = join(ROOT, 'dist/unikernel.js');
      execFileSync('node', [cli, 'new', 'hello', folder], { stdio: 'pipe' });
      // Built before it is measured: the build is up to date.
      execFileSync('node', [cli, 'build', folder], { stdio: 'pipe' });
      const all: Measured = { adapter: [], bare: [], ready: [], node: [], resident: [] };
      for (let round = 0; round < ROUNDS; round++) {
        await adapterRound(folder, all);
        all.node.push(await bareNode());
        all.bare.push(await bareBoot(join(folder, '.unikernel/build/hello_qemu-x86_64')));
      }
      return all;
    } finally {
      rmSync(parent, { recursive: true, force: true });
    }
  })();
  return measured;
}

/** Milliseconds until a Node program's first word. */
async function bareNode(): Promise<number> {
  const started = performance.now();
  const program = spawn('node', ['-e', 'process.stdout.write("ready")']);
  const ended = new Promise((done) => program.once('exit', done));
  await new Promise((done) => program.stdout.once('data', done));
  const took = performance.now() - started;
  await ended;
  return took;
}

async function adapterRound(folder: string, all: Measured): Promise<void> {
  const started = performance.now();
  const adapter = spawn('node', [join(ROOT, 'dist/debug-adapter.js')]);
  const ended = new Promise((done) => adapter.once('exit', done));
  const wire = new Wire(adapter);
  wire.send('initialize', { adapterID: 'unikernel', pathFormat: 'path' });
  await wire.message(({ command }) => command === 'initialize');
  all.ready.push(performance.now() - started);
  const start = performance.now();
  wire.send('launch', { manifest: join(folder, 'Kraftfile') });
  wire.send('configurationDone', {});
  await wire.message(({ event }) => event === 'stopped');
  all.adapter.push(performance.now() - start);
  if (process.platform === 'linux') {
    const status = readFileSync(`/proc/${adapter.pid}/status`, 'utf8');
    all.resident.push(Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]) / 1024);
  }
  wire.send('disconnect', {});
  await ended;
}

export const benchmarks = [
  {
    group: 'debug',
    name: 'launch request to stopped at main, hello, TCG',
    unit: 'ms',
    goal: 120,
    run: async () => {
      const { adapter, bare } = await measure();
      return { value: median(adapter), baseline: median(bare) };
    },
  },
  {
    group: 'debug',
    name: 'the same, in times of bare GDB/MI',
    unit: 'times',
    goal: 1.25,
    run: async () => {
      const { adapter, bare } = await measure();
      return { value: median(adapter) / median(bare) };
    },
  },
  {
    group: 'debug',
    name: "adapter started to initialize answered, beside Node's own start",
    unit: 'ms',
    goal: 80,
    run: async () => {
      const { ready, node } = await measure();
      return { value: median(ready), baseline: median(node) };
    },
  },
  {
    group: 'debug',
    name: 'resident memory of the adapter at main',
    unit: 'MiB',
    goal: 90,
    run: async () => ({ value: median((await measure()).resident) }),
  },
];
