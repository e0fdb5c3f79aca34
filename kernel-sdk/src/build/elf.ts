/** Sections and symbols of a 64-bit little-endian ELF file (System V ABI, chapter 4). */

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly flags: bigint;
  readonly address: bigint;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

export interface ElfSymbol {
  readonly name: string;
  readonly type: number;
  readonly address: bigint;
  readonly size: number;
  /** Undefined for absolute, common and undefined symbols. */
  readonly section: ElfSection | undefined;
}

const SHT_SYMTAB = 2;
export const SHT_NOBITS = 8;
export const SHF_WRITE = 1n;
export const SHF_ALLOC = 2n;
export const SHF_EXECINSTR = 4n;
export const STT_NOTYPE = 0;
export const STT_OBJECT = 1;
export const STT_FUNC = 2;

const SYMBOL_SIZE = 24;

/** In the order of the file; the first one is the empty one that every file has. */
export function readSections(elf: Buffer): ElfSection[] {
  const headers = Array.from({ length: elf.readUInt16LE(60) }, (_, i) => {
    const at = Number(elf.readBigUInt64LE(40)) + i * elf.readUInt16LE(58);
    return {
      name: elf.readUInt32LE(at),
      type: elf.readUInt32LE(at + 4),
      flags: elf.readBigUInt64LE(at + 8),
      address: elf.readBigUInt64LE(at + 16),
      offset: Number(elf.readBigUInt64LE(at + 24)),
      size: Number(elf.readBigUInt64LE(at + 32)),
      link: elf.readUInt32LE(at + 40),
    };
  });
  const names = headers[elf.readUInt16LE(62)];
  return headers.map((header) => ({
    ...header,
    name: names === undefined ? '' : textAt(elf, names.offset + header.name),
  }));
}

/** All symbols; none where the file is stripped. */
export function readSymbols(elf: Buffer): ElfSymbol[] {
  const sections = readSections(elf);
  const table = sections.find(({ type }) => type === SHT_SYMTAB);
  const strings = table === undefined ? undefined : sections[table.link];
  if (table === undefined || strings === undefined) return [];
  return Array.from({ length: table.size / SYMBOL_SIZE }, (_, i) => {
    const at = table.offset + i * SYMBOL_SIZE;
    return {
      name: textAt(elf, strings.offset + elf.readUInt32LE(at)),
      type: elf.readUInt8(at + 4) & 0xf,
      section: sections[elf.readUInt16LE(at + 6)],
      address: elf.readBigUInt64LE(at + 8),
      size: Number(elf.readBigUInt64LE(at + 16)),
    };
  });
}

function textAt(elf: Buffer, start: number): string {
  return elf.toString('latin1', start, elf.indexOf(0, start));
}
