/** Every template under the debugger: its own lines, and those of the libraries below and above them. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProject } from '@unikernel-tools/kernel-sdk/project';
import { freePort } from '@unikernel-tools/kernel-sdk/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { bundleAdapter, lineOf, processOf, TestSession } from '../testing/debuggee';

const BUILD_LIMIT_MS = 400_000;
const thread = { threadId: 1 };

let parent: string;
let session: TestSession | undefined;

beforeAll(() => {
  bundleAdapter();
  parent = realpathSync(mkdtempSync(join(tmpdir(), 'debugged-templates-')));
});
afterEach(async () => {
  await session?.close();
  session = undefined;
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** Launches a template with a breakpoint on the first line that holds `text`; it has stopped at main. */
async function debug(template: string, file: string, text: string, options: object = {}) {
  const folder = join(parent, template);
  createProject(template, folder);
  const path = join(folder, file);
  session = await TestSession.open({ manifest: join(folder, 'Kraftfile'), ...options });
  await session.launch([{ path, line: lineOf(path, text) }]);
  expect(await session.stopped()).toMatchObject({ reason: 'entry' });
  expect((await session.frames(0, 1))[0]?.name).toMatch(/^main\b/);
  await session.client.continueRequest(thread);
  return session;
}

/** Of a request for `/`. */
function statusOf(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path: '/', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function names(of: TestSession): Promise<string[]> {
  return (await of.frames()).map(({ name }) => name.replace(/\(.*$/, ''));
}

it('threads: stops in the thread that eats', async () => {
  const stopped = await debug('threads', 'main.c', 'self->meals++');
  expect((await stopped.stopped()).reason).toBe('breakpoint');
  expect((await names(stopped)).slice(0, 2)).toEqual(['dine', 'begin']);
  const frame = (await stopped.frames(0, 1))[0];
  expect((await stopped.evaluate('self->name', frame?.id)).result).toMatch(
    /"(Hypatia|Aspasia|Thales|Zeno|Diotima)"/,
  );
});

it('cpp: follows a virtual call', async () => {
  const stopped = await debug('cpp', 'shapes.cpp', 'return side * side');
  expect((await stopped.stopped()).reason).toBe('breakpoint');
  expect((await names(stopped)).join(' ')).toContain('main');
  // In its caller, the reference to the base is what it really refers to, and calls are named as in the source.
  await stopped.client.stepOutRequest(thread);
  await stopped.stopped();
  const frame = await stopped.frame();
  const shape = await stopped.evaluate('shape', frame.id);
  expect(shape.type).toBe('const Square &');
  const members = await stopped.children(shape.variablesReference);
  const side = members.find(({ name }) => name === 'side');
  expect(side).toMatchObject({ value: '3' });
  expect((await stopped.evaluate(side?.evaluateName ?? '', frame.id)).result).toBe('3');
  const { body } = await stopped.client.setVariableRequest({
    ...{ variablesReference: shape.variablesReference, name: 'side', value: '8' },
  });
  expect(body.value).toBe('8');
  const { body: code } = await stopped.client.disassembleRequest({
    ...{ memoryReference: frame.instructionPointerReference ?? '', instructionCount: 1 },
  });
  expect(code?.instructions[0]?.symbol).toMatch(/^Log::draw\(Shape const&\)/);
});

it(
  'http: stops in a request, and steps into libc',
  async () => {
    const port = await freePort();
    const stopped = await debug('http', 'respond.c', 'int64_t start = microseconds', {
      ports: [`${port}:80`],
    });
    await stopped.output('stdout', 'Listening on port 80.');
    const answered = statusOf(port);
    expect((await stopped.stopped()).reason).toBe('breakpoint');
    expect((await names(stopped)).slice(0, 3)).toEqual(['respond', 'serve', 'work']);
    const frame = (await stopped.frames(0, 1))[0];
    expect((await stopped.evaluate('request->path', frame?.id)).result).toContain('"/"');
    await stopped.client.stepInRequest(thread);
    await stopped.stopped();
    expect((await names(stopped)).slice(0, 2)).toEqual(['microseconds', 'respond']);
    await stopped.client.stepInRequest(thread);
    await stopped.stopped();
    const source = (await stopped.frames(0, 1))[0]?.source?.path;
    expect(source).toMatch(/third-party\/musl\/src\/time\/clock_gettime\.c$/);
    await stopped.client.continueRequest(thread);
    expect(await answered).toBe(200);
    // The network goes back with the machine.
    const machine = processOf(join(parent, 'http'), 'qemu');
    await stopped.client.restartRequest({});
    expect((await stopped.stopped()).reason).toBe('entry');
    await stopped.client.continueRequest(thread);
    await stopped.output('stdout', 'Listening on port 80.');
    const again = statusOf(port);
    expect((await stopped.stopped()).reason).toBe('breakpoint');
    await stopped.client.continueRequest(thread);
    expect(await again).toBe(200);
    expect(processOf(join(parent, 'http'), 'qemu')).toBe(machine);
  },
  BUILD_LIMIT_MS,
);

it(
  'http: a step over accept ends in the worker that took it, once that one has a connection',
  async () => {
    const port = await freePort();
    const waiting = await debug('http', 'main.c', 'int connection = accept', { ports: [`${port}:80`] });
    expect((await waiting.stopped()).reason).toBe('breakpoint');
    const listener = (await waiting.evaluate('&listener', (await waiting.frame()).id)).result;
    const path = join(parent, 'http', 'main.c');
    const interrupt = () => waiting.client.setBreakpointsRequest({ source: { path }, breakpoints: [] });
    await interrupt();
    await waiting.client.nextRequest(thread);
    await interrupt();
    let isOver = false;
    const over = waiting.stopped().finally(() => {
      isOver = true;
    });
    // Each connection wakes a worker.
    for (let n = 0; n < 8 && !isOver; n++) {
      await interrupt();
      await Promise.race([statusOf(port), over]);
    }
    expect((await over).reason).toBe('step');
    const frame = await waiting.frame();
    expect(frame).toMatchObject({ name: 'work', line: lineOf(path, 'if (connection < 0)') });
    expect((await waiting.evaluate('&listener', frame.id)).result).toBe(listener);
    expect(Number((await waiting.evaluate('connection', frame.id)).result)).toBeGreaterThan(2);
  },
  BUILD_LIMIT_MS,
);

it(
  'sqlite: steps from a line of SQL into the database',
  async () => {
    const port = await freePort();
    const stopped = await debug('sqlite', 'session.c', 'if (sqlite3_exec(database, sql', {
      ports: [`${port}:7070`],
    });
    await stopped.output('stdout', 'answers on port 7070.');
    const client = connect(port, '127.0.0.1', () => client.write('SELECT 1\n'));
    client.on('error', () => undefined);
    expect((await stopped.stopped()).reason).toBe('breakpoint');
    expect((await names(stopped)).slice(0, 3)).toEqual(['answer', 'session_run', 'main']);
    await stopped.client.stepInRequest(thread);
    await stopped.stopped();
    const frame = (await stopped.frames(0, 1))[0];
    expect(frame?.name).toMatch(/^sqlite3_exec/);
    expect(frame?.source?.path).toMatch(/third-party\/sqlite\/deps\/sqlite3\/sqlite3\.c$/);
    client.destroy();
  },
  BUILD_LIMIT_MS,
);
