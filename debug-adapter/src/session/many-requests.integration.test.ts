/** A thousand requests at once: all of them answered, those of a kind in the order in which they were asked. */
import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { useDebuggee } from '../testing/launches';
import { RawClient } from '../testing/raw-client';

const COUNT = 1000;
/** Of the adapter's process, in MB; at rest it has some 80. */
const MEMORY_MB = 250;

const { debuggee } = useDebuggee('debuggee');
let client: RawClient;
afterEach(async () => {
  expect(await client.leave()).toBe(0);
  expect(client.count('terminated')).toBe(1);
  expect(client.answeredTwice()).toEqual([]);
  expect(client.outOfOrder).toEqual([]);
  expect(client.words).toBe('');
});

async function launched(options: object): Promise<void> {
  client = new RawClient();
  expect(await client.launch({ manifest: debuggee().manifest, ...options })).toMatchObject({ success: true });
}

function peakMemory(): number {
  return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${client.pid}/status`, 'utf8'))?.[1]) / 1024;
}

it('of a stopped guest', { timeout: 120_000 }, async () => {
  await launched({});
  await client.event('stopped');
  const requests: ((i: number) => [string, object])[] = [
    (i) => ['evaluate', { expression: `${i} + 0`, context: 'watch' }],
    () => ['stackTrace', { threadId: 1 }],
    () => ['threads', {}],
    (i) => ['readMemory', { memoryReference: '0x100000', offset: i, count: 64 }],
    (i) => [
      'setBreakpoints',
      { source: { path: debuggee().path('main.c') }, breakpoints: [{ line: 20 + (i % 10) }] },
    ],
  ];
  const asked = Array.from({ length: COUNT }, (_, i) => {
    const [command, args] = requests[i % requests.length]?.(i) ?? ['threads', {}];
    return { i, command, seq: client.send(command, args) };
  });
  await client.allAnswered();
  for (const command of ['evaluate', 'stackTrace', 'threads', 'readMemory', 'setBreakpoints']) {
    const answers = client.answers().filter((answered) => answered.command === command);
    const wanted = asked.filter((request) => request.command === command);
    expect(answers.every(({ answer }) => answer.success)).toBe(true);
    expect(answers.map(({ answer }) => answer.request_seq)).toEqual(wanted.map(({ seq }) => seq));
    if (command !== 'evaluate') continue;
    expect(answers.map(({ answer }) => answer.body?.result)).toEqual(wanted.map(({ i }) => String(i)));
  }
  expect(peakMemory()).toBeLessThan(MEMORY_MB);
});

it('of a running guest, which is stopped and looked at after them', { timeout: 120_000 }, async () => {
  await launched({ stopOnEntry: false, args: ['spin'] });
  const path = debuggee().path('walk.c');
  const requests: (readonly [string, (i: number) => object])[] = [
    ['pause', () => ({ threadId: 1 })],
    ['continue', () => ({ threadId: 1 })],
    ['evaluate', () => ({ expression: 'calls' })],
    ['setBreakpoints', (i) => ({ source: { path }, breakpoints: [{ line: 1 + (i % 20) }] })],
    ['next', () => ({ threadId: 1 })],
    ['threads', () => ({})],
    ['variables', () => ({ variablesReference: 1 })],
  ];
  for (let i = 0; i < COUNT; i++) {
    const [command, args] = requests[i % requests.length] ?? ['threads', () => ({})];
    client.send(command, args(i));
  }
  await client.allAnswered();
  expect(peakMemory()).toBeLessThan(MEMORY_MB);
  // It may stand or run, and a pause of a guest that stands does nothing.
  const count = client.count('stopped');
  if (!(await client.ask('evaluate', { expression: '6 * 7' })).success) {
    await client.ask('pause', { threadId: 1 });
    await client.message(() => client.count('stopped') > count, 'a stop');
  }
  expect(await client.ask('evaluate', { expression: '6 * 7' })).toMatchObject({ body: { result: '42' } });
});
