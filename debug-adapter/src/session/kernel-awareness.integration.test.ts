/** What the kernel's memory means: faults explained, addresses, the heap, messages and events. */
import { describe, expect, it } from 'vitest';
import type { TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';

const { debuggee, stoppedAt, launch } = useDebuggee('debuggee-kernel');

interface Explained {
  readonly address: string;
  readonly summary: string;
  readonly place?: string;
  readonly neighbours: readonly string[];
  readonly walk: readonly string[];
  readonly page?: { readonly physical: string; readonly size: number; readonly rights: object };
  readonly library?: string;
}

async function explain(session: TestSession, address: string, frameId?: number): Promise<Explained> {
  const answer = await session.client.customRequest('unikernel/explainAddress', { address, frameId });
  return answer.body as Explained;
}

async function panic(kind: string, options: object = {}) {
  const session = await launch({ stopOnEntry: false, args: [kind], ...options });
  const stopped = await session.stopped();
  const info = (await session.client.exceptionInfoRequest({ threadId: 1 })).body;
  expect(stopped).toMatchObject({ reason: 'exception', text: info.description });
  return { session, text: info.description ?? '', info };
}

describe.each(['x86_64', 'arm64'])('on %s, a panic explains', (architecture) => {
  const target = { target: `qemu/${architecture}` };

  it.each([
    ['null', /write to 0x10 .*\. 0x10 is in the null page, which is never mapped: a pointer is NULL/],
    [
      'constant',
      /is byte 4 of 'constant' in section \.rodata, library appkernel: its page is not writable\.$/,
    ],
    [
      'text',
      /is 'fault' \(faults\.c:\d+\) in section \.text, library appkernel: its page is not writable\.$/,
    ],
    ['jump', /is 'code' in section \.bss, library appkernel: its page is not executable\.$/],
    ['stack', /is in the guard page under the stack of thread 'digger': its 65536 bytes have overflowed\.$/],
    [
      'wild',
      /0x123456789000 belongs to nothing that is known, \d+ bytes behind the end of the heap: The entry of (the PML4|level 0) is not (present|valid)\.$/,
    ],
    [
      'guard',
      /is byte \d+ of a used block of \d+ bytes at 0x[0-9a-f]+: The entry of (the PT|level 3) is not (present|valid)\.$/,
    ],
  ])('the access of %s', async (kind, words) => {
    const { text, info } = await panic(kind, target);
    expect(text).toMatch(words);
    expect(info.exceptionId).toBe('page-fault');
  });
});

it('a panic that no access caused stays as it is', async () => {
  const { text, session } = await panic('assert');
  expect(text).toBe('Assertion failed: kind == NULL');
  expect(await session.output('stderr', 'Kernel panic')).toMatch(
    /^Kernel panic: Assertion failed: kind == NULL\n {2}at .*faults\.c:\d+\n$/,
  );
});

it('a panic is told whole, however long it is and however often a character comes', async () => {
  const { text, session } = await panic('long');
  expect(text).toBe(`${'='.repeat(300)} "grün"`);
  expect(await session.output('stderr', 'Kernel panic')).toContain(`\n  at ${'='.repeat(13)}.c:7\n`);
});

describe.each(['x86_64', 'arm64'])('on %s, an address', (architecture) => {
  const options = { target: `qemu/${architecture}` };

  it('of a constant is walked to its page, and named', async () => {
    const session = await stoppedAt('waits.c', 'all wait', options);
    const found = await explain(session, '&first');
    expect(found.summary).toMatch(
      /^0x[0-9a-f]+ is 'first' in section \.data, library appkernel\. It is mapped onto itself: a page of (4 KiB|2 MiB), readable, writable\.$/,
    );
    expect(found.page?.physical).toBe(found.address);
    expect(found.walk[0]).toMatch(
      architecture === 'arm64'
        ? /^level 0\[0\] at 0x\w+ = 0x\w+ {2}valid, table$/
        : /^PML4\[0\] at 0x\w+ = 0x\w+ {2}present, writable/,
    );
    expect(found.walk.length).toBeGreaterThanOrEqual(3);
    const code = await explain(session, 'waits');
    expect(code.page?.rights).toEqual({ write: false, execute: true, user: false });
    expect(code.place).toMatch(/^'waits' \(waits\.c:\d+\) in section \.text/);
  });

  it('of a local is in its thread’s stack', async () => {
    const session = await stoppedAt('waits.c', 'all wait', options);
    const threads = (await session.client.threadsRequest()).body.threads;
    const wanter = threads.find(({ name }) => name.startsWith('wanter'))?.id ?? 0;
    const { stackFrames } = (await session.client.stackTraceRequest({ threadId: wanter })).body;
    const serve = stackFrames.find(({ name }) => name === 'serve');
    const found = await explain(session, '&total', serve?.id);
    expect(found.place).toMatch(/^\d+ bytes below the top of the stack of thread 'wanter'$/);
    expect(found.neighbours[0]).toMatch(/^stack of 'wanter': 0x\w+ to 0x\w+$/);
  });
});

describe.each([
  ['the heap as it is', 'Kraftfile', { small: 32, other: 112 }],
  ['the checked heap', 'Kraftfile.fast', { small: 24, other: 100 }],
])('in %s', (_, manifest, sizes) => {
  const options = () => ({ manifest: debuggee().path(manifest), args: ['heap'] });

  it('an address is in a block, with its neighbours', async () => {
    const session = await stoppedAt('faults.c', 'heap', options());
    const frame = await session.frame();
    const small = await explain(session, 'small + 3', frame.id);
    expect(small.place).toBe(
      `byte 3 of a used block of ${sizes.small} bytes at 0x${(BigInt(small.address) - 3n).toString(16)}`,
    );
    expect(small.neighbours.at(-1)).toMatch(
      new RegExp(`^behind it: a used block of ${sizes.other} bytes at 0x`),
    );
    const beyond = await explain(session, `small + ${sizes.small}`, frame.id);
    expect(beyond.place).toMatch(
      new RegExp(`^0 bytes behind the end of a used block of ${sizes.small} bytes|bytes before a used block`),
    );
    const freed = await explain(session, 'other + 2000', frame.id);
    expect(freed.place).toMatch(/^byte \d+ of a free block of \d+ bytes at 0x/);
    const heap = (await session.client.customRequest('unikernel/heap')).body;
    expect(heap.used).toBeGreaterThan(0);
    expect(heap.used).toBeLessThan(heap.total);
  });
});

describe('the kernel’s messages', () => {
  it('come from its ring, with level and library', async () => {
    const session = await stoppedAt('waits.c', 'all wait');
    const { messages, source } = (await session.client.customRequest('unikernel/kernelLog')).body;
    expect(source).toBe('ring');
    expect(messages).toEqual(
      expect.arrayContaining([
        { level: 'info', library: 'appkernel', text: 'doing waits' },
        { level: 'warning', library: 'appkernel', text: 'all wait' },
      ]),
    );
  });

  it('come from the serial line where there is no ring', async () => {
    const session = await launch({
      stopOnEntry: false,
      manifest: debuggee().path('Kraftfile.fast'),
      args: ['assert'],
    });
    await session.stopped();
    await session.output('stdout', 'doing assert');
    const { messages, source } = (await session.client.customRequest('unikernel/kernelLog')).body;
    expect(source).toBe('serial');
    expect(messages).toContainEqual({ level: 'info', library: 'appkernel', text: 'doing assert' });
  });
});

describe('the trace ring', () => {
  it('has events in the order of time, with their threads’ names', async () => {
    const session = await stoppedAt('waits.c', 'all wait');
    await session.client.nextRequest({ threadId: 1 });
    await session.stopped();
    const { events, lost } = (await session.client.customRequest('unikernel/trace')).body as {
      events: { time: number; name: string; thread: string; arguments: string[]; meaning?: string }[];
      lost: number;
    };
    expect(lost).toBe(0);
    expect(events.at(-1)).toMatchObject({
      name: 'stand',
      thread: 'main',
      arguments: ['7', '18446744073709551615'],
    });
    expect(events.map(({ name }) => name)).toEqual(expect.arrayContaining(['thread', 'switch', 'begin']));
    const own = events.find(({ name }) => name === '__proto__');
    expect(own).toEqual({ name: '__proto__', thread: 'main', time: own?.time, arguments: ['1', '2'] });
    expect(events.filter(({ name }) => name === 'exit').map(({ thread }) => thread)).toEqual(['quitter']);
    expect(events.find(({ name }) => name === 'switch')?.meaning).toBe('→ main');
    const times = events.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('says how a project gets one', async () => {
    const session = await stoppedAt('waits.c', 'all wait', { manifest: debuggee().path('Kraftfile.fast') });
    await expect(session.client.customRequest('unikernel/trace')).rejects.toThrow(/library 'uktrace'/);
  });
});

describe('words of the debug console', () => {
  it('ask the kernel', async () => {
    const session = await stoppedAt('waits.c', 'all wait');
    const say = async (words: string) => (await session.evaluate(words, undefined, 'repl')).result;
    expect(await say(':threads')).toMatch(/^wanter: waits for mutex forks\[1\], held by holder$/m);
    expect(await say(':threads')).toMatch(/^main: runs$/m);
    expect(await say(':log warn')).toBe('warning: [appkernel] all wait');
    expect(await say(':trace 2')).toMatch(/^ *[\d.]+ µs +\+[\d.]+ µs {2}\w+ +\w+ .+\n.*$/);
    expect(await say(':heap')).toMatch(/^\d+ of \d+ bytes are used, by \d+ blocks/);
    expect(await say(':where first')).toMatch(/^0x\w+ is 'first' in section \.data.*\n {2}PML4/);
    expect(await say(':where first.dish')).toMatch(
      / is in section \.rodata.*, in what has no name\. It is mapped/,
    );
    expect(await say(':help')).toContain(':where EXPRESSION');
    await expect(say(':nothing')).rejects.toThrow(/There is no ':nothing'\. ':help'/);
    await expect(say(':log loud')).rejects.toThrow(/takes one of critical/);
    const { targets } = (await session.client.completionsRequest({ text: ':th', column: 4 })).body;
    expect(targets).toEqual([{ label: 'threads', start: 1, length: 2 }]);
  });
});
