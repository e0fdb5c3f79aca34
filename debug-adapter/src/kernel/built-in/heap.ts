/** The built-in kernel's heap: kernel-sdk/kernel/lib/ukalloc, `heap.c` and `checked.c`. */
import type { HeapBlock, HeapPlace, HeapReader, HeapSummary, Inspector } from '../kernel';
import { layoutOf } from '../layout';

/** The variables' own types: an application may have a `struct block`, too. */
const field = (name: string) => `&((__typeof__('heap.c'::free_lists[0][0])) 0)->${name}`;
const LAYOUT = {
  headerSize: "sizeof(*'heap.c'::free_lists[0][0])",
  previous: field('previous'),
  magic: field('magic'),
  units: field('units_and_flag'),
  total: "&'heap.c'::stats.total",
  used: "&'heap.c'::stats.used",
  peak: "&'heap.c'::stats.peak",
  blocks: "&'heap.c'::stats.blocks",
  /** Where the free memory ended that the heap was given. */
  end: "&'memory.c'::free_end",
};
type Layout = Readonly<Record<keyof typeof LAYOUT, number>>;

const ALIGNMENT = 16;
const MAGIC = 0x6b756c62;
const FREE = 0x8000_0000;
/** checked.c: `struct header` stands before the user's memory. */
const CHECKED_HEADER = 16;
const CHECKED_MAGICS = new Set([0x64657375, 0x65657266]);
const CHECKED_USED = 0x64657375;

/** Read backwards from an address in these steps, until a header is found. */
const WINDOWS = [0x1000, 0x1_0000, 0x10_0000, 0x40_0000];
/** Headers that are followed from the heap's start, for a block that is larger. */
const WALK_LIMIT = 2_000;

export async function builtInHeap(inspector: Inspector): Promise<HeapReader | undefined> {
  const layout = await layoutOf(inspector, LAYOUT);
  return layout === undefined ? undefined : new BuiltInHeap(inspector, layout);
}

/** A block with its header, as the heap knows it. */
interface Raw {
  readonly header: bigint;
  readonly previous: bigint;
  readonly size: number;
  readonly free: boolean;
  /** The next header. */
  readonly end: bigint;
}

class BuiltInHeap implements HeapReader {
  constructor(
    private readonly inspector: Inspector,
    private readonly layout: Layout,
  ) {}

  async bounds() {
    const [total, end] = await Promise.all([this.#number(this.layout.total), this.#number(this.layout.end)]);
    if (total === 0n || end === 0n) return undefined;
    // The first header, and a last one without memory.
    return { start: end - total - BigInt(2 * this.layout.headerSize), end };
  }

  async summary(): Promise<HeapSummary | undefined> {
    const { total, used, peak, blocks } = this.layout;
    const numbers = await Promise.all([total, used, peak, blocks].map((at) => this.#number(at)));
    const [all = 0, now = 0, most = 0, count = 0] = numbers.map(Number);
    return all === 0 ? undefined : { total: all, used: now, peak: most, blocks: count };
  }

  async find(address: bigint): Promise<HeapPlace | undefined> {
    const bounds = await this.bounds();
    if (bounds === undefined || address < bounds.start || address >= bounds.end) return undefined;
    const raw = (await this.#search(address, bounds.start)) ?? (await this.#walk(address, bounds.start));
    if (raw === undefined) return undefined;
    const [before, behind] = await Promise.all([
      raw.previous === 0n ? undefined : this.#raw(raw.previous),
      this.#raw(raw.end),
    ]);
    const [block, lower, upper] = await Promise.all([
      this.#block(raw),
      before === undefined ? undefined : this.#block(before),
      behind === undefined || behind.size === 0 ? undefined : this.#block(behind),
    ]);
    return {
      block,
      offset: Number(address - block.start),
      ...(lower === undefined ? {} : { before: lower }),
      ...(upper === undefined ? {} : { behind: upper }),
    };
  }

  /** The last header in front of an address, by what only a header has: a neighbour that points back. */
  async #search(address: bigint, start: bigint): Promise<Raw | undefined> {
    for (const window of WINDOWS) {
      const from = address - BigInt(window) < start ? start : align(address - BigInt(window));
      const bytes = await this.inspector.readPhysical(from, Number(align(address) - from) + ALIGNMENT);
      for (let at = bytes.length - ALIGNMENT; at >= 0; at -= ALIGNMENT) {
        if (bytes.readUInt32LE(at + this.layout.magic) !== MAGIC) continue;
        const raw = this.#parse(from + BigInt(at), bytes.subarray(at));
        const next = raw === undefined ? undefined : await this.#raw(raw.end);
        if (raw !== undefined && next?.previous === raw.header && address < raw.end) return raw;
      }
      if (from === start) return undefined;
    }
    return undefined;
  }

  async #walk(address: bigint, start: bigint): Promise<Raw | undefined> {
    let raw = await this.#raw(start);
    for (let i = 0; raw !== undefined && i < WALK_LIMIT; i++) {
      if (address < raw.end) return raw;
      raw = await this.#raw(raw.end);
    }
    return undefined;
  }

  async #raw(header: bigint): Promise<Raw | undefined> {
    // Guard pages under stacks are the heap's and not mapped; everything is mapped onto itself.
    return this.#parse(header, await this.inspector.readPhysical(header, this.layout.headerSize));
  }

  #parse(header: bigint, bytes: Buffer): Raw | undefined {
    const { headerSize, previous, magic, units } = this.layout;
    if (bytes.length < headerSize || bytes.readUInt32LE(magic) !== MAGIC) return undefined;
    const told = bytes.readUInt32LE(units);
    const size = (told % FREE) * ALIGNMENT;
    const end = header + BigInt(headerSize + size);
    return { header, previous: bytes.readBigUInt64LE(previous), size, free: told >= FREE, end };
  }

  /** What the heap's user got of a block: with checks, a part of it. */
  async #block({ header, size, free }: Raw): Promise<HeapBlock> {
    const start = header + BigInt(this.layout.headerSize);
    const plain = { start, size, used: !free };
    if (free) return plain;
    const bytes = await this.inspector.readPhysical(start, Math.min(size, 0x1000));
    for (let offset = 2 * CHECKED_HEADER; offset <= bytes.length; offset *= 2) {
      const at = offset - CHECKED_HEADER;
      const magic = bytes.readUInt32LE(at + 8);
      if (!CHECKED_MAGICS.has(magic) || bytes.readUInt32LE(at + 12) !== offset) continue;
      const asked = Number(bytes.readBigUInt64LE(at));
      if (asked + offset > size) continue;
      return { start: start + BigInt(offset), size: asked, used: magic === CHECKED_USED };
    }
    return plain;
  }

  async #number(address: number): Promise<bigint> {
    const bytes = await this.inspector.read(BigInt(address), 8);
    return bytes.length < 8 ? 0n : bytes.readBigUInt64LE(0);
  }
}

function align(address: bigint): bigint {
  return address & ~BigInt(ALIGNMENT - 1);
}
