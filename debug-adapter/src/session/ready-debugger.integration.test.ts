/** The GDB that starts with the adapter: it is the session's, or makes room for the one that is wanted, and never stays. */
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { bundleAdapter, Debuggee } from '../testing/debuggee';
import { gone, RawClient } from '../testing/raw-client';
import { Round } from '../testing/round';
import { until } from '../testing/running-machine';

let debuggee: Debuggee;
let round: Round;
let client: RawClient;
beforeAll(() => {
  bundleAdapter();
  debuggee = new Debuggee();
});
afterAll(() => debuggee.dispose());
beforeEach(async () => {
  round = new Round();
  client = new RawClient({ env: round.env });
  await client.ask('initialize', { adapterID: 'test', pathFormat: 'path' });
  client.send('configurationDone');
});
afterEach(async () => {
  client.kill('SIGKILL');
  expect(await round.cleared()).toEqual([]);
  expect(client.words).toBe('');
  round.dispose();
});

/** The process id of the GDB that is there before anything is launched. */
async function ready(): Promise<number> {
  await until(() => gdbs().length === 1);
  return gdbs()[0] ?? -1;
}

/** The process ids of the adapter's GDBs: what starts one becomes it, and one forks for a moment as it starts. */
function gdbs(): number[] {
  return round
    .processes()
    .filter(({ pid, command }) => /^\S*gdb .*interpreter=mi3/.test(command) && parentOf(pid) === client.pid)
    .map(({ pid }) => pid);
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return -1;
  }
}

it('is the session’s, and works in the project’s folder', async () => {
  const pid = await ready();
  expect(await client.ask('launch', { manifest: debuggee.manifest })).toMatchObject({ success: true });
  await client.event('stopped');
  expect(gdbs()).toEqual([pid]);
  expect(readlinkSync(`/proc/${pid}/cwd`)).toBe(debuggee.folder);
  expect(await client.leave()).toBe(0);
});

it('makes room for the one that the launch names', async () => {
  const pid = await ready();
  const gdbPath = join(debuggee.folder, 'own-gdb');
  writeFileSync(gdbPath, '#!/bin/sh\nexec gdb "$@"\n', { mode: 0o755 });
  expect(await client.ask('launch', { manifest: debuggee.manifest, gdbPath })).toMatchObject({
    success: true,
  });
  await client.event('stopped');
  expect(gdbs().length).toBe(1);
  expect(gdbs()).not.toContain(pid);
  expect(await client.leave()).toBe(0);
});

it('makes room for none where there is nothing to debug', async () => {
  await ready();
  const launched = { manifest: debuggee.manifest, args: ['spin'], noDebug: true };
  expect(await client.ask('launch', launched)).toMatchObject({ success: true });
  await until(() => gdbs().length === 0);
  expect(await client.leave()).toBe(0);
});

it('is replaced where it died before it was wanted', async () => {
  const pid = await ready();
  process.kill(pid, 'SIGKILL');
  await gone([pid]);
  expect(await client.ask('launch', { manifest: debuggee.manifest })).toMatchObject({ success: true });
  await client.event('stopped');
  expect(client.important()).toEqual([]);
  expect(await client.leave()).toBe(0);
});

it.each([
  ['with a client that leaves', (leaving: RawClient) => leaving.leave()],
  ['with a client that is gone', (leaving: RawClient) => leaving.vanish()],
  ['with an adapter that is killed', (leaving: RawClient) => leaving.kill('SIGKILL')],
])('ends before a launch %s', async (_, leave) => {
  await ready();
  leave(client);
  await client.exited;
});
