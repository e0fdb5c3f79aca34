/** Translation tables of arm64 with 4 KiB pages (VMSAv8-64; Arm ARM, DDI 0487, D8.3), for EL1. */
import {
  bit,
  type Found,
  flagsOf,
  type Level,
  type ReadRegister,
  type Rights,
  type Tables,
  type Translation,
} from './walk';

const ADDRESS = 0x0000_ffff_ffff_f000n;
const SCTLR_M = 0;
/** What can be written cannot be executed (D8.4). */
const SCTLR_WXN = 19;
/** TCR_EL1's fields for the addresses of TTBR0, and of TTBR1. */
const LOW_HALF = { base: 'TTBR0', sizeAt: 0n, granuleAt: 14n, fourKib: 0n, shut: 7, ignoresTop: 37 };
const HIGH_HALF = { base: 'TTBR1', sizeAt: 16n, granuleAt: 30n, fourKib: 2n, shut: 23, ignoresTop: 38 };
/** The bit that tells the halves apart, also where the top byte is passed over. */
const HALF = 55;
const VALID = 0;
/** Of an entry above the last level: leads to a table. Of one at the last level: a page. */
const TABLE = 1;
const USER = 6;
const READ_ONLY = 7;
const ACCESSED = 10;
const PRIVILEGED_NO_EXECUTE = 53;
/** Of a table's descriptor: what holds for all below. */
const BELOW_NO_EXECUTE = 59;
const BELOW_NO_USER = 61;
const BELOW_READ_ONLY = 62;

const PAGE_FLAGS = [
  [USER, 'user'],
  [READ_ONLY, 'read-only'],
  [ACCESSED, 'accessed'],
  [11, 'not global'],
  [51, 'dirty bit managed'],
  [52, 'contiguous'],
  [PRIVILEGED_NO_EXECUTE, 'no execute'],
  [54, 'no execute for user'],
] as const;
const TABLE_FLAGS = [
  [BELOW_NO_EXECUTE, 'no execute below'],
  [60, 'no execute for user below'],
  [BELOW_NO_USER, 'no user below'],
  [BELOW_READ_ONLY, 'read-only below'],
] as const;
/** MAIR_EL1's attributes below this are those of devices. */
const DEVICE_END = 0x10n;

/** The tables that the processor uses for an address now, or why there is nothing to walk. */
export async function arm64Tables(
  register: ReadRegister,
  address: bigint,
): Promise<Tables | Translation | undefined> {
  const system = async (name: string) => (await register(`${name}_EL1`)) ?? register(name);
  const isHigh = bit(BigInt.asUintN(64, address), HALF);
  const half = isHigh ? HIGH_HALF : LOW_HALF;
  const [sctlr, tcr, root, mair] = await Promise.all([
    system('SCTLR'),
    system('TCR'),
    system(half.base),
    system('MAIR'),
  ]);
  if (tcr === undefined || root === undefined) return undefined;
  if (sctlr !== undefined && !bit(sctlr, SCTLR_M)) {
    return { steps: [], note: 'The MMU is off: addresses are physical.' };
  }
  if (bit(tcr, half.shut)) {
    const note = `TCR_EL1.EPD${isHigh ? 1 : 0} is set: no address of this half is translated.`;
    return { steps: [], note };
  }
  const size = 64 - Number((tcr >> half.sizeAt) & 0x3fn);
  const granule = (tcr >> half.granuleAt) & 3n;
  if (granule !== half.fourKib) return { steps: [], note: 'The pages are not of 4 KiB.' };
  const used = bit(tcr, half.ignoresTop) ? BigInt.asIntN(HALF + 1, address) : address;
  const above = BigInt.asUintN(64, used) >> BigInt(size);
  if (above !== (isHigh ? (1n << BigInt(64 - size)) - 1n : 0n)) {
    return { steps: [], note: `The address has more than the ${size} bits that the tables translate.` };
  }
  const rights = rightsBy(sctlr !== undefined && bit(sctlr, SCTLR_WXN));
  return { root: root & ADDRESS & ~1n, levels: levelsOf(size), decode: decoder(mair), rights };
}

/** Level 0 has the top bits of 48; a smaller space begins further down, with a smaller table. */
function levelsOf(size: number): Level[] {
  const all = [39, 30, 21, 12].map((shift, i) => ({ table: `level ${i}`, shift }));
  const used = all.filter(({ shift }) => shift < size);
  return used.map((level, i) => ({ ...level, indexBits: i === 0 ? size - level.shift : 9 }));
}

function decoder(mair: bigint | undefined) {
  const isDevice = (entry: bigint) => {
    const attributes = ((mair ?? ~0n) >> (((entry >> 2n) & 7n) * 8n)) & 0xffn;
    return attributes < DEVICE_END;
  };
  return (entry: bigint, level: Level, last: boolean): Found => {
    const absent = !bit(entry, VALID) || (last && !bit(entry, TABLE));
    if (absent) return { kind: 'absent', flags: [], why: `The entry of ${level.table} is not valid.` };
    if (!last && bit(entry, TABLE)) {
      return {
        kind: 'table',
        flags: ['valid', 'table', ...flagsOf(entry, TABLE_FLAGS)],
        next: entry & ADDRESS,
      };
    }
    const device = isDevice(entry);
    const kind = [last ? 'page' : 'block', ...(device ? ['device memory'] : [])];
    const start = entry & ADDRESS & ~((1n << BigInt(level.shift)) - 1n);
    return { kind: 'page', flags: ['valid', ...kind, ...flagsOf(entry, PAGE_FLAGS)], start, device };
  };
}

/** @param writeExcludes Whether what can be written cannot be executed. */
function rightsBy(writeExcludes: boolean) {
  return (entries: readonly bigint[]): Rights => {
    const page = entries.at(-1) ?? 0n;
    const tables = entries.slice(0, -1);
    const below = (flag: number) => tables.some((entry) => bit(entry, flag));
    const write = !bit(page, READ_ONLY) && !below(BELOW_READ_ONLY);
    const user = bit(page, USER) && !below(BELOW_NO_USER);
    // What user mode can write is never executed by the kernel (D8.4).
    const isExcluded = write && (writeExcludes || user);
    const execute = !bit(page, PRIVILEGED_NO_EXECUTE) && !below(BELOW_NO_EXECUTE) && !isExcluded;
    return { write, execute, user };
  };
}
