import { describe, expect, it } from 'vitest';
import { translate } from './translate';

/** Memory that holds 8-byte entries by their physical addresses. */
const memory = (entries: Readonly<Record<number, bigint>>) => async (address: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(entries[Number(address)] ?? 0n);
  return bytes;
};
const registers = (values: Readonly<Record<string, bigint>>) => async (name: string) => values[name];

const X86 = registers({ cr0: 0x8001_0011n, cr3: 0x1000n, cr4: 0x620n });
const ARM = registers({
  SCTLR_EL1: 1n,
  TCR_EL1: 16n,
  TTBR0_EL1: 0x1000n,
  TTBR1_EL1: 0x1000n,
  MAIR_EL1: 0x00ffn,
});

describe('x86_64', () => {
  it('walks four levels to a page of 4 KiB, and joins the rights of all', async () => {
    const read = memory({
      4096: 0x2003n,
      8192: 0x3003n,
      12296: 0x4001n,
      [0x4000 + 8 * 5]: 0x8000_0000_0020_5163n,
    });
    const found = await translate(0x20_5678n, X86, read);
    expect(found?.page).toEqual({
      physical: 0x20_5678n,
      size: 4096,
      rights: { write: false, execute: false, user: false },
      device: false,
    });
    expect(found?.steps.map(({ table, index }) => [table, index])).toEqual([
      ['PML4', 0],
      ['PDPT', 0],
      ['PD', 1],
      ['PT', 5],
    ]);
    expect(found?.steps.at(-1)?.flags).toEqual([
      ...['present', 'writable', 'accessed', 'dirty', 'global', 'no execute'],
    ]);
  });

  it('ends at a large page, in 2 MiB and in 1 GiB', async () => {
    const two = memory({ 4096: 0x2003n, 8192: 0x3003n, 12304: 0x40_0093n });
    expect((await translate(0x41_2345n, X86, two))?.page).toEqual({
      physical: 0x41_2345n,
      size: 0x20_0000,
      rights: { write: true, execute: true, user: false },
      device: true,
    });
    const giant = memory({ 4096: 0x2003n, 8200: 0x4000_0083n });
    expect((await translate(0x7fff_ffffn, X86, giant))?.page).toMatchObject({
      physical: 0x7fff_ffffn,
      size: 0x4000_0000,
    });
  });

  it('says which entry is missing', async () => {
    const found = await translate(0x1000n, X86, memory({ 4096: 0x2003n, 8192: 0x3003n }));
    expect(found).toMatchObject({ note: 'The entry of the PD is not present.' });
    expect(found?.steps).toHaveLength(3);
  });

  it('knows addresses that no table can map', async () => {
    const found = await translate(0xdddd_dddd_dddd_ddddn, X86, memory({}));
    expect(found?.note).toContain('not canonical');
    expect((await translate(0xffff_8000_0000_0000n, X86, memory({})))?.note).toContain('PML4');
  });

  it('walks five levels where CR4.LA57 is set', async () => {
    const wide = registers({ cr0: 0x8000_0001n, cr3: 0x1000n, cr4: 0x1020n });
    const found = await translate(0x1_0000_0000_0000n, wide, memory({ 4104: 0x2003n }));
    expect(found?.steps.map(({ table }) => table)).toEqual(['PML5', 'PML4']);
  });

  it('says that paging is off', async () => {
    const early = registers({ cr0: 0x11n, cr3: 0n, cr4: 0n });
    expect((await translate(0x1000n, early, memory({})))?.note).toContain('Paging is off');
  });
});

