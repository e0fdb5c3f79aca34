/** Translation tables of arm64 with 4 KiB pages (VMSAv8-64; Arm ARM, DDI 0487, D8.3), for EL1. */
import {
  bit,
  type Found,
  flagsOf,
  type Level,
  type ReadRegister,
  type Tables,
  type Translation,
} from './walk';

const ADDRESS = 0x0000_ffff_ffff_f000n;
const SCTLR_M = 0;
const VALID = 0;
/** Of an entry above the last level: leads to a table. Of one at the last level: a page. */
const TABLE = 1;
const USER = 6;
const READ_ONLY = 7;
const ACCESSED = 10;
const PRIVILEGED_NO_EXECUTE = 53;
/** Of a table's descriptor: what holds for all below. */
const BELOW_NO_EXECUTE = 59;
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
  [61, 'no user below'],
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
  const high = bit(BigInt.asUintN(64, address), 63);
  const [sctlr, tcr, root, mair] = await Promise.all([
    system('SCTLR'),
    system('TCR'),
    system(high ? 'TTBR1' : 'TTBR0'),
    system('MAIR'),
  ]);
  if (tcr === undefined || root === undefined) return undefined;
  if (sctlr !== undefined && !bit(sctlr, SCTLR_M)) {
    return { steps: [], note: 'The MMU is off: addresses are physical.' };
  }
  const size = 64 - Number((tcr >> (high ? 16n : 0n)) & 0x3fn);
  const granule = (tcr >> (high ? 30n : 14n)) & 3n;
  if (granule !== (high ? 2n : 0n)) return { steps: [], note: 'The pages are not of 4 KiB.' };
  const above = BigInt.asUintN(64, address) >> BigInt(size);
  if (above !== (high ? (1n << BigInt(64 - size)) - 1n : 0n)) {
    return { steps: [], note: `The address has more than the ${size} bits that the tables translate.` };
  }
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

function rights(entries: readonly bigint[]) {
  const page = entries.at(-1) ?? 0n;
  const tables = entries.slice(0, -1);
  return {
    write: !bit(page, READ_ONLY) && !tables.some((entry) => bit(entry, BELOW_READ_ONLY)),
    execute: !bit(page, PRIVILEGED_NO_EXECUTE) && !tables.some((entry) => bit(entry, BELOW_NO_EXECUTE)),
    user: bit(page, USER),
  };
}
