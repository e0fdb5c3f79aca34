/** What a file is that QEMU is to boot, read from its first bytes; and where its symbols are. */
import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { readSections } from '../build/elf';
import type { Architecture } from './model';

/** How QEMU's `-kernel` starts it. `elf`: at its entry point, as arm64's `virt` does. */
export type BootProtocol = 'pvh' | 'multiboot' | 'linux' | 'efi' | 'elf';

export interface ImageFile {
  readonly architecture: Architecture;
  readonly boot: BootProtocol;
}

export type ImageFileResult =
  | { readonly ok: true; readonly file: ImageFile }
  /** A sentence: why QEMU would not boot it, and what to do. */
  | { readonly ok: false; readonly message: string };

/** Multiboot's header stands within this many bytes (Multiboot 0.6.96, 3.1); of others the first suffices. */
const HEAD_SIZE = 32_768;
const MULTIBOOT_RANGE = 8192;
const MULTIBOOT_MAGIC = 0x1badb002;
const MULTIBOOT2_MAGIC = 0xe85250d6;
const ELF_MACHINES = new Map<number, Architecture>([
  [3, 'x86_64'],
  [62, 'x86_64'],
  [183, 'arm64'],
]);
const PE_MACHINES = new Map<number, Architecture>([
  [0x8664, 'x86_64'],
  [0xaa64, 'arm64'],
]);
const PT_NOTE = 4;
/** XEN_ELFNOTE_PHYS32_ENTRY: where a PVH guest begins. */
const PVH_NOTE = 18;

/** Where the file's name ends otherwise, best first, for the same image with symbols. */
const SYMBOL_ENDINGS = ['.dbg', '.debug', '.elf', '.so', '.sym'];

export async function readImageFile(path: string): Promise<ImageFileResult> {
  const head = await readHead(path);
  if (typeof head === 'string') return refuse(`The image '${path}' ${head}. Correct 'program', or build it.`);
  return understandImage(path, head);
}

/** The architecture of an ELF file; undefined for another file, or one for a processor that is not known here. */
export async function elfArchitecture(path: string): Promise<Architecture | undefined> {
  const head = await readHead(path);
  return typeof head === 'string' || !isElf(head) ? undefined : ELF_MACHINES.get(head.readUInt16LE(18));
}

/**
 * The file that has an image's symbols: one beside it that is named after it, else the image itself, whether it has
 * any or not. Undefined where there is no ELF file, which alone can have them.
 */
export async function findSymbols(image: string): Promise<string | undefined> {
  const stem = image.replace(/\.(bin|img|efi|elf32)$/, '');
  const beside = SYMBOL_ENDINGS.flatMap((ending) => [`${image}${ending}`, `${stem}${ending}`]);
  for (const path of [...beside, image]) {
    if (existsSync(path) && (await elfArchitecture(path)) !== undefined) return path;
  }
  return undefined;
}

/** Whether an ELF file with symbols is one of Unikraft's. */
export async function isUnikraft(symbols: string): Promise<boolean> {
  return (await readFile(symbols)).includes('\0ukplat_terminate\0');
}

/**
 * Whether an image's vfscore takes a table of what to mount, by the names of Unikraft's and of the built-in kernel's
 * variables; others would complain of it, or take it for an argument.
 */
export async function readsFstab(symbols: string): Promise<boolean> {
  const elf = await readFile(symbols);
  return ['fstab_up', 'fstab_count'].some((name) => elf.includes(`\0${name}\0`));
}

/** The content of a section of an ELF64 file; undefined where it has none of this name. */
export async function sectionContent(path: string, name: string): Promise<Buffer | undefined> {
  const elf = await readFile(path);
  const section =
    isElf(elf) && elf[4] === 2 ? readSections(elf).find((each) => each.name === name) : undefined;
  return section && elf.subarray(section.offset, section.offset + section.size);
}

/** @param head The file's first bytes, {@link HEAD_SIZE} of them where it has as many. */
export function understandImage(path: string, head: Buffer): ImageFileResult {
  if (isElf(head)) return understandElf(path, head);
  // Before PE: a Linux image with an EFI stub is both, and QEMU starts it as Linux.
  if (head.length >= 64 && head.toString('latin1', 56, 60) === 'ARM\x64') return accept('arm64', 'linux');
  if (head.length >= 0x206 && head.toString('latin1', 0x202, 0x206) === 'HdrS') {
    return accept('x86_64', 'linux');
  }
  if (head.toString('latin1', 0, 2) === 'MZ' && head.length >= 64) return understandPe(path, head);
  if (hasMultibootHeader(head)) return accept('x86_64', 'multiboot');
  if (head[0] === 0x1f && head[1] === 0x8b) {
    return refuse(
      `The image '${path}' is compressed, so nothing of it can be debugged. Unpack it with gunzip.`,
    );
  }
  return refuse(
    `'${path}' is no image that QEMU boots: it is neither an ELF file nor a Linux, EFI or multiboot image.`,
  );
}

