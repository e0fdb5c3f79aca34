/**
 * What the built-in kernel costs: bytes, instructions, time to the first byte and the first answer, requests, heap,
 * and a database against the same code as a host program. All under TCG.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../src/build';
import { startMachine } from '../src/machine';
import { qemuArguments } from '../src/machine/arguments';
import { configureProject, loadProject } from '../src/project';
import { Guest } from '../src/testing/guest';
import { freePort } from '../src/testing/network';

const ROOT = process.cwd();
const KERNEL = join(ROOT, 'kernel-sdk/kernel');
const BOOTS = 15;
const FIRST_RESPONSES = 9;
const REQUESTS = 2000;
/** `BENCH_HTTP_REQUESTS=100000` is an hour's worth. */
const HEAP_REQUESTS = Number(process.env.BENCH_HTTP_REQUESTS ?? 10_000);

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function withCopy<T>(folder: string, work: (copy: string) => Promise<T>): Promise<T> {
  const copy = mkdtempSync(join(tmpdir(), 'kernel-bench-'));
  cpSync(join(ROOT, folder), copy, { recursive: true });
  try {
    return await work(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function built(folder: string, options: Readonly<Record<string, string>> = {}) {
  const loaded = loadProject(join(folder, 'Kraftfile'), { kernelFolder: KERNEL });
  if (!loaded.ok) throw new Error(loaded.message);
  const configured = configureProject(loaded.project, 'qemu/x86_64', new Map(Object.entries(options)));
  if (!configured.ok) throw new Error(configured.message);
  const result = await build(configured.configured);
  if (!result.ok) throw new Error(result.message);
  return result;
}

function strippedKiB(options: Readonly<Record<string, string>>) {
  return () =>
    withCopy('kernel-sdk/templates/hello', async (folder) => ({
      value: statSync((await built(folder, options)).image).size / 1024,
    }));
}

const SMALL = { OPTIMIZE_SIZE: 'y' };

/**
 * Instructions between the first one and main's, as QEMU's own count while it records an execution
 * (docs/replay.txt): the same on every machine.
 */
async function instructionsToMain(): Promise<{ value: number }> {
  return withCopy('kernel-sdk/templates/hello', async (folder) => {
    const { image, symbols } = await built(folder, SMALL);
    const recording = join(folder, 'recording');
    const started = await startMachine({
      image,
      architecture: 'x86_64',
      machine: 'microvm',
      memory: '128M',
      cpus: 1,
      accelerator: 'tcg',
      paused: true,
      extraArguments: ['-icount', `shift=0,rr=record,rrfile=${recording}`],
    });
    if (!started.ok) throw new Error(started.message);
    const { machine } = started;
    machine.serial.resume();
    try {
      const target = machine.gdb.transport === 'unix' ? machine.gdb.path : `:${machine.gdb.port}`;
      const commands = [
        `target remote ${target}`,
        ...['hbreak *_start', 'continue', 'monitor info replay'],
        ...['hbreak main', 'continue', 'monitor info replay', 'kill'],
      ];
      const { stdout, stderr } = spawnSync(
        'gdb',
        ['--nx', '--batch', symbols, ...commands.flatMap((c) => ['-ex', c])],
        {
          encoding: 'utf8',
        },
      );
      const counts = [...`${stdout}${stderr}`.matchAll(/instruction count = (\d+)/g)].map(([, count]) =>
        Number(count),
      );
      const [first, last] = counts;
      if (first === undefined || last === undefined)
        throw new Error(`QEMU told no counts:\n${stdout}${stderr}`);
      return { value: last - first };
    } finally {
      await machine.dispose();
    }
  });
}

/** Milliseconds from QEMU's start to the first byte on the serial line. */
function firstByte(image: string): Promise<number> {
  const args = qemuArguments(
    {
      image,
      architecture: 'x86_64',
      machine: 'microvm',
      memory: '128M',
      cpus: 1,
      accelerator: 'tcg',
      paused: false,
    },
    'tcg',
    { qmp: 'null', serial: 'stdio', gdb: 'none' },
  ).filter((word) => word !== '-S');
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let words = '';
    child.stderr.on('data', (text) => {
      words += text;
    });
    let time: number | undefined;
    child.stdout.once('data', () => {
      time = performance.now() - start;
      child.kill('SIGKILL');
    });
    child.once('close', () =>
      time === undefined ? reject(new Error(`No byte came. ${words}`)) : resolve(time),
    );
  });
}

/** An image that writes one byte and halts: what no kernel can be faster than. */
function emptyImage(folder: string): string {
  const source = join(folder, 'empty.S');
  writeFileSync(
    source,
    `.section .note.pvh, "a", @note
.long 4, 8, 18
.asciz "Xen"
.quad _start
.text
.code32
.globl _start
_start: movw $0x3f8, %dx
movb $'.', %al
outb %al, %dx
1: hlt
jmp 1b
.section .note.GNU-stack, "", @progbits
`,
  );
  const image = join(folder, 'empty');
  const args = [
    '-nostdlib',
    '-static',
    '-no-pie',
    '-Wl,-Ttext=0x100000,--build-id=none',
    '-o',
    image,
    source,
  ];
  const { status, stderr } = spawnSync('gcc', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return image;
}

function firstByteBehindEmpty(): Promise<{ value: number; baseline: number }> {
  return withCopy('kernel-sdk/templates/hello', async (folder) => {
    const { image } = await built(folder);
    const empty = emptyImage(folder);
    const times: { hello: number[]; empty: number[] } = { hello: [], empty: [] };
    for (let round = 0; round < BOOTS; round++) {
      times.empty.push(await firstByte(empty));
      times.hello.push(await firstByte(image));
    }
    return { value: median(times.hello) - median(times.empty), baseline: median(times.empty) };
  });
}

function get(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, host: '127.0.0.1', agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve(body));
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function withHttp<T>(
  work: (boot: () => Promise<{ guest: Guest; port: number }>) => Promise<T>,
): Promise<T> {
  return withCopy('kernel-sdk/templates/http', async (folder) => {
    await built(folder);
    const guests: Guest[] = [];
    try {
      return await work(async () => {
        const port = await freePort();
        const ports = [{ protocol: 'tcp' as const, hostAddress: '127.0.0.1', hostPort: port, guestPort: 80 }];
        const guest = await Guest.boot(folder, { machine: { ports }, kernelFolder: KERNEL });
        guests.push(guest);
        return { guest, port };
      });
    } finally {
      for (const guest of guests) await guest.dispose();
    }
  });
}

/**
 * From the machine's start to an answer. QEMU accepts connections before the guest does, and sends them on seconds
 * later: a new one every few milliseconds finds the guest as soon as it listens.
 */
async function firstResponse(): Promise<{ value: number }> {
  return withHttp(async (boot) => {
    const times: number[] = [];
    for (let round = 0; round < FIRST_RESPONSES; round++) {
      const { guest, port } = await boot();
      times.push(await firstAnswer(port, guest.startedAt));
      await guest.dispose();
    }
    return { value: median(times) };
  });
}

function firstAnswer(port: number, startedAt: number): Promise<number> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      get(port, '/').then(
        () => {
          clearInterval(timer);
          resolve(performance.now() - startedAt);
        },
        () => undefined,
      );
    }, 5);
  });
}

