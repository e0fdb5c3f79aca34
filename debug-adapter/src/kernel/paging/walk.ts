/** How a processor finds the memory behind an address: the same walk for each architecture's tables. */

/** Reads physical memory; fewer bytes where there is none. */
export type ReadPhysical = (address: bigint, count: number) => Promise<Buffer>;
/** The value of a register by GDB's name; undefined where the stub does not know it. */
export type ReadRegister = (name: string) => Promise<bigint | undefined>;

/** An entry of a table that the walk went through. */
export interface WalkStep {
  /** The table's name in the architecture's manual: `PML4`, `level 2`. */
  readonly table: string;
  readonly index: number;
  /** The entry's physical address, and what it holds. */
  readonly at: bigint;
  readonly entry: bigint;
  /** Its bits in words. */
  readonly flags: readonly string[];
}

/** What may be done at an address: what all levels allow together. */
export interface Rights {
  readonly write: boolean;
  readonly execute: boolean;
  readonly user: boolean;
}

export interface MappedPage {
  /** Where the address itself lies. */
  readonly physical: bigint;
  /** Bytes of the page, a power of two. */
  readonly size: number;
  readonly rights: Rights;
  /** Device registers or memory that must not be cached. */
  readonly device: boolean;
}

export interface Translation {
  readonly steps: readonly WalkStep[];
  readonly page?: MappedPage;
  /** A sentence for an address without a page, or for a machine that does not translate. */
  readonly note?: string;
}

/** What one level of a walk finds: the next table, the page, or the end. */
export type Found = { readonly flags: readonly string[] } & (
  | { readonly kind: 'table'; readonly next: bigint }
  | { readonly kind: 'page'; readonly start: bigint; readonly device: boolean }
  | { readonly kind: 'absent'; readonly why: string }
);

export interface Level {
  readonly table: string;
  /** The lowest bit of the address that this level's index has. */
  readonly shift: number;
  readonly indexBits: number;
}

export interface Tables {
  readonly root: bigint;
  readonly levels: readonly Level[];
  /** What an entry means; `last` for the level below which there is none. */
  decode(entry: bigint, level: Level, last: boolean): Found;
  /** The rights of the entries from the root to the page. */
  rights(entries: readonly bigint[]): Rights;
}

export async function walk(tables: Tables, address: bigint, read: ReadPhysical): Promise<Translation> {
  const steps: WalkStep[] = [];
  let table = tables.root;
  for (const [depth, level] of tables.levels.entries()) {
    const index = Number((address >> BigInt(level.shift)) & ((1n << BigInt(level.indexBits)) - 1n));
    const at = table + BigInt(index * 8);
    const bytes = await read(at, 8);
    if (bytes.length < 8) {
      return { steps, note: `The ${level.table} at 0x${table.toString(16)} lies in no memory.` };
    }
    const entry = bytes.readBigUInt64LE(0);
    const found = tables.decode(entry, level, depth === tables.levels.length - 1);
    steps.push({ table: level.table, index, at, entry, flags: found.flags });
    if (found.kind === 'absent') return { steps, note: found.why };
    if (found.kind === 'page') {
      const size = 2 ** level.shift;
      const physical = found.start + (address & (BigInt(size) - 1n));
      const rights = tables.rights(steps.map((step) => step.entry));
      return { steps, page: { physical, size, rights, device: found.device } };
    }
    table = found.next;
  }
  return { steps, note: 'The last table leads to another one.' };
}

/** The names of the bits that an entry has. */
export function flagsOf(entry: bigint, names: readonly (readonly [bit: number, name: string])[]): string[] {
  return names.filter(([bit]) => (entry >> BigInt(bit)) & 1n).map(([, name]) => name);
}

export function bit(entry: bigint, number: number): boolean {
  return ((entry >> BigInt(number)) & 1n) === 1n;
}
