import { expect, it } from 'vitest';
import { parseMap } from './map';

/** GNU ld 2.40, shortened. */
const MAP = `
Discarded input sections

 .text          0x0000000000000000       0x10 /w/gone.o

Linker script and memory map

                0x0000000000100000                . = 0x100000
                0x0000000000100000                __uk_text_start = .

.text           0x0000000000100000      0x103
 *(.text.boot)
 .text.boot     0x0000000000100000       0x99 /w/my app/boot.S.o
                0x0000000000100000                _start
 *(.text .text.*)
 *fill*         0x0000000000100099        0x7 
 .text.ukplat_memory_init
                0x00000000001000a0       0x63 /w/libc.a(memory.o)
                0x00000000001000a0                ukplat_memory_init
                0x0000000000100103                __uk_text_end = .

.iplt           0x0000000000100103        0x0
 .iplt          0x0000000000100103        0x0 /w/my app/boot.S.o
                0x0000000000102000                . = ALIGN (0x1000)

.rodata         0x0000000000102000       0xc7
 *(.rodata .rodata.*)
 .rodata.trap.str1.1
                0x0000000000102000       0xc7 /w/traps.c.o
                                         0xca (size before relaxing)

.eh_frame
 *(.eh_frame)

.a_section_with_a_long_name
                0x0000000000103000        0x8
 COMMON         0x0000000000103000        0x8 /w/traps.c.o

/DISCARD/
 *(.comment)
OUTPUT(/w/image elf64-x86-64)
`;

it('reads sections and their parts, with blanks in paths and names on lines of their own', () => {
  expect(parseMap(MAP)).toEqual([
    {
      name: '.text',
      address: 0x100000,
      size: 0x103,
      parts: [
        { input: '.text.boot', address: 0x100000, size: 0x99, object: '/w/my app/boot.S.o' },
        { input: '.text.ukplat_memory_init', address: 0x1000a0, size: 0x63, object: '/w/libc.a(memory.o)' },
      ],
    },
    {
      name: '.rodata',
      address: 0x102000,
      size: 0xc7,
      parts: [{ input: '.rodata.trap.str1.1', address: 0x102000, size: 0xc7, object: '/w/traps.c.o' }],
    },
    {
      name: '.a_section_with_a_long_name',
      address: 0x103000,
      size: 8,
      parts: [{ input: 'COMMON', address: 0x103000, size: 8, object: '/w/traps.c.o' }],
    },
  ]);
});

it('finds nothing in what is no map, and does not throw on a part of one', () => {
  expect(parseMap('')).toEqual([]);
  for (let length = 0; length < MAP.length; length += 7) parseMap(MAP.slice(0, length));
});
