/** Whether KVM runs guests here, found out by booting one: `/dev/kvm` may exist and still not work. */
import { spawn } from 'node:child_process';
import { access, constants, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownedCommand } from '../program';
import { DEBUG_EXIT_PORT } from './arguments';
import { createPrivateFolder, explainRoom } from './private-folder';

/** The probe guest ends within milliseconds where KVM works, and may hang where it does not. */
const PROBE_LIMIT_MS = 2_000;
const PROBE_CODE = 0x2a;

const verdicts = new Map<string, Promise<boolean>>();

/** Boots a guest of a few instructions under KVM, once per QEMU and process. Rejects with a sentence where that cannot be tried. */
export function kvmWorks(qemu: string): Promise<boolean> {
  let verdict = verdicts.get(qemu);
  if (verdict === undefined) {
    verdict = probe(qemu);
    verdicts.set(qemu, verdict);
    // There may be room for it later.
    verdict.catch(() => verdicts.delete(qemu));
  }
  return verdict;
}

async function probe(qemu: string): Promise<boolean> {
  try {
    await access('/dev/kvm', constants.R_OK | constants.W_OK);
  } catch {
    return false;
  }
  const folder = await createPrivateFolder();
  try {
    const image = join(folder, 'probe');
    await writeFile(image, probeImage()).catch(async (error) => {
      throw await explainRoom(error, folder, 'A trial of KVM has');
    });
    return (await bootProbe(qemu, image)) === ((PROBE_CODE << 1) | 1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function bootProbe(qemu: string, image: string): Promise<number | null> {
  return new Promise((resolve) => {
    const command = ownedCommand(qemu, [
      ...['-machine', 'microvm', '-accel', 'kvm', '-cpu', 'host', '-m', '16M'],
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-kernel', image],
      ...['-device', `isa-debug-exit,iobase=0x${DEBUG_EXIT_PORT.toString(16)},iosize=0x04`],
    ]);
    const child = spawn(command.program, command.args, { stdio: ['ignore', 'ignore', 'pipe'] });
    // QEMU says so and stands still for ever.
    child.stderr.setEncoding('utf8').on('data', (words: string) => {
      if (words.includes('KVM internal error')) child.kill('SIGKILL');
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), PROBE_LIMIT_MS);
    const done = (code: number | null) => {
      clearTimeout(timer);
      resolve(code);
    };
    child.once('error', () => done(null));
    child.once('exit', (code) => done(code));
  });
}

/**
 * A 32-bit PVH guest in an ELF64 file that uses the vector registers, as all compiled code does, and ends with a code.
 * There are hosts whose KVM emulates a guest's kernel and gives up at the first such instruction.
 */
export function probeImage(): Buffer {
  const base = 0x100000;
  const noteOffset = 64 + 2 * 56;
  // Note: namesz, descsz, type XEN_ELFNOTE_PHYS32_ENTRY (18), "Xen\0", the 32-bit entry point.
  const note = Buffer.alloc(24);
  const code = Buffer.from([
    ...[0x0f, 0x20, 0xc0, 0x83, 0xe0, 0xfb, 0x83, 0xc8, 0x02, 0x0f, 0x22, 0xc0], // CR0: EM off, MP on
    ...[0x0f, 0x20, 0xe0, 0x0d, 0x00, 0x06, 0x00, 0x00, 0x0f, 0x22, 0xe0], // CR4: OSFXSR, OSXMMEXCPT
    ...[0x66, 0x0f, 0xef, 0xc0], // pxor xmm0, xmm0
    ...[0x0f, 0x11, 0x05, 0x00, 0x00, 0x08, 0x00], // movups [0x80000], xmm0
    ...[0xb8, PROBE_CODE, 0, 0, 0], // mov eax, code
    ...[0x66, 0xba, DEBUG_EXIT_PORT, 0, 0xef], // mov dx, port; out dx, eax
    ...[0xf4, 0xeb, 0xfd], // hlt
  ]);
  const codeOffset = noteOffset + note.length;
  note.writeUInt32LE(4, 0);
  note.writeUInt32LE(8, 4);
  note.writeUInt32LE(18, 8);
  note.write('Xen\0', 12, 'latin1');
  note.writeBigUInt64LE(BigInt(base + codeOffset), 16);

  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  header.writeUInt16LE(2, 16); // ET_EXEC
  header.writeUInt16LE(62, 18); // EM_X86_64
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(base + codeOffset), 24);
  header.writeBigUInt64LE(64n, 32); // program headers
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(2, 56);

  const size = codeOffset + code.length;
  const load = programHeader(1, 5, 0, base, size);
  const notes = programHeader(4, 4, noteOffset, base + noteOffset, note.length);
  return Buffer.concat([header, load, notes, note, code]);
}

function programHeader(type: number, flags: number, offset: number, address: number, size: number): Buffer {
  const entry = Buffer.alloc(56);
  entry.writeUInt32LE(type, 0);
  entry.writeUInt32LE(flags, 4);
  entry.writeBigUInt64LE(BigInt(offset), 8);
  entry.writeBigUInt64LE(BigInt(address), 16);
  entry.writeBigUInt64LE(BigInt(address), 24);
  entry.writeBigUInt64LE(BigInt(size), 32);
  entry.writeBigUInt64LE(BigInt(size), 40);
  entry.writeBigUInt64LE(4n, 48);
  return entry;
}
