/** The symbol table that an image carries for its own panics (plat/kvm/x86/link64.lds). */
import { readSymbols, SHF_EXECINSTR, STT_FUNC, STT_NOTYPE } from './elf';

/** An entry: an address, and where its name is. */
const ENTRY_SIZE = 16;

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
  const entries = entriesOf(symbols);
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

/** A table's source but for the addresses: equal for images that have the same names in the same order. */
export function withoutAddresses(source: string): string {
  return source.replaceAll(/^ {4}\.quad 0x[0-9a-f]+/gm, '    .quad');
}

/** The addresses of a table whose names stand in the image already, and where in its file they go. */
export function addressesInImage(
  elf: Buffer,
  symbols: readonly TextSymbol[],
): { readonly offset: number; readonly bytes: Buffer } | undefined {
  const all = readSymbols(elf);
  const start = all.find(({ name }) => name === '__uk_symtab_start');
  const end = all.find(({ name }) => name === '__uk_symtab_end');
  const entries = entriesOf(symbols);
  if (start?.section === undefined || end?.address !== start.address + BigInt(entries.length * ENTRY_SIZE))
    return undefined;
  const offset = start.section.offset + Number(start.address - start.section.address);
  const bytes = Buffer.from(elf.subarray(offset, offset + entries.length * ENTRY_SIZE));
  for (const [i, { address }] of entries.entries()) bytes.writeBigUInt64LE(address, i * ENTRY_SIZE);
  return { offset, bytes };
}

function entriesOf(symbols: readonly TextSymbol[]): TextSymbol[] {
  const named = symbols.filter(({ name }) => name !== '__uk_text_end');
  const end = symbols.find(({ name }) => name === '__uk_text_end')?.address;
  return [...named, ...(end === undefined ? [] : [{ address: end, name: '' }])];
}
