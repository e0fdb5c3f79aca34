/** Files of disks that are made on first use. */
import { type FileHandle, open, unlink } from 'node:fs/promises';
import type { Disk } from './model';

/** Makes an empty disk that takes hardly any room on the host; throws where there is something already. */
export async function createDisk({ path, format }: Disk, size: number): Promise<void> {
  await makeFile(path, (file) =>
    format === 'qcow2' ? file.writeFile(emptyQcow2(size)) : file.truncate(size),
  );
}

/** Makes a file by `write`; what fails leaves nothing. Throws where there is something already. */
export async function makeFile(
  path: string,
  write: (file: FileHandle) => Promise<void>,
  mode?: number,
): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await write(file);
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
}

const SECTOR = 512;

/** Makes a disk that holds what is written, and reads the rest from another one. Throws a sentence, or where there is something already. */
export async function createOverlay(path: string, disk: Disk): Promise<void> {
  const file = await open(disk.path, 'r');
  let size: number;
  try {
    if (disk.format === 'qcow2') {
      const { buffer } = await file.read(Buffer.alloc(32), 0, 32, 0);
      if (buffer.toString('latin1', 0, 4) !== MAGIC) {
        throw new Error(
          `The disk '${disk.path}' is not in the format qcow2, which its name says. Rename it, or make it again.`,
        );
      }
      size = Number(buffer.readBigUInt64BE(24));
    } else {
      size = Math.ceil((await file.stat()).size / SECTOR) * SECTOR;
    }
  } finally {
    await file.close();
  }
  await makeFile(path, (overlay) => overlay.writeFile(emptyQcow2(size, disk)), 0o600);
}

const MAGIC = 'QFI\xfb';
const CLUSTER_BITS = 16;
const CLUSTER = 1 << CLUSTER_BITS;
const HEADER = 104;

/**
 * An image of which no cluster is in use (QEMU's docs/interop/qcow2.txt, version 3), so that nobody has to
 * install qemu-img: header, refcount table, refcount block and L1 table, each from a cluster of its own on. What is in no
 * cluster is read from `backing`, where one is told.
 */
export function emptyQcow2(size: number, backing?: Pick<Disk, 'path' | 'format'>): Buffer {
  // An L1 entry stands for one cluster of L2 entries, each for one cluster of data.
  const l1Entries = Math.ceil(size / (CLUSTER * (CLUSTER / 8)));
  const clusters = 3 + Math.max(1, Math.ceil((l1Entries * 8) / CLUSTER));
  const image = Buffer.alloc(clusters * CLUSTER);
  image.write(MAGIC, 0, 'latin1');
  image.writeUInt32BE(3, 4);
  image.writeUInt32BE(CLUSTER_BITS, 20);
  image.writeBigUInt64BE(BigInt(size), 24);
  image.writeUInt32BE(l1Entries, 36);
  image.writeBigUInt64BE(BigInt(3 * CLUSTER), 40); // L1 table
  image.writeBigUInt64BE(BigInt(CLUSTER), 48); // refcount table
  image.writeUInt32BE(1, 56); // clusters of the refcount table
  image.writeUInt32BE(4, 96); // refcounts of 1 << 4 bits
  image.writeUInt32BE(HEADER, 100);
  if (backing !== undefined) {
    // A header extension with the backing file's format, padded to 8 bytes, the end of the extensions, the name.
    image.writeUInt32BE(0xe279_2aca, HEADER);
    image.writeUInt32BE(backing.format.length, HEADER + 4);
    image.write(backing.format, HEADER + 8, 'latin1');
    const name = HEADER + 24;
    image.writeBigUInt64BE(BigInt(name), 8);
    image.writeUInt32BE(image.write(backing.path, name, 'utf8'), 16);
  }
  image.writeBigUInt64BE(BigInt(2 * CLUSTER), CLUSTER); // the refcount block
  for (let i = 0; i < clusters; i++) image.writeUInt16BE(1, 2 * CLUSTER + i * 2);
  return image;
}
