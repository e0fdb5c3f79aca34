/** A stub that hangs, lies or goes: the client is told once, in a sentence, and can leave; the machine is left alone. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { BareImages } from '../testing/bare-images';
import { bundleAdapter } from '../testing/debuggee';
import { RawClient } from '../testing/raw-client';
import { Round } from '../testing/round';
import { RunningMachine } from '../testing/running-machine';
import { StubProxy } from '../testing/stub-proxy';

const MANNERS = [
  ['hang', 'hang'],
  ['talk nonsense', 'garbage'],
] as const;

let images: BareImages;
let machine: RunningMachine;
let stub: StubProxy;
let round: Round;
let client: RawClient;

beforeAll(() => {
  bundleAdapter();
  images = new BareImages();
});
afterAll(() => images.dispose());
beforeEach(async () => {
  machine = await RunningMachine.start(images.folder, 'machine', images.multiboot());
  stub = await StubProxy.before(machine.gdb);
  round = new Round();
  client = new RawClient({ env: round.env });
});
afterEach(async () => {
  try {
    expect(await client.leave()).toBe(0);
    expect(client.count('terminated')).toBe(1);
    expect(client.answeredTwice()).toEqual([]);
    expect(client.words).toBe('');
    expect(await round.cleared()).toEqual([]);
    // It is somebody else's.
    expect(machine.isRunning).toBe(true);
  } finally {
    client.kill('SIGKILL');
    stub.stop();
    await machine.stop();
    round.dispose();
  }
}, 60_000);

async function attach(): Promise<RawClient['messages'][number]> {
  await client.ask('initialize', { adapterID: 'test', pathFormat: 'path' });
  client.send('configurationDone');
  return client.ask('attach', {
    connect: `127.0.0.1:${stub.port}`,
    program: images.source('bare-multiboot'),
  });
}

it('one that answers nonsense from the start refuses the attach', async () => {
  stub.manners = 'garbage';
  const answer = await attach();
  expect(answer).toMatchObject({
    success: false,
    message: expect.stringContaining('No debugger stub answers'),
  });
});

it.each(MANNERS)(
  'one that begins to %s at a stop leaves no request open',
  async (_, manners) => {
    expect(await attach()).toMatchObject({ success: true });
    await client.event('stopped');
    stub.manners = manners;
    client.send('readMemory', { memoryReference: '0x100000', count: 64 });
    client.send('evaluate', { expression: '*(int *) 0x200000' });
    client.send('next', { threadId: 1 });
    await client.allAnswered();
    expect(client.important().length).toBeLessThanOrEqual(1);
  },
  90_000,
);

it.each(MANNERS)(
  'one that begins to %s while the guest runs can be left',
  async (_, manners) => {
    expect(await attach()).toMatchObject({ success: true });
    await client.event('stopped');
    expect(await client.ask('continue', { threadId: 1 })).toMatchObject({ success: true });
    stub.manners = manners;
    client.send('pause', { threadId: 1 });
    client.send('evaluate', { expression: '1' });
    await client.allAnswered();
    expect(client.important().length).toBeLessThanOrEqual(1);
  },
  90_000,
);

it('one that closes its socket ends the session in a sentence', async () => {
  expect(await attach()).toMatchObject({ success: true });
  await client.event('stopped');
  stub.hangUp();
  client.send('continue', { threadId: 1 });
  await client.event('terminated');
  expect(client.important()).toEqual([
    expect.stringContaining(`its debugger socket '127.0.0.1:${stub.port}' was closed`),
  ]);
});
