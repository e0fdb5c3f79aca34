/** Going back in a server that has been asked something while it was recorded, and being asked again live. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProject } from '@unikernel-tools/kernel-sdk/project';
import { freePort } from '@unikernel-tools/kernel-sdk/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { bundleAdapter, lineOf, processesOf, TestSession } from '../testing/debuggee';

const thread = { threadId: 1 };
let folder: string;
let session: TestSession | undefined;

beforeAll(() => {
  bundleAdapter();
  folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'recorded-server-'))), 'http');
  createProject('http', folder);
});
afterEach(async () => {
  await session?.close();
  session = undefined;
  expect(processesOf(folder)).toEqual([]);
});
afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

/** The status of a request for `path`; `lost` where the connection ends before. */
function ask(port: number, path: string): Promise<number | 'lost' | undefined> {
  return new Promise((resolve) => {
    const sent = request({ port, host: '127.0.0.1', path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', () => resolve('lost'));
    sent.end();
  });
}

it('a request is gone back in, and the next one is answered live', { timeout: 400_000 }, async () => {
  const port = await freePort();
  const respond = {
    path: join(folder, 'respond.c'),
    line: lineOf(join(folder, 'respond.c'), 'int64_t start'),
  };
  const serve = {
    path: join(folder, 'main.c'),
    line: lineOf(join(folder, 'main.c'), 'serve(connection);'),
  };
  session = await TestSession.open({
    manifest: join(folder, 'Kraftfile'),
    ...{ ports: [`${port}:80`], timeTravel: true, stopOnEntry: false },
  });
  await session.launch([respond, serve]);
  await session.output('stdout', 'Listening on port 80.');
  const first = ask(port, '/first');
  expect((await session.stopped()).reason).toBe('breakpoint');
  await session.goOn();
  expect(await session.place()).toBe(`respond:${respond.line}`);
  const path = async (of: TestSession) => (await of.evaluate('request->path', (await of.frame()).id)).result;
  expect(await path(session)).toContain('"/first"');
  await session.client.stepBackRequest(thread);
  await session.stopped();
  expect(await session.place()).toMatch(/^serve:/);
  expect((await session.evaluate('request.path', (await session.frame()).id)).result).toContain('"/first"');
  await session.client.reverseContinueRequest(thread);
  expect((await session.stopped()).reason).toBe('breakpoint');
  expect(await session.place()).toBe(`work:${serve.line}`);
  // Who asked was left when the recording ended.
  expect(await first).toBe('lost');
  expect((await session.goOn()).description).toBe('Paused at end of recording');
  expect(await path(session)).toContain('"/first"');
  await session.client.setBreakpointsRequest({ source: { path: serve.path }, breakpoints: [] });
  await session.client.continueRequest(thread);
  const second = ask(port, '/second');
  expect((await session.stopped()).reason).toBe('breakpoint');
  // QEMU does not hold an interrupt back in a recorded step: one that waits is served first, and leads back here.
  if ((await path(session)).includes('"/first"')) await session.goOn();
  expect(await path(session)).toContain('"/second"');
  await session.client.continueRequest(thread);
  expect(await second).toBe(404);
});

it('a network on arm64 is refused with a sentence', { timeout: 400_000 }, async () => {
  session = await TestSession.open({
    ...{ manifest: join(folder, 'Kraftfile'), target: 'qemu/arm64', ports: [], timeTravel: true },
  });
  await expect(session.launch()).rejects.toThrow('launch for x86_64');
});
