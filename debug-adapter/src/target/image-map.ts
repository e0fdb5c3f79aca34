/** Which library of the image lies where, from the linker's map (GNU ld's `-Map`). */

/** A library's part of the image. */
export interface ImageLibrary {
  readonly name: string;
  /** Bytes of code and data in the image's memory. */
  readonly bytes: number;
  /** Its pieces, ascending; neighbours are joined. */
  readonly ranges: readonly { readonly start: bigint; readonly end: bigint }[];
}

/** ` .text.main 0x1000 0x20 /…/IMAGE.work/LIBRARY/main.c.o`; a long section name stands on a line of its own. */
const PIECE = /^ (?:\.|COMMON)\S*\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+) (\S.*)$/;
/** `.text 0x1000 0x20`: what follows, indented, is pieces of it. */
const OUTPUT_SECTION = /^\S+\s+(0x[0-9a-f]+)\s+0x[0-9a-f]+/;

export function readImageMap(map: string): ImageLibrary[] {
  const text = map.slice(Math.max(0, map.indexOf('Linker script and memory map')));
  const libraries = new Map<string, { start: bigint; end: bigint }[]>();
  let isInMemory = false;
  for (const line of text.replace(/^( ?(?:\.|COMMON)\S*)\n\s+(?=0x)/gm, '$1 ').split('\n')) {
    const section = OUTPUT_SECTION.exec(line);
    // Debug information and the like lies at address 0, each piece behind the one before.
    if (section !== null) isInMemory = BigInt(section[1] ?? 0) !== 0n;
    const piece = isInMemory ? PIECE.exec(line) : null;
    const start = BigInt(piece?.[1] ?? 0);
    const size = BigInt(piece?.[2] ?? 0);
    if (piece === null || start === 0n || size === 0n) continue;
    const name = libraryOf(piece[3] ?? '');
    const ranges = libraries.get(name) ?? [];
    ranges.push({ start, end: start + size });
    libraries.set(name, ranges);
  }
  return [...libraries].map(([name, ranges]) => ({
    name,
    bytes: ranges.reduce((sum, { start, end }) => sum + Number(end - start), 0),
    ranges: joined(ranges),
  }));
}

/** The library whose code or data holds an address. */
export function libraryAt(libraries: readonly ImageLibrary[], address: bigint): ImageLibrary | undefined {
  return libraries.find(({ ranges }) => ranges.some(({ start, end }) => address >= start && address < end));
}

/** An object stands in its library's folder; one of the toolchain's in an archive, `libgcc.a(x.o)`. */
function libraryOf(object: string): string {
  const parts = object.split(/[\\/]/);
  const archive = /^(.*)\.a\(/.exec(parts.at(-1) ?? '');
  if (archive !== null) return archive[1] ?? object;
  const built = parts.findIndex((part) => part.endsWith('.work'));
  return (built >= 0 ? parts[built + 1] : undefined) ?? parts.at(-1) ?? object;
}

/** Alignment between two pieces belongs to nobody, but leaves them neighbours. */
function joined(ranges: readonly { start: bigint; end: bigint }[]): { start: bigint; end: bigint }[] {
  const result: { start: bigint; end: bigint }[] = [];
  for (const range of [...ranges].sort((a, b) => (a.start < b.start ? -1 : 1))) {
    const last = result.at(-1);
    if (last !== undefined && range.start - last.end < 32n) last.end = range.end;
    else result.push({ ...range });
  }
  return result;
}
