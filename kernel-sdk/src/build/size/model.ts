/** What is in an image, in bytes. Every level sums to the one above it, and the libraries to the sections. */

export type SizeKind = 'text' | 'rodata' | 'data' | 'bss';

export const SIZE_KINDS: readonly SizeKind[] = ['text', 'rodata', 'data', 'bss'];

export interface Sizes extends Readonly<Record<SizeKind, number>> {
  /** text + rodata + data: what is in the file. bss is memory alone. */
  readonly image: number;
}

export interface SizeReport {
  /** Allocated sections, in the order of their addresses. */
  readonly sections: readonly { readonly name: string; readonly kind: SizeKind; readonly size: number }[];
  /** By bytes in the image, the largest first; names in parentheses are no libraries. */
  readonly libraries: readonly LibrarySize[];
  readonly total: Sizes;
}

export interface LibrarySize extends Sizes {
  readonly name: string;
  readonly objects: readonly ObjectSize[];
}

export interface ObjectSize extends Sizes {
  /** The object's file name: `heap.c.o`, `libc.a(printf.o)`; with -flto the source's. */
  readonly name: string;
  readonly symbols: readonly SymbolSize[];
}

export interface SymbolSize {
  /** The input section in parentheses where no symbol covers the bytes, as for strings. */
  readonly name: string;
  readonly kind: SizeKind;
  readonly size: number;
}

/** What is not a library's. */
export const PADDING = '(padding)';
export const SYMBOL_TABLE = '(symbol table)';
export const UNATTRIBUTED = '(unattributed)';

export function sizesOf(parts: Iterable<{ readonly kind: SizeKind; readonly size: number }>): Sizes {
  const sizes = { text: 0, rodata: 0, data: 0, bss: 0 };
  for (const { kind, size } of parts) sizes[kind] += size;
  return { ...sizes, image: sizes.text + sizes.rodata + sizes.data };
}
