import { expect, it } from 'vitest';
import type { Inspector } from '../kernel';
import { unikraftThreads } from './threads';

const CURRENT = 0x100;
const SCHEDULERS = 0x200;
const SCHEDULER = 0x1000n;
const FIRST = 0x2000n;
const SECOND = 0x3000n;
const THIRD = 0x4000n;
/** Where the fields of a thread stand in this guest. */
const FIELDS = ['size', 'ip', 'sp', 'flags', 'wakeup', 'name', 'stack', 'next'];
const THREAD_SIZE = FIELDS.length * 8;
/** Where every thread's stack pointer stands, and its name. */
const STACK = 0x5000n;
const NAME = 0x6000n;
const RUNNABLE = 8n;
const SYMBOLS: Readonly<Record<string, string>> = {
  28672: 'ukarch_ctx_switch',
  28928: 'uk_mutex_lock',
  29184: 'uk_semaphore_down',
  29440: 'worker',
};

function pointers(...values: bigint[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [i, value] of values.entries()) bytes.writeBigUInt64LE(value, i * 8);
  return bytes;
}

const threadThat = (flags: bigint, next: bigint) => pointers(0n, 0x7001n, STACK, flags, 0n, NAME, 0n, next);

/** What a switch leaves of a call from a function that `worker` called. */
function stackIn(function_: bigint): Buffer {
  const bytes = Buffer.alloc(128);
  pointers(STACK + 112n, function_ + 1n).copy(bytes, 80);
  pointers(0n, 0x7301n).copy(bytes, 112);
  return bytes;
}

type Memory = Map<bigint, Buffer>;

/** The first thread runs, and is the only one. */
function memoryOf(...more: (readonly [bigint, Buffer])[]): Memory {
  return new Map([
    [BigInt(CURRENT), pointers(FIRST)],
    [BigInt(SCHEDULERS), pointers(SCHEDULER)],
    [SCHEDULER, pointers(FIRST, 0n)],
    [FIRST, threadThat(RUNNABLE, 0n)],
    [STACK, stackIn(0x7100n)],
    [NAME, Buffer.from('thread\0')],
    ...more,
  ]);
}

function guestOf(
  memory: Memory,
  absent: (address: bigint) => Promise<Buffer> = async () => Buffer.alloc(0),
): Inspector {
  const lost = () => Promise.reject(new Error('GDB has ended.'));
  const values = new Map<string, number>([
    ['&__uk_sched_thread_current', CURRENT],
    ['sizeof(__uk_sched_thread_current)', 8],
    ['&uk_sched_head', SCHEDULERS],
    ['thread_list.tqh_first', 0],
    ['->next', 8],
    ['sizeof(struct uk_thread)', THREAD_SIZE],
    ...FIELDS.slice(1).map((name, i) => [fieldText(name), (i + 1) * 8] as const),
  ]);
  return {
    number: async (expression) => {
      const known = [...values].find(([text]) => expression.endsWith(text));
      if (known === undefined) throw new Error(`No symbol in ${expression}`);
      return BigInt(known[1]);
    },
    evaluate: lost,
    read: async (address, count) => {
      const piece = [...memory].find(([at, { length }]) => address >= at && address < at + BigInt(length));
      if (piece === undefined) return absent(address);
      return piece[1].subarray(Number(address - piece[0]), Number(address - piece[0]) + count);
    },
    symbolAt: async (address) => {
      const name = SYMBOLS[String(address & ~0xffn)];
      return name === undefined ? undefined : { name, offset: 0, section: '.text' };
    },
    evaluateText: lost,
    frames: lost,
    evaluateIn: lost,
    numberIn: lost,
    readPhysical: lost,
    register: lost,
    lineAt: lost,
    sectionAt: lost,
    sourceLine: lost,
    imageSection: lost,
  };
}

function fieldText(name: string): string {
  const texts: Record<string, string> = {
    ip: 'ctx.ip',
    sp: 'ctx.sp',
    wakeup: 'wakeup_time',
    stack: '_mem.stack',
    next: 'thread_list.tqe_next',
  };
  return `->${texts[name] ?? name}`;
}

// A rejection that nobody hears would end the adapter, and this test's run.
it('rejects once where the debugger is lost between two threads', async () => {
  const memory = memoryOf([FIRST, threadThat(RUNNABLE, SECOND)]);
  const reader = await unikraftThreads(guestOf(memory, () => Promise.reject(new Error('GDB has ended.'))));
  await expect(reader?.read()).rejects.toThrow('GDB has ended.');
});

async function listOf(memory: Memory) {
  const list = await (await unikraftThreads(guestOf(memory)))?.read();
  return {
    states: list?.threads.map(({ address, state }) => [address, state]),
    damage: list?.damage,
  };
}

it('shows each thread once where something has written over the lists, and says so', async () => {
  const three = [
    [FIRST, threadThat(RUNNABLE, SECOND)],
    [SECOND, threadThat(RUNNABLE, THIRD)],
  ] as const;
  const states = [
    [THIRD, 'ready'],
    [SECOND, 'ready'],
    [FIRST, 'running'],
  ];
  expect(await listOf(memoryOf(...three, [THIRD, threadThat(RUNNABLE, 0n)]))).toEqual({ states });
  expect(await listOf(memoryOf(...three, [THIRD, threadThat(RUNNABLE, SECOND)]))).toEqual({
    states,
    damage: 'the list of threads leads back to 0x3000',
  });
  expect(await listOf(memoryOf(...three, [THIRD, threadThat(RUNNABLE, 0xdeadn)]))).toEqual({
    states,
    damage: 'the list of threads leads to 0xdead, where no memory is',
  });
  expect(await listOf(memoryOf([SCHEDULER, pointers(FIRST, SCHEDULER)]))).toEqual({
    states: [[FIRST, 'running']],
    damage: 'the list of schedulers leads back to 0x1000',
  });
  expect(await listOf(memoryOf([BigInt(CURRENT), pointers(0xdeadn)]))).toEqual({
    states: [[FIRST, 'ready']],
    damage: "'__uk_sched_thread_current[0]' holds 0xdead, where no memory is",
  });
});

it('shows the thread that a vCPU runs though no list leads to it', async () => {
  const alone = memoryOf([SCHEDULER, pointers(SECOND, 0n)], [SECOND, threadThat(RUNNABLE, 0n)]);
  const states = [
    [FIRST, 'running'],
    [SECOND, 'ready'],
  ];
  expect(await listOf(alone)).toEqual({ states });
  alone.set(SECOND, threadThat(RUNNABLE, SECOND));
  expect(await listOf(alone)).toEqual({ states, damage: 'the list of threads leads back to 0x3000' });
});

it('tells what a thread waits for now, though its stack stands where it stood', async () => {
  const memory = memoryOf([FIRST, threadThat(RUNNABLE, SECOND)], [SECOND, threadThat(0n, 0n)]);
  const reader = await unikraftThreads(guestOf(memory));
  const waits = async () => (await reader?.read())?.threads[0]?.waitsFor;
  expect(await waits()).toBe('a mutex, in worker');
  memory.set(STACK, stackIn(0x7200n));
  expect(await waits()).toBe('a semaphore, in worker');
});
