/** The symbol table that an image carries for its own panics (plat/kvm/x86/link64.lds). */
import { readSymbols, SHF_EXECINSTR, STT_FUNC, STT_NOTYPE } from './elf';

export interface TextSymbol {
  readonly address: bigint;
  readonly name: string;
}

/** Functions and code labels of an ELF64 file, by address. */
export function readTextSymbols(elf: Buffer): TextSymbol[] {
  const symbols = new Map<bigint, TextSymbol>();
  for (const { name, type, address, section } of readSymbols(elf)) {
    if (type !== STT_FUNC && type !== STT_NOTYPE) continue;
    if (section === undefined || (section.flags & SHF_EXECINSTR) === 0n) continue;
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
