/**
 * Where firmware for UEFI puts an image is known only once it has put it there, and the image runs at once then. So a copy
 * is booted whose first instruction jumps to itself: it waits at its entry, is found there, and gets its instruction back.
 */
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Architecture, Machine } from './model';
import { createPrivateFolder, explainRoom } from './private-folder';

/** A copy of an EFI image that waits at its entry. */
export interface HeldImage {
  /** Absolute path of the copy; QEMU has read it once it answers. */
  readonly image: string;
  readonly original: string;
  /** What belongs at its entry. */
  readonly instruction: Buffer;
  /** The entry's place in its page, which loading keeps. */
  readonly pageOffset: bigint;
  dispose(): Promise<void>;
}

/** The shortest instruction that jumps to itself. */
const WAIT: Readonly<Record<Architecture, Buffer>> = {
  x86_64: Buffer.from([0xeb, 0xfe]),
  arm64: Buffer.from([0x00, 0x00, 0x00, 0x14]),
};
const PAGE = 4096n;
/** QMP is asked this often where the processor is, in milliseconds. */
const LOOK_MS = 20;
/** Firmware is done within this time, in milliseconds, on a machine that is emulated and busy. */
const FIRMWARE_LIMIT_MS = 90_000;

export async function holdAtEntry(original: string, architecture: Architecture): Promise<HeldImage> {
  const bytes = await readFile(original);
  const { address, offset } = entryOf(bytes);
  const wait = WAIT[architecture];
  const instruction = Buffer.from(bytes.subarray(offset, offset + wait.length));
  wait.copy(bytes, offset);
  const folder = await createPrivateFolder();
  const dispose = () => rm(folder, { recursive: true, force: true });
  const image = join(folder, 'image.efi');
  try {
    await writeFile(image, bytes, { mode: 0o600 });
  } catch (error) {
    const told = await explainRoom(error, folder, 'Its copy has');
    await dispose();
    throw told;
  }
  return { image, original, instruction, pageOffset: BigInt(address) % PAGE, dispose };
}

/** `AddressOfEntryPoint`, and where in the file that is (Microsoft's PE format, "Optional Header" and "Section Table"). */
function entryOf(bytes: Buffer): { readonly address: number; readonly offset: number } {
  const header = bytes.readUInt32LE(0x3c);
  const count = bytes.readUInt16LE(header + 6);
  const table = header + 24 + bytes.readUInt16LE(header + 20);
  const address = bytes.readUInt32LE(header + 24 + 16);
  for (let i = 0; i < count; i++) {
    const section = table + i * 40;
    const start = bytes.readUInt32LE(section + 12);
    const size = bytes.readUInt32LE(section + 16);
    if (address >= start && address < start + size) {
      return { address, offset: bytes.readUInt32LE(section + 20) + address - start };
    }
  }
  throw new Error(
    'The image has no section that holds its entry point, so that it cannot be stopped there. Build it again.',
  );
}

/**
 * Lets the firmware run until the image waits at its entry, and stops the machine there. Gives the entry's address;
 * undefined when `signal` aborts. Throws an Error with a sentence when the firmware does not get there.
 */
export async function reachEntry(
  { qmp, ended }: Pick<Machine, 'qmp' | 'ended'>,
  held: HeldImage,
  signal: AbortSignal,
): Promise<bigint | undefined> {
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  const monitor = async (line: string) =>
    String(await qmp.execute('human-monitor-command', { 'command-line': line }));
  const place = async () => {
    const [, found] = /\b(?:RIP|EIP|PC)\s*=\s*([\da-f]+)/i.exec(await monitor('info registers')) ?? [];
    return found === undefined ? undefined : BigInt(`0x${found}`);
  };
  const waitsAt = async (address: bigint) => {
    const bytes = await monitor(`x /${held.instruction.length}xb 0x${address.toString(16)}`);
    const seen = [...bytes.matchAll(/0x([\da-f]{2})\b/g)].map(([, byte = '']) => byte).join('');
    return Object.values(WAIT).some((wait) => wait.toString('hex') === seen);
  };
  const end = performance.now() + FIRMWARE_LIMIT_MS;
  await qmp.execute('cont');
  for (let last: bigint | undefined; !signal.aborted; ) {
    if (gone)
      throw new Error(
        `The machine ended in its firmware, before that started '${held.original}'. Look at what it says with 'noDebug', or name another one: "qemuArguments": ["-bios", "FILE"].`,
      );
    if (performance.now() > end) {
      throw new Error(
        `The firmware did not start '${held.original}' within ${FIRMWARE_LIMIT_MS / 1000} s. Look at what it says with 'noDebug', or name another one: "qemuArguments": ["-bios", "FILE"].`,
      );
    }
    const now = await place();
    if (now !== undefined && now === last && now % PAGE === held.pageOffset && (await waitsAt(now))) {
      await qmp.execute('stop');
      if ((await place()) === now) return now;
      // An interrupt of the firmware's came just then: it returns to the entry.
      await qmp.execute('cont');
    }
    last = now;
    await pause(LOOK_MS);
  }
  return undefined;
}

/** Where an ELF file says that it begins (`e_entry`, System V ABI). */
export async function elfEntry(path: string): Promise<bigint> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return buffer[4] === 2 ? buffer.readBigUInt64LE(24) : BigInt(buffer.readUInt32LE(24));
  } finally {
    await file.close();
  }
}
