import { describe, expect, it } from 'vitest';
import { probeImage } from './accelerator';
import { understandImage } from './image-file';

/** What a file is, in words: its architecture and boot protocol, or why not. */
function told(head: Buffer, path = '/w/image'): string {
  const result = understandImage(path, head);
  return result.ok ? `${result.file.architecture} ${result.file.boot}` : result.message;
}

function elf(machine: number, bits: 32 | 64, more: readonly number[] = []): Buffer {
  const head = Buffer.alloc(4096);
  head.write('\x7fELF', 0, 'latin1');
  head[4] = bits === 64 ? 2 : 1;
  head[5] = 1;
  head.writeUInt16LE(machine, 18);
  for (const [i, word] of more.entries()) head.writeUInt32LE(word, 1024 + i * 4);
  return head;
}

const MULTIBOOT = [0x1badb002, 3, 2 ** 32 - 0x1badb002 - 3];

function texts(size: number, places: Readonly<Record<number, string>>): Buffer {
  const head = Buffer.alloc(size);
  for (const [at, text] of Object.entries(places)) head.write(text, Number(at), 'latin1');
  return head;
}

function pe(machine: number): Buffer {
  const head = texts(512, { 0: 'MZ', 128: 'PE\0\0' });
  head.writeUInt32LE(128, 0x3c);
  head.writeUInt16LE(machine, 132);
  return head;
}

describe('what QEMU boots', () => {
  it.each([
    ['an ELF64 with a PVH note', probeImage(), 'x86_64 pvh'],
    ['a multiboot ELF32', elf(3, 32, MULTIBOOT), 'x86_64 multiboot'],
    ['an arm64 ELF64', elf(183, 64), 'arm64 elf'],
    ['a Linux image for arm64', texts(64, { 0: 'MZ', 56: 'ARM\x64' }), 'arm64 linux'],
    ['a bzImage with an EFI stub', texts(0x400, { 0: 'MZ', 514: 'HdrS' }), 'x86_64 linux'],
    ['an EFI program for x86_64', pe(0x8664), 'x86_64 efi'],
    ['an EFI program for arm64', pe(0xaa64), 'arm64 efi'],
  ])('is %s', (_, head, expected) => expect(told(head)).toBe(expected));

  it.each([
    ['a 64-bit multiboot file', elf(62, 64, MULTIBOOT), "Make one with 'objcopy -O elf32-i386'"],
    ['a multiboot header with a wrong sum', elf(3, 32, [0x1badb002, 3, 4]), 'neither a PVH note nor'],
    ['multiboot2', elf(62, 64, [0xe85250d6]), 'which QEMU does not start by itself'],
    ['another processor', elf(243, 64), 'ELF machine 243'],
    ['a Windows program', texts(64, { 0: 'MZ' }), 'a program of Windows or DOS'],
    ['a compressed image', Buffer.from([0x1f, 0x8b, 8, 0]), 'Unpack it with gunzip'],
    ['a text', Buffer.from('spec: v0.6\n'), 'no image that QEMU boots'],
    ['nothing', Buffer.alloc(0), 'no image that QEMU boots'],
    ['an ELF file that is cut off', elf(62, 64).subarray(0, 60), 'QEMU does not boot'],
  ])('is not %s', (_, head, words) => expect(told(head)).toContain(words));
});
