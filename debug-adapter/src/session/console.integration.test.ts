/** The guest's serial line: both ways, in a terminal or in the debug console, and in a flood. */
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, describe, expect, it } from 'vitest';
import { processOf, type TestSession } from '../testing/debuggee';
import { RunningMachine, until } from '../testing/running-machine';
import { useBareImages } from '../testing/sessions';

const { images, start } = useBareImages();
const owned: { stop(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(owned.splice(0).map((owner) => owner.stop()));
});

function run(options: object = {}): Promise<TestSession> {
  return start({ program: images().pvh(), cpus: 2, stopOnEntry: false, ...options });
}

/** All that a terminal has been sent; acknowledged as it comes, unless told. */
function terminalOf(session: TestSession, acknowledge = true): { text: string } {
  const shown = { text: '' };
  session.client.on('unikernel.serial', ({ body }: DebugProtocol.Event) => {
    shown.text += body.text;
    if (acknowledge) void session.request('unikernel/serialShown', { characters: body.text.length });
  });
  return shown;
}

const thread = { threadId: 1 };
/** The note on what was left out, in the terminal's words or the debug console's. */
const GAP = new RegExp(
  `${String.fromCharCode(27)}\\[0m\r?\n\\[(\\d+) bytes of output left out: [^\\]]*\\]\r?\n`,
  'g',
);

describe('a terminal', () => {
  it('gets the line as it is, colours included, and the debug console none of it', async () => {
    const session = await run({ console: 'terminal' });
    const shown = terminalOf(session);
    await until(() => shown.text.includes('bare: ready\r\n'));
    await session.request('unikernel/serialInput', { data: 'f' });
    await until(() => shown.text.split('\x1b[31mflood\x1b[0m of text\r\n').length === 201);
    await session.request('unikernel/serialInput', { data: '\x03\x01\x1b[A' });
    await until(() => shown.text.endsWith('\x03\x01\x1b[A'));
    await session.request('unikernel/serialInput', { data: 'q' });
    await session.output('console', 'exited with code 7');
    await session.take('terminated');
    expect(session.count('output')).toBe(0);
  });

  it('gets no more than it shows, and the rest when it does', async () => {
    const line = await lineOf(flood(8 << 20));
    let shown = { text: '' };
    const session = await attachTo(line, { console: 'terminal' }, async (opening) => {
      shown = terminalOf(opening, false);
    });
    await line.sent;
    // The window is 256 K characters: nobody has acknowledged one of them.
    expect(shown.text.length).toBeLessThanOrEqual((1 << 18) + 200);
    await session.request('unikernel/serialShown', { characters: shown.text.length });
    await until(() => shown.text.length > 1 << 18);
  });
});

describe('the debug console', () => {
  it('shows lines, and sends one that begins with <, while the guest runs', async () => {
    const session = await run();
    expect(await session.output('stdout', 'ready')).toBe('bare: ready\n');
    await session.evaluate('<hey', undefined, 'repl');
    await session.output('stdout', 'hey\n');
    await session.evaluate('<q', undefined, 'repl');
    await session.take('terminated');
    await expect(session.evaluate('<x', undefined, 'repl')).rejects.toThrow('There is no serial line');
  });
});

describe.each(['terminal', 'debugConsole'])('a flood into the %s', (console) => {
  it('is bounded, counted, and leaves the session alive, with the last words shown', async () => {
    const size = 48 << 20;
    const line = await lineOf(flood(size));
    let shown = '';
    const started = performance.now();
    const session = await attachTo(line, { console }, async (opening) => {
      opening.client.on('unikernel.serial', ({ body }: DebugProtocol.Event) => {
        shown += body.text;
        void opening.request('unikernel/serialShown', { characters: body.text.length });
      });
      opening.client.on('output', ({ body }: DebugProtocol.Event) => {
        if (body.category === 'stdout') shown += body.output;
      });
    });
    let slowest = 0;
    let flowing = true;
    void line.sent.then(() => {
      flowing = false;
    });
    while (flowing) {
      const asked = performance.now();
      await session.client.pauseRequest(thread);
      await session.stopped();
      await session.client.continueRequest(thread);
      slowest = Math.max(slowest, performance.now() - asked);
    }
    const seconds = (performance.now() - started) / 1000;
    const memory = residentBytes();
    await until(() => shown.includes('the last words'));
    // What a client shows in this time: its pace, what a moment of silence allows, and what waits.
    const pace = console === 'terminal' ? 1 << 20 : 1 << 18;
    const took = (performance.now() - started) / 1000;
    expect(shown.length).toBeLessThan(pace * (took + 0.5) + (2 << 20));
    expect(slowest).toBeLessThan(2_000);
    expect(memory).toBeLessThan(200 << 20);
    // Every byte was shown or counted.
    const gaps = [...shown.matchAll(GAP)];
    expect(gaps.length).toBeGreaterThan(0);
    const left = gaps.reduce((sum, [, bytes]) => sum + Number(bytes), 0);
    expect(shown.replaceAll(GAP, '').length + left).toBe(line.bytes);
    process.stdout.write(
      `${console}: ${(line.bytes / seconds / 2 ** 20).toFixed(0)} MB/s came, ${(shown.length / 2 ** 20).toFixed(1)} MB shown, slowest pause and continue ${slowest.toFixed(0)} ms, adapter ${(memory / 2 ** 20).toFixed(0)} MB\n`,
    );
  });
});

interface Line {
  readonly path: string;
  readonly bytes: number;
  /** Resolves when everything has been read from it. */
  readonly sent: Promise<void>;
}

/** Lines of text, and a last one. */
function flood(size: number): Buffer {
  const text = Buffer.from(`${'0123456789'.repeat(7)} flood\n`);
  const whole = Buffer.alloc(size - (size % text.length), text);
  return Buffer.concat([whole, Buffer.from('the last words\n')]);
}

let count = 0;

/** A serial line that somebody else offers, with as much to say as can be read. */
async function lineOf(bytes: Buffer): Promise<Line> {
  const path = images().source(`flood${count++}.line`);
  let server: Server | undefined;
  const sockets: Socket[] = [];
  const sent = new Promise<void>((resolve) => {
    server = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      socket.write(bytes, () => resolve());
    });
  });
  await new Promise<void>((resolve) => server?.listen(path, resolve));
  owned.push({
    stop() {
      for (const socket of sockets) socket.destroy();
      server?.close();
    },
  });
  return { path, bytes: bytes.length, sent };
}

async function attachTo(
  line: Line,
  options: object,
  configure?: (session: TestSession) => Promise<unknown>,
): Promise<TestSession> {
  const machine = await RunningMachine.start(images().folder, `f${count++}`, images().pvh());
  owned.push(machine);
  const where = { request: 'attach', connect: machine.gdb, serial: line.path };
  return start({ ...where, program: images().pvh(), stopOnEntry: false, ...options }, [], configure);
}

/** Of the adapter's process, at its most. */
function residentBytes(): number {
  const status = (pid: number | string) => readFileSync(`/proc/${pid}/status`, 'utf8');
  const adapter = /PPid:\s+(\d+)/.exec(status(processOf(images().folder, 'gdb')))?.[1] ?? '';
  return Number(/VmHWM:\s+(\d+) kB/.exec(status(adapter))?.[1]) * 1024;
}
