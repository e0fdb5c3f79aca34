/** The symbol table that an image carries for its own panics (plat/kvm/x86/link64.lds). */

export interface TextSymbol {
  readonly address: bigint;
  readonly name: string;
}

const SHT_SYMTAB = 2;
const STT_NOTYPE = 0;
const STT_FUNC = 2;
const SHF_EXECINSTR = 4n;

/** Functions and code labels of an ELF64 file, by address (System V ABI, chapter 4). */
export function readTextSymbols(elf: Buffer): TextSymbol[] {
  const sections = Array.from({ length: elf.readUInt16LE(60) }, (_, i) => {
    const at = Number(elf.readBigUInt64LE(40)) + i * elf.readUInt16LE(58);
    return {
      type: elf.readUInt32LE(at + 4),
      flags: elf.readBigUInt64LE(at + 8),
      offset: Number(elf.readBigUInt64LE(at + 24)),
      size: Number(elf.readBigUInt64LE(at + 32)),
      link: elf.readUInt32LE(at + 40),
    };
  });
  const table = sections.find(({ type }) => type === SHT_SYMTAB);
  const strings = table === undefined ? undefined : sections[table.link];
  if (table === undefined || strings === undefined) return [];
  const symbols = new Map<bigint, TextSymbol>();
  for (let at = table.offset; at < table.offset + table.size; at += 24) {
    const type = elf.readUInt8(at + 4) & 0xf;
    const section = sections[elf.readUInt16LE(at + 6)];
    if (
      (type !== STT_FUNC && type !== STT_NOTYPE) ||
      section === undefined ||
      (section.flags & SHF_EXECINSTR) === 0n
    )
      continue;
    const start = strings.offset + elf.readUInt32LE(at);
    const name = elf.toString('latin1', start, elf.indexOf(0, start));
    const address = elf.readBigUInt64LE(at + 8);
    if (name === '' || (type === STT_NOTYPE && symbols.has(address))) continue;
    symbols.set(address, { address, name });
  }
  return [...symbols.values()].sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
}

/**
 * Assembly text of the table, with the names that `spelled` has for some. Its last entry, without a name, marks the end
 * of the code.
 */
export function symbolTableSource(
  symbols: readonly TextSymbol[],
  spelled: ReadonlyMap<string, string> = new Map(),
): string {
  const named = symbols.filter(({ name }) => name !== '__uk_text_end');
  const end = symbols.find(({ name }) => name === '__uk_text_end')?.address;
  const entries = [...named, ...(end === undefined ? [] : [{ address: end, name: '' }])];
  return [
    '    .section .uk_symtab, "a", @progbits',
    '    .balign 8',
    ...entries.map(({ address }, i) => `    .quad 0x${address.toString(16)}, name${i}`),
    '    .section .uk_symtab_names, "a", @progbits',
    ...entries.map(({ name }, i) => `name${i}: .asciz ${JSON.stringify(spelled.get(name) ?? name)}`),
    '    .section .note.GNU-stack, "", @progbits',
    '',
  ].join('\n');
}
