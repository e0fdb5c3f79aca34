/** A disk without content, in whose file QEMU keeps the states of a machine: qcow2, because raw has no place for them. */
import { writeFile } from 'node:fs/promises';
import { emptyQcow2 } from './disks';

/** The guest does not see it, and states are not counted. In bytes. */
const SIZE = 1 << 20;

/** Throws where there is something already. */
export async function writeEmptyDisk(path: string): Promise<void> {
  await writeFile(path, emptyQcow2(SIZE), { flag: 'wx', mode: 0o600 });
}
