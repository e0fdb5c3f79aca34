/** The template http: its first answer, requests one after another, and whether its heap grows. */
import { type ChildProcess, spawn } from 'node:child_process';
import { freePort } from '../src/testing/network';
import { emptyMachine } from './empty-image';
import { Connection, get } from './http-client';
import { bareQemu, built, firstByte, median, withCopy } from './project';

const HTTP = 'kernel-sdk/templates/http';
const FIRST_RESPONSES = 9;
const REQUESTS = 2000;
const WARM_UP = 200;
/** `BENCH_HTTP_REQUESTS=100000` is an hour's worth. */
const HEAP_REQUESTS = Number(process.env.BENCH_HTTP_REQUESTS ?? 20_000);
/** From one attempt to connect to the next, in milliseconds. */
const ATTEMPT_MS = 5;

interface Started {
  readonly process: ChildProcess;
  readonly port: number;
  readonly startedAt: number;
}

/** `boot` starts the server, each time in a machine of its own, on a port of its own. */
function withHttp<T>(
  work: (boot: () => Promise<Started>, emptyBoot: () => Promise<number>) => Promise<T>,
): Promise<T> {
  return withCopy(HTTP, async (folder) => {
    const image = await built(folder);
    const running: ChildProcess[] = [];
    const machineOn = (port: number) =>
      image.machine({
        ports: [{ protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: port, guestPort: 80 }],
      });
    const boot = async () => {
      const port = await freePort();
      const startedAt = performance.now();
      const qemu = bareQemu(machineOn(port));
      qemu.stdout.resume();
      running.push(qemu);
      return { process: qemu, port, startedAt };
    };
    const emptyBoot = async () => firstByte(emptyMachine(folder, machineOn(await freePort())));
    try {
      return await work(boot, emptyBoot);
    } finally {
      await Promise.all(running.map(end));
    }
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('close', done));
  child.kill('SIGKILL');
  await ended;
}

/**
 * When the first answer has come, on `performance.now()`'s clock. QEMU accepts connections before the guest does, and
 * tries seconds later again to hand one on: a new one every few milliseconds finds the guest as soon as it listens.
 */
function firstAnswer(port: number): Promise<number> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      get(port, '/').then(
        () => {
          clearInterval(timer);
          resolve(performance.now());
        },
        () => undefined,
      );
    }, ATTEMPT_MS);
  });
}

function firstResponse(): Promise<{ value: number; baseline: number }> {
  return withHttp(async (boot, emptyBoot) => {
    const times: number[] = [];
    const floors: number[] = [];
    for (let round = 0; round < FIRST_RESPONSES; round++) {
      floors.push(await emptyBoot());
      const { process, port, startedAt } = await boot();
      times.push((await firstAnswer(port)) - startedAt);
      await end(process);
    }
    return { value: median(times), baseline: median(floors) };
  });
}

/** The same answer by Node's own server, as a process of the host. */
async function hostServer(): Promise<Started> {
  const port = await freePort();
  const startedAt = performance.now();
  const script = `require('node:http').createServer((request, response) => response.end('x'.repeat(500))).listen(${port}, '127.0.0.1')`;
  return { process: spawn(process.execPath, ['-e', script]), port, startedAt };
}

/** Somebody who asks for the first page again and again. */
interface Client {
  get(): Promise<string>;
  dispose(): void;
}

function anew(port: number): Client {
  return { get: () => get(port, '/'), dispose: () => undefined };
}

function kept(port: number): Client {
  const connection = new Connection(port);
  return { get: () => connection.get('/'), dispose: () => connection.dispose() };
}

/** Milliseconds for a request: 1 is 1,000 in a second. */
async function timeOf({ port }: Started, connect: (port: number) => Client): Promise<number> {
  await firstAnswer(port);
  const client = connect(port);
  for (let i = 0; i < WARM_UP; i++) await client.get();
  const start = performance.now();
  for (let i = 0; i < REQUESTS; i++) await client.get();
  const time = (performance.now() - start) / REQUESTS;
  client.dispose();
  return time;
}

function requestTime(connect: (port: number) => Client) {
  return () =>
    withHttp(async (boot) => {
      const host = await hostServer();
      try {
        const baseline = await timeOf(host, connect);
        return { value: await timeOf(await boot(), connect), baseline };
      } finally {
        await end(host.process);
      }
    });
}

function heapGrowth(): Promise<{ value: number }> {
  return withHttp(async (boot) => {
    const { port } = await boot();
    await firstAnswer(port);
    const used = async () =>
      Number(/^unikernel_heap_used_bytes (\d+)$/m.exec(await get(port, '/metrics'))?.[1] ?? Number.NaN);
    for (let i = 0; i < WARM_UP; i++) await get(port, '/');
    const before = await used();
    for (let i = 0; i < HEAP_REQUESTS; i++) await get(port, '/');
    return { value: (await used()) - before };
  });
}

export const benchmarks = [
  { name: 'http: QEMU’s start to the first response', unit: 'ms', goal: 100, run: firstResponse },
  { name: 'http: a request with its connection', unit: 'ms', goal: 1, run: requestTime(anew) },
  { name: 'http: a request on a kept connection', unit: 'ms', goal: 1, run: requestTime(kept) },
  { name: `http: heap growth in ${HEAP_REQUESTS} requests`, unit: 'B', goal: 0, run: heapGrowth },
].map((benchmark) => ({ group: 'kernel', ...benchmark }));
