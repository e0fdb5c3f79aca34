import { expect, it } from 'vitest';
import type { Inspector } from '../kernel';
import { unikraftThreads } from './threads';

const CURRENT = 0x100;
const SCHEDULERS = 0x200;
const SCHEDULER = 0x1000n;
const FIRST = 0x2000n;
const SECOND = 0x3000n;
/** Where the fields of a thread stand in this guest. */
const FIELDS = ['size', 'ip', 'sp', 'flags', 'wakeup', 'name', 'stack', 'next'];

function pointers(...values: bigint[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [i, value] of values.entries()) bytes.writeBigUInt64LE(value, i * 8);
  return bytes;
}

/** A guest with two threads, whose debugger is gone when all but the list has been read. */
function lostBeforeTheSecondThread(): Inspector {
  const lost = () => Promise.reject(new Error('GDB has ended.'));
  const thread = pointers(0n, 0x4000n, 0x5000n, 8n, 0n, 0x6000n, 0n, SECOND);
  const memory = new Map([
    [BigInt(CURRENT), pointers(0x9000n)],
    [BigInt(SCHEDULERS), pointers(SCHEDULER)],
    [SCHEDULER, pointers(FIRST, 0n)],
    [FIRST, thread],
  ]);
  const values = new Map<string, number>([
    ['&__uk_sched_thread_current', CURRENT],
    ['sizeof(__uk_sched_thread_current)', 8],
    ['&uk_sched_head', SCHEDULERS],
    ['thread_list.tqh_first', 0],
    ['->next', 8],
    ['sizeof(struct uk_thread)', thread.length],
    ...FIELDS.slice(1).map((name, i) => [fieldText(name), (i + 1) * 8] as const),
  ]);
  return {
    number: async (expression) => {
      const known = [...values].find(([text]) => expression.endsWith(text));
      if (known === undefined) throw new Error(`No symbol in ${expression}`);
      return BigInt(known[1]);
    },
    evaluate: lost,
    read: async (address) => memory.get(address) ?? lost(),
    symbolAt: lost,
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
  const reader = await unikraftThreads(lostBeforeTheSecondThread());
  await expect(reader?.read()).rejects.toThrow('GDB has ended.');
});
