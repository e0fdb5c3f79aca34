import { expect, it } from 'vitest';
import type { Inspector } from '../kernel';
import { unikraftHeap } from './heap';

/** The order of the fields in this guest's structures; each has 8 bytes. */
const FIELDS: readonly (readonly [type: string, fields: readonly string[]])[] = [
  ['struct uk_alloc', ['next', 'palloc', 'priv']],
  ['struct uk_bbpalloc', ['nr_free_pages', 'memr_head']],
  ['struct uk_bbpalloc_memr', ['next', 'first_page', 'nr_pages', 'mm_alloc_bitmap']],
  ['struct metadata_ifpages', ['size', 'num_pages', 'base']],
];
const FIRST = 0x1000n;
const BUDDY = 0x2000n;
const ALLOCATOR = 0x3000n;
const REGION = 0x4000n;
const MORE = 0x5000n;

const LAYOUT = new Map<string, bigint>([
  ['&_uk_alloc_head', FIRST],
  ['bbuddy_palloc', BUDDY],
  ...FIELDS.flatMap(([type, fields]) => [
    [`sizeof(${type})`, BigInt(fields.length * 8)] as const,
    ...fields.map((field, i) => [`&((${type} *) 0)->${field}`, BigInt(i * 8)] as const),
  ]),
]);

function guest(words: Readonly<Record<string, readonly bigint[]>>): Inspector {
  const memory = new Map(
    Object.entries(words).map(([at, values]) => {
      const bytes = Buffer.alloc(values.length * 8);
      for (const [i, value] of values.entries()) bytes.writeBigUInt64LE(value, i * 8);
      return [BigInt(at), bytes];
    }),
  );
  const some: Partial<Inspector> = {
    number: async (expression) => LAYOUT.get(expression) ?? Promise.reject(new Error(expression)),
    read: async (address, count) => {
      const piece = [...memory].find(([at, { length }]) => address >= at && address < at + BigInt(length));
      return piece?.[1].subarray(Number(address - piece[0])).subarray(0, count) ?? Buffer.alloc(0);
    },
  };
  return some as Inspector;
}

async function summary(next: bigint, nextRegion: bigint) {
  const heap = await unikraftHeap(
    guest({
      [String(FIRST)]: [ALLOCATOR],
      [String(ALLOCATOR)]: [next, BUDDY, 3n, REGION],
      [String(REGION)]: [nextRegion, 0x10_0000n, 16n, 0n],
      [String(MORE)]: [0n, 0x20_0000n, 4n, 0n],
    }),
  );
  return heap?.summary();
}

it('adds the regions of all page allocators up, each once where something has written over their lists', async () => {
  expect(await summary(0n, 0n)).toEqual({ total: 16 * 4096, used: 13 * 4096 });
  expect(await summary(0n, MORE)).toEqual({ total: 20 * 4096, used: 17 * 4096 });
  expect(await summary(ALLOCATOR, REGION)).toEqual({ total: 16 * 4096, used: 13 * 4096 });
  expect(await summary(0n, 0xdead0n)).toEqual({ total: 16 * 4096, used: 13 * 4096 });
});
