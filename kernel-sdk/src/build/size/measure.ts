/** From an image's ELF file and its map to who has how many bytes. Pure. */
import {
  type ElfSymbol,
  readSections,
  readSymbols,
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_WRITE,
  SHT_NOBITS,
  STT_FUNC,
  STT_OBJECT,
} from '../elf';
import { parseMap } from './map';
import { PADDING, type SizeKind, type SizeReport, sizesOf, UNATTRIBUTED } from './model';

/** Who gave a piece: a library and, within it, an object. */
export interface Owner {
  readonly library: string;
  readonly object: string;
}

export interface Owners {
  /** Of an object in the map; undefined for what -flto makes. */
  object(path: string): Owner | undefined;
  /** Of a symbol, by its address; asked where the object says nothing. */
  symbol(address: number): Owner | undefined;
}

interface Piece {
  readonly owner: Owner;
  readonly symbol: string;
  readonly kind: SizeKind;
  readonly size: number;
}

/** `elf` has symbols; `map` is the linker's text for the same link, without which symbols alone tell. */
export function measureSizes(elf: Buffer, map: string | undefined, owners: Owners): SizeReport {
  const allocated = readSections(elf).filter(({ flags, size }) => (flags & SHF_ALLOC) !== 0n && size > 0);
  const mapped = new Map(parseMap(map ?? '').map((section) => [section.name, section]));
  const symbols = sizedSymbols(readSymbols(elf));
  const sections = allocated.map(({ name, type, flags, address, size }) => {
    const kind = kindOf(type, flags);
    return { name, kind, size, start: Number(address), end: Number(address) + size };
  });
  const pieces: Piece[] = [];
  for (const { name, kind, start, end } of sections) {
    let at = start;
    const fill = (to: number) => {
      if (to > at)
        pieces.push({ owner: { library: PADDING, object: name }, symbol: name, kind, size: to - at });
    };
    const whole = { input: name, address: start, size: end - start, object: UNATTRIBUTED };
    const known = map === undefined ? [whole] : (mapped.get(name)?.parts ?? []);
    const parts = [...known].sort((a, b) => a.address - b.address);
    for (const part of parts) {
      if (part.object === '' || part.address < at || part.address + part.size > end) continue;
      fill(part.address);
      pieces.push(...split(part, kind, symbols, owners));
      at = part.address + part.size;
    }
    fill(end);
  }
  return {
    sections: sections.map(({ name, kind, size }) => ({ name, kind, size })),
    libraries: grouped(pieces, ({ owner }) => owner.library).map(([name, ofLibrary]) => ({
      name,
      ...sizesOf(ofLibrary),
      objects: grouped(ofLibrary, ({ owner }) => owner.object).map(([object, ofObject]) => ({
        name: object,
        ...sizesOf(ofObject),
        symbols: grouped(ofObject, ({ symbol, kind }) => `${kind} ${symbol}`).map(([key, ofSymbol]) => {
          const [kind = 'data', ...symbol] = key.split(' ');
          const size = ofSymbol.reduce((sum, piece) => sum + piece.size, 0);
          return { name: symbol.join(' '), kind: kind as SizeKind, size };
        }),
      })),
    })),
    total: sizesOf(sections),
  };
}

/** A part by its symbols; what none covers is named after the input section. */
function split(
  part: { readonly input: string; readonly address: number; readonly size: number; readonly object: string },
  kind: SizeKind,
  symbols: readonly SizedSymbol[],
  owners: Owners,
): Piece[] {
  const pieces: Piece[] = [];
  const whole = owners.object(part.object);
  const end = part.address + part.size;
  let at = part.address;
  let last: Owner | undefined;
  const add = (symbol: string, owner: Owner | undefined, to: number) => {
    // The linker's own objects have other names each time.
    const unknown = { library: UNATTRIBUTED, object: '(link-time optimization)' };
    if (to > at) pieces.push({ owner: owner ?? unknown, symbol, kind, size: to - at });
    at = Math.max(at, to);
  };
  for (let i = firstFrom(symbols, part.address); i < symbols.length; i++) {
    const symbol = symbols[i];
    if (symbol === undefined || symbol.address >= end) break;
    // An alias, or one that lies within the one before it.
    if (symbol.address < at) continue;
    const owner = whole ?? owners.symbol(symbol.address);
    add(`(${part.input})`, whole ?? last, symbol.address);
    add(symbol.name, owner, Math.min(end, symbol.address + symbol.size));
    last = owner;
  }
  add(`(${part.input})`, whole ?? last, end);
  return pieces;
}

interface SizedSymbol {
  readonly name: string;
  readonly address: number;
  readonly size: number;
}

function sizedSymbols(symbols: readonly ElfSymbol[]): SizedSymbol[] {
  return symbols
    .filter(({ type, size }) => size > 0 && (type === STT_FUNC || type === STT_OBJECT))
    .map(({ name, address, size }) => ({ name, address: Number(address), size }))
    .sort((a, b) => a.address - b.address || b.size - a.size || (a.name < b.name ? -1 : 1));
}

/** The index of the first symbol at an address or behind it. */
function firstFrom(symbols: readonly SizedSymbol[], address: number): number {
  let [low, high] = [0, symbols.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((symbols[middle]?.address ?? 0) < address) low = middle + 1;
    else high = middle;
  }
  return low;
}

function kindOf(type: number, flags: bigint): SizeKind {
  if (type === SHT_NOBITS) return 'bss';
  if ((flags & SHF_EXECINSTR) !== 0n) return 'text';
  return (flags & SHF_WRITE) === 0n ? 'rodata' : 'data';
}

/** Groups by bytes in the image, the largest first, then bytes of memory, then name. */
function grouped(pieces: readonly Piece[], key: (piece: Piece) => string): [string, Piece[]][] {
  const groups = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const name = key(piece);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [piece]);
    else group.push(piece);
  }
  return [...groups]
    .map(([name, group]) => ({ name, group, sizes: sizesOf(group) }))
    .sort((a, b) => b.sizes.image - a.sizes.image || b.sizes.bss - a.sizes.bss || (a.name < b.name ? -1 : 1))
    .map(({ name, group }) => [name, group]);
}