async function requestTime(): Promise<{ value: number }> {
  return withHttp(async (boot) => {
    const { guest, port } = await boot();
    await guest.sees('Listening on port 80.');
    for (let i = 0; i < 100; i++) await get(port, '/');
    const times: number[] = [];
    for (let i = 0; i < REQUESTS; i++) {
      const start = performance.now();
      await get(port, '/');
      times.push(performance.now() - start);
    }
    return { value: median(times) };
  });
}

async function heapGrowth(): Promise<{ value: number }> {
  return withHttp(async (boot) => {
    const { guest, port } = await boot();
    await guest.sees('Listening on port 80.');
    const used = async () =>
      Number(/^unikernel_heap_used_bytes (\d+)$/m.exec(await get(port, '/metrics'))?.[1] ?? Number.NaN);
    for (let i = 0; i < 200; i++) await get(port, '/');
    const before = await used();
    for (let i = 0; i < HEAP_REQUESTS; i++) await get(port, '/');
    return { value: (await used()) - before };
  });
}

/** The same mix and the same SQLite, as a host program under user emulation. */
function emulated(): number {
  const cache = join(ROOT, 'out/bench-sqlite');
  const program = join(cache, 'mix');
  const sqlite = join(ROOT, 'kernel-sdk/third-party/sqlite/deps/sqlite3');
  if (!existsSync(program)) {
    mkdirSync(cache, { recursive: true });
    const sources = [join(ROOT, 'kernel-sdk/bench/sqlite-mix/main.c'), join(sqlite, 'sqlite3.c')];
    const flags = ['-O2', '-static', '-I', sqlite, '-DSQLITE_OMIT_LOAD_EXTENSION', '-DSQLITE_THREADSAFE=1'];
    const more = ['-DSQLITE_TEMP_STORE=2', '-DSQLITE_DEFAULT_MEMSTATUS=0', '-DSQLITE_OMIT_SHARED_CACHE'];
    const { status, stderr } = spawnSync(
      'gcc',
      [...flags, ...more, '-o', program, ...sources, '-lm', '-lpthread'],
      {
        encoding: 'utf8',
      },
    );
    if (status !== 0) throw new Error(stderr);
  }
  const { stdout, stderr } = spawnSync('qemu-x86_64', [program], { encoding: 'utf8' });
  return mixTime(`${stdout}${stderr}`);
}

