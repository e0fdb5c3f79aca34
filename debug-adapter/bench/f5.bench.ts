/**
 * F5: from the launch request to the first stop, measured at the adapter's own wire, beside bare GDB/MI
 * that does the same with the same image: QEMU and GDB started side by side, a breakpoint on main.
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

interface Message {
  readonly command?: string;
  readonly event?: string;
  readonly success?: boolean;
  readonly message?: string;
}

/** DAP's framing, as thin as it can be. */
class Wire {
  readonly #messages: Message[] = [];
  #buffer = Buffer.alloc(0);
  #look: () => void = () => undefined;
  #seq = 1;

  constructor(private readonly adapter: ChildProcessWithoutNullStreams) {
    adapter.stdout.on('data', (bytes: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, bytes]);
      this.#read();
      this.#look();
    });
  }

  send(command: string, args: object): void {
    const text = JSON.stringify({ seq: this.#seq++, type: 'request', command, arguments: args });
    this.adapter.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  message(fits: (message: Message) => boolean): Promise<Message> {
    return new Promise((done, fail) => {
      this.#look = () => {
        for (const message of this.#messages.splice(0)) {
          if (message.success === false) fail(new Error(`${message.command}: ${message.message}`));
          if (fits(message)) done(message);
        }
      };
      this.#look();
    });
  }

  #read(): void {
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.#buffer.subarray(0, end).toString())?.[1]);
      if (this.#buffer.length < end + 4 + length) return;
      this.#messages.push(JSON.parse(this.#buffer.subarray(end + 4, end + 4 + length).toString()) as Message);
      this.#buffer = this.#buffer.subarray(end + 4 + length);
    }
  }
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
