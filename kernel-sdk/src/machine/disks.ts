/** Files of disks that are made on first use. */
import { open, unlink } from 'node:fs/promises';
import type { Disk } from './model';

/** Makes an empty disk that takes hardly any room on the host; throws where there is something already. */
export async function createDisk({ path, format }: Disk, size: number): Promise<void> {
  const file = await open(path, 'wx');
  try {
    if (format === 'qcow2') await file.writeFile(emptyQcow2(size));
    else await file.truncate(size);
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
}

const CLUSTER_BITS = 16;
const CLUSTER = 1 << CLUSTER_BITS;

/**
 * An image of which no cluster is in use (QEMU's docs/interop/qcow2.txt, version 3), so that nobody has to
 * install qemu-img: header, refcount table, refcount block and L1 table, each from a cluster of its own on.
 */
export function emptyQcow2(size: number): Buffer {
  // An L1 entry stands for one cluster of L2 entries, each for one cluster of data.
  const l1Entries = Math.ceil(size / (CLUSTER * (CLUSTER / 8)));
  const clusters = 3 + Math.max(1, Math.ceil((l1Entries * 8) / CLUSTER));
  const image = Buffer.alloc(clusters * CLUSTER);
  image.write('QFI\xfb', 0, 'latin1');
  image.writeUInt32BE(3, 4);
  image.writeUInt32BE(CLUSTER_BITS, 20);
  image.writeBigUInt64BE(BigInt(size), 24);
  image.writeUInt32BE(l1Entries, 36);
  image.writeBigUInt64BE(BigInt(3 * CLUSTER), 40); // L1 table
  image.writeBigUInt64BE(BigInt(CLUSTER), 48); // refcount table
  image.writeUInt32BE(1, 56); // clusters of the refcount table
  image.writeUInt32BE(4, 96); // refcounts of 1 << 4 bits
  image.writeUInt32BE(104, 100); // header length
  image.writeBigUInt64BE(BigInt(2 * CLUSTER), CLUSTER); // the refcount block
  for (let i = 0; i < clusters; i++) image.writeUInt16BE(1, 2 * CLUSTER + i * 2);
  return image;
}