function mixTime(output: string): number {
  const time = /mix: (\d+) ms/.exec(output)?.[1];
  if (time === undefined) throw new Error(`The mix told no time:\n${output}`);
  return Number(time);
}

async function sqliteRatio(): Promise<{ value: number }> {
  return withCopy('kernel-sdk/bench/sqlite-mix', async (folder) => {
    await built(folder);
    const ratios: number[] = [];
    for (let round = 0; round < 5; round++) {
      const guest = await Guest.boot(folder, { kernelFolder: KERNEL });
      await guest.ends(120_000);
      ratios.push(mixTime(guest.output) / emulated());
      await guest.dispose();
    }
    return { value: median(ratios) };
  });
}

export const benchmarks = [
  { group: 'kernel', name: 'hello, stripped, -Os', unit: 'KiB', goal: 16, run: strippedKiB(SMALL) },
  {
    group: 'kernel',
    name: 'hello, stripped, -Os -flto',
    unit: 'KiB',
    goal: 16,
    run: strippedKiB({ ...SMALL, OPTIMIZE_LTO: 'y' }),
  },
  {
    group: 'kernel',
    name: 'hello, -Os: entry to main',
    unit: 'instr.',
    goal: 200_000,
    run: instructionsToMain,
  },
  {
    group: 'kernel',
    name: 'hello: first byte, behind an empty image’s',
    unit: 'ms',
    goal: 10,
    run: firstByteBehindEmpty,
  },
  {
    group: 'kernel',
    name: 'http: QEMU’s start to the first response',
    unit: 'ms',
    goal: 100,
    run: firstResponse,
  },
  { group: 'kernel', name: 'http: a request with its connection', unit: 'ms', goal: 1, run: requestTime },
  {
    group: 'kernel',
    name: `http: heap growth in ${HEAP_REQUESTS} requests`,
    unit: 'B',
    goal: 16_384,
    run: heapGrowth,
  },
  { group: 'kernel', name: 'sqlite: time against user emulation', unit: '×', goal: 2, run: sqliteRatio },
];
