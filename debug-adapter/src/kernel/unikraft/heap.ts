/** Unikraft's page allocator, lib/ukallocbbuddy, and what uk_malloc_ifpages (lib/ukalloc/alloc.c) makes of its pages. */
import type { HeapPlace, HeapReader, HeapSummary, Inspector } from '../kernel';
import { layoutOf, offsetOf, readPointer } from '../layout';

const REGION = 'struct uk_bbpalloc_memr';
const LAYOUT = {
  first: '&_uk_alloc_head',
  next: offsetOf('struct uk_alloc', 'next'),
  palloc: offsetOf('struct uk_alloc', 'palloc'),
  bbuddy: 'bbuddy_palloc',
  own: offsetOf('struct uk_alloc', 'priv'),
  freePages: offsetOf('struct uk_bbpalloc', 'nr_free_pages'),
  regions: offsetOf('struct uk_bbpalloc', 'memr_head'),
  regionSize: `sizeof(${REGION})`,
  nextRegion: offsetOf(REGION, 'next'),
  firstPage: offsetOf(REGION, 'first_page'),
  pages: offsetOf(REGION, 'nr_pages'),
  bitmap: offsetOf(REGION, 'mm_alloc_bitmap'),
  metadata: 'sizeof(struct metadata_ifpages)',
  userSize: offsetOf('struct metadata_ifpages', 'size'),
  userPages: offsetOf('struct metadata_ifpages', 'num_pages'),
  base: offsetOf('struct metadata_ifpages', 'base'),
};
type Layout = Readonly<Record<keyof typeof LAYOUT, number>>;

const PAGE = 4096;
/** METADATA_IFPAGES_SIZE_POW2. */
const BEFORE_BLOCK = 32;
/** A block's first page is looked for this far back. */
const SEARCH_PAGES = 256;
const ALLOCATORS_LIMIT = 32;

interface Region {
  readonly start: bigint;
  readonly pages: number;
  readonly bitmap: bigint;
}

export async function unikraftHeap(inspector: Inspector): Promise<HeapReader | undefined> {
  const layout = await layoutOf(inspector, LAYOUT);
  return layout === undefined ? undefined : new UnikraftHeap(inspector, layout);
}

class UnikraftHeap implements HeapReader {
  constructor(
    private readonly inspector: Inspector,
    private readonly layout: Layout,
  ) {}

  async bounds() {
    const regions = (await this.#allocators()).flatMap((allocator) => allocator.regions);
    const starts = regions.map(({ start }) => start).sort((a, b) => (a < b ? -1 : 1));
    const ends = regions.map(endOf).sort((a, b) => (a < b ? 1 : -1));
    const [start] = starts;
    const [end] = ends;
    return start === undefined || end === undefined ? undefined : { start, end };
  }

  async summary(): Promise<HeapSummary | undefined> {
    const all = await this.#allocators();
    const pages = all.flatMap(({ regions }) => regions).reduce((sum, region) => sum + region.pages, 0);
    const free = all.reduce((sum, { freePages }) => sum + freePages, 0);
    if (pages === 0) return undefined;
    const used = (pages - free) * PAGE;
    return { total: pages * PAGE, used };
  }

  async find(address: bigint): Promise<HeapPlace | undefined> {
    const regions = (await this.#allocators()).flatMap((allocator) => allocator.regions);
    const region = regions.find(
      ({ start, ...rest }) => address >= start && address < endOf({ start, ...rest }),
    );
    if (region === undefined) return undefined;
    const page = address & ~BigInt(PAGE - 1);
    const index = Number((page - region.start) / BigInt(PAGE));
    if (await this.#isUsed(region, index)) {
      const block = await this.#malloced(region, page, index);
      if (block !== undefined) return { block, offset: Number(address - block.start) };
      return { block: { start: page, size: PAGE, used: true }, offset: Number(address - page) };
    }
    return { block: { start: page, size: PAGE, used: false }, offset: Number(address - page) };
  }

  /** A block's first page begins with its size, its pages and its own address. */
  async #malloced(region: Region, page: bigint, index: number) {
    const { metadata, userSize, userPages, base } = this.layout;
    for (let back = 0; back <= Math.min(index, SEARCH_PAGES); back++) {
      const start = page - BigInt(back * PAGE);
      const bytes = await this.inspector.read(start, metadata);
      if (bytes.length < metadata || (back > 0 && !(await this.#isUsed(region, index - back))))
        return undefined;
      const size = Number(readPointer(bytes, userSize));
      const pages = Number(readPointer(bytes, userPages));
      const fits =
        pages > back && pages * PAGE >= size + BEFORE_BLOCK && (pages - 1) * PAGE < size + BEFORE_BLOCK;
      if (readPointer(bytes, base) !== start || !fits) continue;
      return { start: start + BigInt(BEFORE_BLOCK), size, used: true };
    }
    return undefined;
  }

  async #isUsed({ bitmap }: Region, index: number): Promise<boolean> {
    const word = await this.inspector.read(bitmap + BigInt(Math.floor(index / 64) * 8), 8);
    return ((readPointer(word, 0) >> BigInt(index % 64)) & 1n) === 1n;
  }

  async #allocators() {
    const { layout, inspector } = this;
    const found: { freePages: number; regions: Region[] }[] = [];
    let address = readPointer(await inspector.read(BigInt(layout.first), 8), 0);
    const seen = new Set<bigint>();
    while (address !== 0n && !seen.has(address) && seen.size < ALLOCATORS_LIMIT) {
      seen.add(address);
      const bytes = await inspector.read(address, layout.own);
      if (readPointer(bytes, layout.palloc) === BigInt(layout.bbuddy)) {
        const own = address + BigInt(layout.own);
        const [free, first] = await Promise.all([
          inspector.read(own + BigInt(layout.freePages), 8),
          inspector.read(own + BigInt(layout.regions), 8),
        ]);
        const regions = await this.#regions(readPointer(first, 0));
        found.push({ freePages: Number(readPointer(free, 0)), regions });
      }
      address = readPointer(bytes, layout.next);
    }
    return found;
  }

  async #regions(first: bigint): Promise<Region[]> {
    const { regionSize, nextRegion, firstPage, pages, bitmap } = this.layout;
    const regions = new Map<bigint, Region>();
    for (let at = first; at !== 0n && !regions.has(at) && regions.size < ALLOCATORS_LIMIT; ) {
      const bytes = await this.inspector.read(at, regionSize);
      if (bytes.length < regionSize) break;
      regions.set(at, {
        start: readPointer(bytes, firstPage),
        pages: Number(readPointer(bytes, pages)),
        bitmap: readPointer(bytes, bitmap),
      });
      at = readPointer(bytes, nextRegion);
    }
    return [...regions.values()];
  }
}

function endOf({ start, pages }: Region): bigint {
  return start + BigInt(pages * PAGE);
}
