/** A disk without content, in whose file QEMU keeps the states of a machine: qcow2, because raw has no place for them. */
import { open, unlink } from 'node:fs/promises';
import { emptyQcow2 } from './disks';

/** The guest does not see it, and states are not counted. In bytes. */
const SIZE = 1 << 20;

/** Throws where there is something already; what fails leaves nothing. */
export async function writeEmptyDisk(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(emptyQcow2(SIZE));
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
}
