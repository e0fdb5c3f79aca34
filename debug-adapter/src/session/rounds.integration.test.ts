/**
 * Sessions, one after another, ended in every way: the client is told once, and no process, socket or temporary file is
 * left. `ROUNDS` says how many there are.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleAdapter, Debuggee } from '../testing/debuggee';
import { RawClient } from '../testing/raw-client';
import { Round } from '../testing/round';
import { until } from '../testing/running-machine';

const QEMU = /qemu-system-x86_64 .*-kernel/;
const GDB = /interpreter=mi3/;
const ADAPTER = /debug-adapter\.js/;

let built: Debuggee;
let broken: Debuggee;
beforeAll(async () => {
  bundleAdapter();
  built = new Debuggee();
  broken = new Debuggee();
  writeFileSync(broken.path('main.c'), 'int main(void) {\n    return x;\n}\n');
  const first = new RawClient();
  expect(await first.launch({ manifest: built.manifest, noDebug: true })).toMatchObject({ success: true });
  await first.leave();
});
afterAll(() => {
  built.dispose();
  broken.dispose();
});

interface Ending {
  readonly way: string;
  /** The client is a process of its own, which the test can kill. */
  readonly relayed?: boolean;
  /** Begins and ends a session; with `running` the guest runs meanwhile, where that is up to the client. */
  end(client: RawClient, round: Round, running: boolean): Promise<void>;
}

/** Launches and waits until the guest stands, or runs. */
async function reach(client: RawClient, running: boolean): Promise<void> {
  const args = running ? ['spin'] : ['walk'];
  const launched = await client.launch({ manifest: built.manifest, stopOnEntry: !running, args });
  expect(launched).toMatchObject({ success: true });
  if (!running) await client.event('stopped');
  else {
    const isSpinning = ({ event, body }: RawClient['messages'][number]) =>
      event === 'output' && String(body?.output).includes('spinning');
    await client.message(isSpinning, 'a word of the guest');
  }
}

/** The client was told once, what happened in one sentence, and can leave. */
async function toldOnce(client: RawClient, words: RegExp | undefined): Promise<void> {
  await client.event('terminated');
  if (words === undefined) expect(client.important()).toEqual([]);
  else {
    expect(client.important().length).toBe(1);
    expect(client.important()[0]).toMatch(words);
  }
  expect(await client.leave()).toBe(0);
  expect(client.count('terminated')).toBe(1);
}

/** Says hello and launches, and does not wait for what comes of it. */
function begin(client: RawClient, manifest: string): void {
  client.send('initialize', { adapterID: 'test', pathFormat: 'path' });
  client.send('configurationDone');
  client.send('launch', { manifest });
}

const ENDINGS: readonly Ending[] = [
  {
    way: 'disconnect',
    async end(client, _, running) {
      await reach(client, running);
      expect(await client.leave()).toBe(0);
      expect(client.count('terminated')).toBe(1);
    },
  },
  {
    way: 'terminate',
    async end(client, _, running) {
      await reach(client, running);
      expect(await client.ask('terminate', {})).toMatchObject({ success: true });
      await toldOnce(client, undefined);
    },
  },
  {
    way: 'the client’s pipes close',
    async end(client, _, running) {
      await reach(client, running);
      client.vanish();
      expect(await client.exited).toBe(0);
    },
  },
  {
    way: 'the client’s process is killed',
    relayed: true,
    async end(client, _, running) {
      await reach(client, running);
      client.kill('SIGKILL');
      expect(await client.exited).toBe('SIGKILL');
    },
  },
  {
    way: 'the adapter is told to end',
    async end(client, _, running) {
      await reach(client, running);
      client.kill('SIGTERM');
      expect(await client.exited).toBe(0);
      expect(client.count('terminated')).toBe(1);
    },
  },
  {
    way: 'the adapter is killed, and the next one clears up behind it',
    async end(client, round, running) {
      await reach(client, running);
      client.kill('SIGKILL');
      expect(await client.exited).toBe('SIGKILL');
      const next = new RawClient({ env: round.env });
      await reach(next, running);
      expect(await next.leave()).toBe(0);
    },
  },
  {
    way: 'QEMU is killed',
    async end(client, round, running) {
      await reach(client, running);
      process.kill(round.pidOf(QEMU), 'SIGKILL');
      await toldOnce(client, /^QEMU ended unexpectedly \(signal SIGKILL\)/);
    },
  },
  {
    way: 'GDB is killed',
    async end(client, round, running) {
      await reach(client, running);
      process.kill(round.pidOf(GDB), 'SIGKILL');
      await toldOnce(client, /^GDB ended unexpectedly \(signal SIGKILL\)/);
    },
  },
  {
    way: 'the guest ends',
    async end(client) {
      await reach(client, false);
      client.send('continue', { threadId: 1 });
      await toldOnce(client, undefined);
      expect(client.count('exited')).toBe(1);
    },
  },
  {
    way: 'the build fails',
    async end(client) {
      const launched = await client.launch({ manifest: broken.manifest });
      expect(launched).toMatchObject({ success: false, message: expect.stringContaining('main.c:2:12') });
      await toldOnce(client, undefined);
    },
  },
  {
    way: 'disconnect while it builds',
    async end(client) {
      const fresh = new Debuggee();
      begin(client, fresh.manifest);
      await client.message(
        ({ event, body }) => event === 'output' && body?.category === 'console',
        'a step of the build',
      );
      expect(await client.leave()).toBe(0);
      expect(client.count('terminated')).toBe(1);
      fresh.dispose();
    },
  },
  {
    way: 'disconnect while it boots',
    async end(client, round) {
      begin(client, built.manifest);
      await until(() => round.processes().some(({ command }) => QEMU.test(command)));
      expect(await client.leave()).toBe(0);
      expect(client.count('terminated')).toBe(1);
    },
  },
  {
    way: 'disconnect at once',
    async end(client) {
      begin(client, built.manifest);
      expect(await client.leave()).toBe(0);
      expect(client.count('terminated')).toBe(1);
    },
  },
  {
    way: 'the adapter is told to end while it boots',
    relayed: true,
    async end(client, round) {
      begin(client, built.manifest);
      await until(() => round.processes().some(({ command }) => QEMU.test(command)));
      const adapter = round
        .processes()
        .find(({ command }) => ADAPTER.test(command) && !command.includes(' -e '));
      process.kill(adapter?.pid ?? -1, 'SIGTERM');
      expect(await client.exited).toBe(0);
      expect(client.count('terminated')).toBe(1);
    },
  },
];

const ROUNDS = Number(process.env.ROUNDS ?? 20);

it.each(Array.from({ length: ROUNDS }, (_, i) => i))('round %i leaves nothing', async (i) => {
  const { way, relayed = false, end } = ENDINGS[i % ENDINGS.length] ?? ENDINGS[0] ?? expect.fail();
  const round = new Round();
  const client = new RawClient({ env: round.env, relayed });
  try {
    // Once around standing, the next time running.
    await end(client, round, Math.floor(i / ENDINGS.length) % 2 === 1);
    expect(await round.cleared(), way).toEqual([]);
    expect(client.answeredTwice(), way).toEqual([]);
    expect(client.outOfOrder, way).toEqual([]);
    expect(client.words, way).toBe('');
  } finally {
    client.kill('SIGKILL');
    round.dispose();
  }
});
