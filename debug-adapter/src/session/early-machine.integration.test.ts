/** The machine that is started before the project is read: it is the session's where nothing has changed, and else nobody's. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { bundleAdapter, Debuggee, lineOf } from '../testing/debuggee';
import { RawClient } from '../testing/raw-client';
import { Round } from '../testing/round';
import { until } from '../testing/running-machine';

const QEMU = /qemu-system-x86_64 .*-kernel/;

let debuggee: Debuggee;
let cache: string;
let round: Round;
let client: RawClient;
beforeAll(() => bundleAdapter());
beforeEach(async () => {
  debuggee = new Debuggee();
  cache = mkdtempSync(join(tmpdir(), 'early-test-'));
  round = new Round();
  // What comes before launches what is remembered then.
  client = newClient();
  expect(await client.launch({ manifest: debuggee.manifest })).toMatchObject({ success: true });
  await client.event('stopped');
  expect(await client.leave()).toBe(0);
  client = newClient();
  await client.ask('initialize', { adapterID: 'test', pathFormat: 'path' });
  client.send('configurationDone');
});
afterEach(async () => {
  client.kill('SIGKILL');
  expect(await round.cleared()).toEqual([]);
  expect(client.words).toBe('');
  round.dispose();
  debuggee.dispose();
  rmSync(cache, { recursive: true, force: true });
});

function newClient(): RawClient {
  return new RawClient({ env: { ...round.env, XDG_CACHE_HOME: cache } });
}

/** Another build, as it seems: a launch does not come beyond it before it is over. */
function holdBuild(): () => void {
  const lock = join(debuggee.folder, '.unikernel/build.lock');
  mkdirSync(join(debuggee.folder, '.unikernel'), { recursive: true });
  writeFileSync(lock, `${process.pid} test`);
  return () => rmSync(lock);
}

/** Launches; resolves with the machine's process id while nobody knows yet what is to be booted. */
async function startedEarly(): Promise<number> {
  client.send('launch', { manifest: debuggee.manifest });
  await until(() => round.processes().some(({ command }) => QEMU.test(command)));
  return round.pidOf(QEMU);
}

it('is the session’s where nothing has changed', async () => {
  const release = holdBuild();
  const early = await startedEarly();
  release();
  await client.event('stopped');
  expect(round.pidOf(QEMU)).toBe(early);
  const { body } = await client.ask('stackTrace', { threadId: 1 });
  expect(body?.stackFrames).toMatchObject(
    expect.arrayContaining([expect.objectContaining({ name: 'main', moduleId: 'appdebuggee' })]),
  );
  client.send('continue', { threadId: 1 });
  await client.event('exited');
  expect(await client.leave()).toBe(0);
});

it('ends where the image has changed, whose code and symbols are the session’s then', async () => {
  const text = readFileSync(debuggee.path('main.c'), 'utf8');
  const begin = lineOf(debuggee.path('main.c'), 'int main(');
  writeFileSync(
    debuggee.path('main.c'),
    text.replace('int main(', 'volatile int since = 42;\n\n\nint main('),
  );
  const release = holdBuild();
  const early = await startedEarly();
  release();
  await client.event('stopped');
  expect(round.pidOf(QEMU)).not.toBe(early);
  const { body: stack } = await client.ask('stackTrace', { threadId: 1, startFrame: 0, levels: 1 });
  const [main] = (stack?.stackFrames ?? []) as { name: string; line: number }[];
  expect(main?.name).toBe('main');
  expect(main?.line).toBeGreaterThanOrEqual(begin + 3);
  expect(main?.line).toBeLessThan(begin + 6);
  // What was placed for the other image has gone with it.
  const { body } = await client.ask('evaluate', { expression: '>info breakpoints', context: 'repl' });
  expect(String(body?.result).match(/^\d+ .* in uk_panic /gm)?.length).toBe(1);
  expect(await client.leave()).toBe(0);
});

it('ends where the manifest wants another machine', async () => {
  const manifest = readFileSync(debuggee.manifest, 'utf8');
  writeFileSync(debuggee.manifest, `${manifest}x-memory: 64M\n`);
  const release = holdBuild();
  const early = await startedEarly();
  release();
  await client.event('stopped');
  const { pid, command } = round.processes().find(({ command: c }) => QEMU.test(c)) ?? expect.fail();
  expect(pid).not.toBe(early);
  expect(command).toContain('-m 64M');
  expect(await client.leave()).toBe(0);
});

it('ends with a build that fails, and with a client that leaves meanwhile', async () => {
  writeFileSync(debuggee.path('main.c'), 'int main(void) {\n    return x;\n}\n');
  const release = holdBuild();
  await startedEarly();
  release();
  await client.event('terminated');
  await until(() => !round.processes().some(({ command }) => QEMU.test(command)));
  expect(await client.leave()).toBe(0);

  client = newClient();
  await client.ask('initialize', { adapterID: 'test', pathFormat: 'path' });
  const again = holdBuild();
  await startedEarly();
  const left = client.leave();
  expect(await left).toBe(0);
  again();
});
