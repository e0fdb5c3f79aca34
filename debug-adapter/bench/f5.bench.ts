/**
 * F5: from the launch request to the first stop, measured at the adapter's own wire, beside bare GDB/MI
 * that does the same with the same image: QEMU and GDB started side by side, a breakpoint on main.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wire } from './wire';

const ROOT = process.cwd();
const ROUNDS = 7;

/** Built before it is measured: the build is up to date. */
function withProject<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const parent = mkdtempSync(join(tmpdir(), 'f5-bench-'));
  const folder = join(parent, 'hello');
  const cli = join(ROOT, 'dist/unikernel.js');
  execFileSync('node', [cli, 'new', 'hello', folder], { stdio: 'pipe' });
  execFileSync('node', [cli, 'build', folder], { stdio: 'pipe' });
  return work(folder).finally(() => rmSync(parent, { recursive: true, force: true }));
}

async function medianOf(rounds: number, measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round++) values.push(await measure());
  return values.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

/** Milliseconds from `launch` to `stopped` in one session of the adapter. */
async function adapterRound(folder: string): Promise<number> {
  const adapter = spawn('node', [join(ROOT, 'dist/debug-adapter.js')]);
  const ended = new Promise((done) => adapter.once('exit', done));
  const wire = new Wire(adapter);
  wire.send('initialize', { adapterID: 'unikernel', pathFormat: 'path' });
  await wire.message(({ command }) => command === 'initialize');
  const start = performance.now();
  wire.send('launch', { manifest: join(folder, 'Kraftfile') });
  wire.send('configurationDone', {});
  await wire.message(({ event }) => event === 'stopped');
  const elapsed = performance.now() - start;
  wire.send('disconnect', {});
  await ended;
  return elapsed;
}

/** Milliseconds from the start of QEMU and GDB to the stop at main, over bare MI. */
async function bareRound(folder: string): Promise<number> {
  const parent = mkdtempSync(join(tmpdir(), 'f5-bare-'));
  const socket = join(parent, 'gdb');
  const image = join(folder, '.unikernel/build/hello_qemu-x86_64');
  const start = performance.now();
  const machine = [
    '-machine',
    'microvm',
    '-accel',
    'tcg',
    '-nodefaults',
    '-no-user-config',
    '-display',
    'none',
  ];
  const rest = ['-cpu', 'max', '-m', '128M', '-serial', 'null', '-kernel', image, '-append', 'hello', '-S'];
  const qemu = spawn('qemu-system-x86_64', [
    ...machine,
    ...rest,
    '-gdb',
    `unix:${socket},server=on,wait=off`,
  ]);
  const gdb = spawn('gdb', ['--nx', '--quiet', '--interpreter=mi3', `${image}.dbg`]);
  let said = '';
  gdb.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const saw = async (pattern: RegExp) => {
    while (!pattern.test(said)) await new Promise((done) => gdb.stdout.once('data', done));
  };
  const ended = Promise.all([qemu, gdb].map((child) => new Promise((done) => child.once('exit', done))));
  gdb.stdin.write('1-break-insert main\n');
  await saw(/1\^done/);
  while (!existsSync(socket)) await new Promise((done) => setImmediate(done));
  gdb.stdin.write(`2-target-select remote ${socket}\n3-exec-continue\n`);
  await saw(/reason="breakpoint-hit"/);
  const elapsed = performance.now() - start;
  gdb.kill('SIGKILL');
  qemu.kill('SIGKILL');
  await ended;
  rmSync(parent, { recursive: true, force: true });
  return elapsed;
}

export const benchmarks = [
  {
    group: 'f5',
    name: 'launch request to stopped at main, hello, TCG',
    unit: 'ms',
    goal: 250,
    run: () =>
      withProject(async (folder) => ({
        value: await medianOf(ROUNDS, () => adapterRound(folder)),
        baseline: await medianOf(ROUNDS, () => bareRound(folder)),
      })),
  },
];