function understandElf(path: string, head: Buffer): ImageFileResult {
  const machine = head.readUInt16LE(18);
  const architecture = head[5] === 1 ? ELF_MACHINES.get(machine) : undefined;
  if (architecture === undefined) {
    return refuse(
      `The image '${path}' is for a processor (ELF machine ${machine}) that is not debugged here; x86_64 and arm64 are.`,
    );
  }
  if (architecture === 'arm64') return accept(architecture, 'elf');
  const is64 = head[4] === 2;
  // QEMU looks for multiboot first, and refuses a 64-bit file then, whatever else it has.
  if (hasMultibootHeader(head)) {
    if (!is64) return accept(architecture, 'multiboot');
    const stripped = path.replace(/\.dbg$/, '');
    const other = stripped !== path && existsSync(stripped);
    return refuse(
      `QEMU boots multiboot images as 32-bit files alone, and '${path}' is a 64-bit one. ${
        other
          ? `Name '${stripped}' beside it, which boots; the symbols are found by themselves.`
          : "Make one with 'objcopy -O elf32-i386', and name this file in 'symbols'."
      }`,
    );
  }
  if (hasPvhNote(head, is64)) return accept(architecture, 'pvh');
  if (hasWord(head, MULTIBOOT2_MAGIC)) {
    return refuse(
      `The image '${path}' is for multiboot2, which QEMU does not start by itself. Put it on an ISO with GRUB, name that in 'qemuArguments' (["-cdrom", "FILE"]), and attach.`,
    );
  }
  return refuse(
    `QEMU does not boot '${path}': it has neither a PVH note nor a multiboot header. Add one, or name the image that is made of it.`,
  );
}

function understandPe(path: string, head: Buffer): ImageFileResult {
  const at = head.readUInt32LE(0x3c);
  const isPe = at + 6 <= head.length && head.toString('latin1', at, at + 4) === 'PE\0\0';
  const architecture = isPe ? PE_MACHINES.get(head.readUInt16LE(at + 4)) : undefined;
  if (architecture === undefined)
    return refuse(`'${path}' is a program of Windows or DOS, not an image for x86_64 or arm64.`);
  return accept(architecture, 'efi');
}

/** A note named `Xen` of the PVH type in a program header of notes (System V ABI, chapter 5). */
function hasPvhNote(head: Buffer, is64: boolean): boolean {
  const table = is64 ? Number(head.readBigUInt64LE(32)) : head.readUInt32LE(28);
  const size = head.readUInt16LE(is64 ? 54 : 42);
  const count = head.readUInt16LE(is64 ? 56 : 44);
  for (let i = 0; i < count; i++) {
    const entry = table + i * size;
    if (entry + size > head.length) return false;
    if (head.readUInt32LE(entry) !== PT_NOTE) continue;
    const start = is64 ? Number(head.readBigUInt64LE(entry + 8)) : head.readUInt32LE(entry + 4);
    const length = is64 ? Number(head.readBigUInt64LE(entry + 32)) : head.readUInt32LE(entry + 16);
    // Notes that stand further back are taken for what QEMU looks for.
    if (start + length > head.length || notesHavePvh(head.subarray(start, start + length))) return true;
  }
  return false;
}

function notesHavePvh(notes: Buffer): boolean {
  let at = 0;
  while (at + 12 <= notes.length) {
    const name = notes.readUInt32LE(at);
    const description = notes.readUInt32LE(at + 4);
    const isXen = notes.toString('latin1', at + 12, at + 12 + name) === 'Xen\0';
    if (isXen && notes.readUInt32LE(at + 8) === PVH_NOTE) return true;
    at += 12 + aligned(name) + aligned(description);
  }
  return false;
}

function aligned(size: number): number {
  return (size + 3) & ~3;
}

function hasMultibootHeader(head: Buffer): boolean {
  for (let at = 0; at + 12 <= Math.min(head.length, MULTIBOOT_RANGE); at += 4) {
    if (head.readUInt32LE(at) !== MULTIBOOT_MAGIC) continue;
    const sum = MULTIBOOT_MAGIC + head.readUInt32LE(at + 4) + head.readUInt32LE(at + 8);
    if (sum % 2 ** 32 === 0) return true;
  }
  return false;
}

function hasWord(head: Buffer, word: number): boolean {
  for (let at = 0; at + 4 <= head.length; at += 4) if (head.readUInt32LE(at) === word) return true;
  return false;
}

function isElf(head: Buffer): boolean {
  return head.length >= 52 && head.toString('latin1', 0, 4) === '\x7fELF';
}

/** The first bytes, or words that follow the path: why there are none. */
async function readHead(path: string): Promise<Buffer | string> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_SIZE), 0, HEAD_SIZE, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
    if (code === 'EISDIR') return 'is a folder';
    return code === 'EACCES' ? 'may not be read' : `cannot be read (${message})`;
  }
}

function accept(architecture: Architecture, boot: BootProtocol): ImageFileResult {
  return { ok: true, file: { architecture, boot } };
}

function refuse(message: string): ImageFileResult {
  return { ok: false, message };
}
