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

  it('says what it cannot walk', async () => {
    const off = registers({ SCTLR_EL1: 0n, TCR_EL1: 16n, TTBR0_EL1: 0n });
    expect((await translate(0n, off, memory({})))?.note).toContain('The MMU is off');
    expect((await translate(1n << 50n, ARM, memory({})))?.note).toContain('48 bits');
    expect(await translate(0n, registers({}), memory({}))).toBeUndefined();
  });
});