describe('arm64', () => {
  it('walks to a page, with what it forbids', async () => {
    const read = memory({ 4096: 0x2003n, 8200: 0x3003n, 12288: 0x4003n, 16392: 0x60_0000_4000_1783n });
    const found = await translate(0x4000_1010n, ARM, read);
    expect(found?.page).toEqual({
      physical: 0x4000_1010n,
      size: 4096,
      rights: { write: false, execute: false, user: false },
      device: false,
    });
    expect(found?.steps.at(-1)?.flags).toEqual([
      ...['valid', 'page', 'read-only', 'accessed', 'no execute', 'no execute for user'],
    ]);
  });

  it('ends at a block, of a device here', async () => {
    const read = memory({ 4096: 0x2003n, 8192: 0x3003n, [0x3000 + 8 * 72]: 0x60_0000_0900_0705n });
    expect((await translate(0x900_0018n, ARM, read))?.page).toMatchObject({
      physical: 0x900_0018n,
      size: 0x20_0000,
      device: true,
      rights: { write: true },
    });
  });

  it('begins further down for a smaller space, and takes the upper half from TTBR1', async () => {
    const small = registers({ SCTLR_EL1: 1n, TCR_EL1: (2n << 30n) | (25n << 16n) | 25n, TTBR1_EL1: 0x1000n });
    const found = await translate(0xffff_ff80_0000_0000n, small, memory({}));
    expect(found).toMatchObject({ note: 'The entry of level 1 is not valid.' });
  });

  /** The registers of {@link ARM} with others. */
  const withRegisters = (values: Readonly<Record<string, bigint>>) => async (name: string) =>
    values[name] ?? ARM(name);
  /** A page at 0x40001000 whose table says `table`, with the flags of `page`. */
  const pageOf = (table: bigint, page: bigint) =>
    memory({ 4096: 0x2003n, 8200: 0x3003n, 12288: 0x4003n | table, 16392: 0x4000_1403n | page });

  it('lets nothing be executed that can be written where SCTLR_EL1.WXN says so', async () => {
    const wxn = withRegisters({ SCTLR_EL1: 1n | (1n << 19n) });
    const rights = async (registers: typeof ARM, table: bigint, page: bigint) =>
      (await translate(0x4000_1010n, registers, pageOf(table, page)))?.page?.rights;
    const [readOnly, readOnlyBelow] = [1n << 7n, 1n << 62n];
    expect(await rights(ARM, 0n, 0n)).toMatchObject({ write: true, execute: true });
    expect(await rights(wxn, 0n, 0n)).toMatchObject({ write: true, execute: false });
    expect(await rights(wxn, 0n, readOnly)).toMatchObject({ write: false, execute: true });
    expect(await rights(wxn, readOnlyBelow, 0n)).toMatchObject({ write: false, execute: true });
  });

  it('lets the kernel execute nothing that user mode can write, and takes a table’s word for user mode', async () => {
    const rights = async (table: bigint, page: bigint) =>
      (await translate(0x4000_1010n, ARM, pageOf(table, page)))?.page?.rights;
    const [user, readOnly, noUserBelow] = [1n << 6n, 1n << 7n, 1n << 61n];
    expect(await rights(0n, user)).toEqual({ write: true, execute: false, user: true });
    expect(await rights(0n, user | readOnly)).toEqual({ write: false, execute: true, user: true });
    expect(await rights(noUserBelow, user)).toEqual({ write: true, execute: true, user: false });
  });

  it('passes the top byte of an address over where TCR_EL1.TBI says so, for each half by itself', async () => {
    const [low, high] = [0x5a00_0000_4000_1010n, 0xa5ff_0000_4000_1010n];
    const tcr = 16n | (16n << 16n) | (2n << 30n);
    const [tbi0, tbi1] = [tcr | (1n << 37n), tcr | (1n << 38n)];
    const walked = async (address: bigint, TCR_EL1: bigint) =>
      translate(address, withRegisters({ TCR_EL1 }), pageOf(0n, 0n));
    expect((await walked(low, tcr))?.note).toContain('more than the 48 bits');
    expect((await walked(low, tbi0))?.page?.physical).toBe(0x4000_1010n);
    expect((await walked(low, tbi1))?.note).toContain('more than the 48 bits');
    expect((await walked(high, tcr))?.note).toContain('more than the 48 bits');
    expect((await walked(high, tbi0))?.note).toContain('more than the 48 bits');
    expect((await walked(high, tbi1))?.page?.physical).toBe(0x4000_1010n);
    // What is left has to be of one half still.
    expect((await walked(0x5a01_0000_4000_1010n, tbi0))?.note).toContain('more than the 48 bits');
  });

  it('walks no half that TCR_EL1.EPD shuts', async () => {
    const tcr = 16n | (16n << 16n) | (2n << 30n);
    const walked = async (address: bigint, TCR_EL1: bigint) =>
      translate(address, withRegisters({ TCR_EL1 }), pageOf(0n, 0n));
    const [low, high] = [0x4000_1010n, 0xffff_0000_4000_1010n];
    for (const [address, shut, other] of [
      [low, 1n << 7n, 1n << 23n],
      [high, 1n << 23n, 1n << 7n],
    ] as const) {
      expect(await walked(address, tcr | shut)).toMatchObject({ steps: [] });
      expect((await walked(address, tcr | shut))?.note).toMatch(/TCR_EL1\.EPD[01] is set/);
      expect((await walked(address, tcr | other))?.page?.physical).toBe(0x4000_1010n);
    }
  });

  it('says what it cannot walk', async () => {
    const off = registers({ SCTLR_EL1: 0n, TCR_EL1: 16n, TTBR0_EL1: 0n });
    expect((await translate(0n, off, memory({})))?.note).toContain('The MMU is off');
    expect((await translate(1n << 50n, ARM, memory({})))?.note).toContain('48 bits');
    expect(await translate(0n, registers({}), memory({}))).toBeUndefined();
  });
});
