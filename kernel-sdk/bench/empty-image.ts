/** An image that writes one byte and halts: no kernel can be there before it. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineSpec } from '../src/machine';

/** A PVH note as in the kernel's boot.S, and a write to the first serial port. */
const SOURCE = `.section .note.pvh, "a", @note
.long 4, 8, 18
.asciz "Xen"
.quad _start
.text
.code32
.globl _start
_start: movw $0x3f8, %dx
movb $'.', %al
outb %al, %dx
1: hlt
jmp 1b
.section .note.GNU-stack, "", @progbits
`;

const FLAGS = ['-nostdlib', '-static', '-no-pie', '-Wl,-Ttext=0x100000,--build-id=none,--nmagic'];

/** The machine of `like` with the empty image in place of its own; what it has of devices stays. */
export function emptyMachine(folder: string, like: MachineSpec): MachineSpec {
  const source = join(folder, 'empty.S');
  const image = join(folder, 'empty');
  writeFileSync(source, SOURCE);
  const { status, stderr } = spawnSync('gcc', [...FLAGS, '-o', image, source], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return { ...like, image };
}
