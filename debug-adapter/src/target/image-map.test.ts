import { expect, it } from 'vitest';
import { libraryAt, readImageMap } from './image-map';

const MAP = `Discarded input sections

 .text.unused   0x0000000000000000       0x49 /p/x.work/libnolibc/string.c.o

Linker script and memory map

.text           0x0000000000100000     0x42cf
 *(.text.boot)
 .text.boot     0x0000000000100000       0x99 /p/x.work/libkvmplat/x86_boot.S.o
                0x0000000000100000                _start
 .text.a_name_that_is_too_long_for_its_column
                0x0000000000100099       0x15 /p/x.work/libnolibc/string.c.o
 *fill*         0x00000000001000ae        0x2
 .text.more     0x00000000001000b0       0x10 /p/x.work/libnolibc/stdio.c.o
 .text          0x00000000001000c0        0x8 /usr/lib/gcc/x86_64-linux-gnu/12/libgcc.a(_divdi3.o)
.bss            0x0000000000200000      0x100
 COMMON         0x0000000000200000      0x100 /p/x.work/libkvmplat/memory.c.o
.debug_info     0x0000000000000000     0x1234
 .debug_info    0x0000000000000000      0x234 /p/x.work/libkvmplat/memory.c.o
 .debug_info    0x0000000000000234     0x1000 /p/x.work/libnolibc/stdio.c.o
.a_section_with_a_name_that_is_too_long
                0x0000000000000000       0x20
 .a_section_with_a_name_that_is_too_long
                0x0000000000000010       0x10 /p/x.work/libnolibc/stdio.c.o
`;

it('adds up each library’s pieces and joins neighbours', () => {
  expect(readImageMap(MAP)).toEqual([
    {
      name: 'libkvmplat',
      bytes: 0x199,
      ranges: [
        { start: 0x100000n, end: 0x100099n },
        { start: 0x200000n, end: 0x200100n },
      ],
    },
    { name: 'libnolibc', bytes: 0x25, ranges: [{ start: 0x100099n, end: 0x1000c0n }] },
    { name: 'libgcc', bytes: 8, ranges: [{ start: 0x1000c0n, end: 0x1000c8n }] },
  ]);
});

it('leaves out what lies in no memory, such as debug information', () => {
  const starts = readImageMap(MAP).flatMap(({ ranges }) => ranges.map(({ start }) => start));
  expect(starts.filter((start) => start < 0x100000n)).toEqual([]);
});

it('finds the library of an address', () => {
  const libraries = readImageMap(MAP);
  expect(libraryAt(libraries, 0x1000b4n)?.name).toBe('libnolibc');
  expect(libraryAt(libraries, 0x300000n)).toBeUndefined();
});

it('reads nothing from a text that is no map', () => {
  expect(readImageMap('')).toEqual([]);
});
