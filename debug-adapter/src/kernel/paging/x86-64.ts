/** Page tables of x86_64 with four or five levels (Intel SDM 3A, 4.5). */
import {
  bit,
  type Found,
  flagsOf,
  type Level,
  type ReadRegister,
  type Tables,
  type Translation,
} from './walk';

const ADDRESS = 0x000f_ffff_ffff_f000n;
const CR0_PG = 31;
const CR4_LA57 = 12;
const PRESENT = 0;
const WRITE = 1;
const USER = 2;
const CACHE_DISABLE = 4;
const LARGE = 7;
const NO_EXECUTE = 63;

const FLAGS = [
  [PRESENT, 'present'],
  [WRITE, 'writable'],
  [USER, 'user'],
  [3, 'write-through'],
  [CACHE_DISABLE, 'cache disabled'],
  [5, 'accessed'],
] as const;
const PAGE_FLAGS = [
  [6, 'dirty'],
  [8, 'global'],
] as const;

const LEVELS: readonly Level[] = [
  { table: 'PML5', shift: 48, indexBits: 9 },
  { table: 'PML4', shift: 39, indexBits: 9 },
  { table: 'PDPT', shift: 30, indexBits: 9 },
  { table: 'PD', shift: 21, indexBits: 9 },
  { table: 'PT', shift: 12, indexBits: 9 },
];

/** The tables that the processor uses now, or why there is nothing to walk. */
export async function x86Tables(
  register: ReadRegister,
  address: bigint,
): Promise<Tables | Translation | undefined> {
  const [cr0, cr3, cr4] = await Promise.all([register('cr0'), register('cr3'), register('cr4')]);
  if (cr0 === undefined || cr3 === undefined) return undefined;
  if (!bit(cr0, CR0_PG)) return { steps: [], note: 'Paging is off: addresses are physical.' };
  const levels = bit(cr4 ?? 0n, CR4_LA57) ? LEVELS : LEVELS.slice(1);
  const top = (levels[0]?.shift ?? 39) + 9;
  const above = BigInt.asUintN(64, address) >> BigInt(top - 1);
  if (above !== 0n && above !== (1n << BigInt(65 - top)) - 1n) {
    const note = `The address is not canonical: bits 63 to ${top - 1} are not all the same, so that no access can succeed.`;
    return { steps: [], note };
  }
  return { root: cr3 & ADDRESS, levels, decode, rights };
}

function decode(entry: bigint, level: Level, last: boolean): Found {
  const large = !last && bit(entry, LARGE);
  const page = last || large;
  const flags = [
    ...flagsOf(entry, FLAGS),
    ...(page ? flagsOf(entry, PAGE_FLAGS) : []),
    ...(large ? ['large page'] : []),
    ...(bit(entry, NO_EXECUTE) ? ['no execute'] : []),
  ];
  if (!bit(entry, PRESENT)) {
    return { kind: 'absent', flags, why: `The entry of the ${level.table} is not present.` };
  }
  if (!page) return { kind: 'table', flags, next: entry & ADDRESS };
  const start = entry & ADDRESS & ~((1n << BigInt(level.shift)) - 1n);
  return { kind: 'page', flags, start, device: bit(entry, CACHE_DISABLE) };
}

function rights(entries: readonly bigint[]) {
  return {
    write: entries.every((entry) => bit(entry, WRITE)),
    execute: !entries.some((entry) => bit(entry, NO_EXECUTE)),
    user: entries.every((entry) => bit(entry, USER)),
  };
}
