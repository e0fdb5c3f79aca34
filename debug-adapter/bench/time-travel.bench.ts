/** Time travel: from the request to step back to the stop that it leads to, in a recorded run of hello. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './median';
import { Wire } from './wire';

const ROOT = process.cwd();
const ROUNDS = 21;

/** Milliseconds, one for each round. */
interface Times {
  readonly simple: number[];
  readonly call: number[];
}

let measured: Promise<Times> | undefined;

function measure(): Promise<Times> {
  measured ??= (async () => {
    const parent = mkdtempSync(join(tmpdir(), 'time-travel-bench-'));
    try {
      const folder = join(parent, 'hello');
      const cli = join(ROOT, 'dist/unikernel.js');
      execFileSync('node', [cli, 'new', 'hello', folder], { stdio: 'pipe' });
      execFileSync('node', [cli, 'build', folder], { stdio: 'pipe' });
      return await session(folder);
    } finally {
      rmSync(parent, { recursive: true, force: true });
    }
  })();
  return measured;
}

/** `main` begins with two assignments and a call that prints. */
async function session(folder: string): Promise<Times> {
  const adapter = spawn('node', [join(ROOT, 'dist/debug-adapter.js')]);
  const ended = new Promise((done) => adapter.once('exit', done));
  const wire = new Wire(adapter);
  const threadId = 1;
  const go = async (command: 'next' | 'stepBack') => {
    const start = performance.now();
    wire.send(command, { threadId });
    await wire.message(({ event }) => event === 'stopped');
    return performance.now() - start;
  };
  try {
    wire.send('initialize', { adapterID: 'bench', pathFormat: 'path' });
    wire.send('launch', { manifest: join(folder, 'Kraftfile'), timeTravel: true });
    wire.send('configurationDone', {});
    await wire.message(({ event }) => event === 'stopped');
    for (let line = 0; line < 5; line++) await go('next');
    // The first one turns the session into a replay; the others lead to the line of the call.
    for (let line = 0; line < 2; line++) await go('stepBack');
    const times: Times = { simple: [], call: [] };
    for (let round = 0; round < ROUNDS; round++) {
      times.call.push(await go('stepBack'));
      times.simple.push(await go('stepBack'));
      for (let line = 0; line < 2; line++) await go('next');
    }
    return times;
  } finally {
    wire.send('disconnect', {});
    const kill = setTimeout(() => adapter.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(kill);
  }
}

const row = (name: string, what: keyof Times) => ({
  group: 'debug',
  name: `step back one line${name}`,
  unit: 'ms',
  goal: 100,
  run: async () => ({ value: median((await measure())[what]) }),
});

export const benchmarks = [row('', 'simple'), row(' with a call', 'call')];
