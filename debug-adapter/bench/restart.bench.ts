/**
 * Restart: from the request to the stop at main, a project whose build is up to date, beside what it takes bare GDB/MI to
 * boot the same image to the same place. Each round leaves main before it restarts; rounds take turns.
 */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareBoot } from './bare';
import { median } from './median';
import { Wire } from './wire';

const ROOT = process.cwd();
const ROUNDS = 25;

/** Milliseconds, one for each round. */
interface Measured {
  readonly restart: number[];
  readonly bare: number[];
}

async function measure(): Promise<Measured> {
  const parent = mkdtempSync(join(tmpdir(), 'restart-bench-'));
  const adapter = spawn('node', [join(ROOT, 'dist/debug-adapter.js')]);
  const ended = new Promise((done) => adapter.once('exit', done));
  try {
    const folder = join(parent, 'values');
    cpSync(join(ROOT, 'test-fixtures/debuggee-values'), folder, { recursive: true });
    execFileSync('node', [join(ROOT, 'dist/unikernel.js'), 'build', folder], { stdio: 'pipe' });
    const wire = new Wire(adapter);
    wire.send('initialize', { adapterID: 'bench', pathFormat: 'path', linesStartAt1: true });
    await wire.message(({ command }) => command === 'initialize');
    wire.send('launch', { manifest: join(folder, 'Kraftfile') });
    wire.send('configurationDone', {});
    await wire.message(({ event }) => event === 'stopped');
    const all: Measured = { restart: [], bare: [] };
    for (let round = 0; round < ROUNDS; round++) {
      all.bare.push(await bareBoot(join(folder, '.unikernel/build/values_qemu-x86_64')));
      wire.send('next', { threadId: 1 });
      await wire.message(({ event }) => event === 'stopped');
      const start = performance.now();
      wire.send('restart', {});
      await wire.message(({ event }) => event === 'stopped');
      all.restart.push(performance.now() - start);
      await wire.message(({ command }) => command === 'restart');
    }
    wire.send('disconnect', {});
    return all;
  } finally {
    const kill = setTimeout(() => adapter.kill('SIGKILL'), 5_000);
    adapter.stdin.end();
    await ended;
    clearTimeout(kill);
    rmSync(parent, { recursive: true, force: true });
  }
}

export const benchmarks = [
  {
    group: 'debug',
    name: 'restart to stopped at main, beside a boot by bare GDB/MI',
    unit: 'ms',
    goal: 30,
    run: async () => {
      const { restart, bare } = await measure();
      return { value: median(restart), baseline: median(bare) };
    },
  },
];
