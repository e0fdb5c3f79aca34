/** A disk without content, in whose file QEMU keeps the states of a machine: qcow2, because raw has no place for them. */
import { emptyQcow2, makeFile } from './disks';

/** The guest does not see it, and states are not counted. In bytes. */
const SIZE = 1 << 20;

/** Throws where there is something already; what fails leaves nothing. */
export async function writeEmptyDisk(path: string): Promise<void> {
  await makeFile(path, (file) => file.writeFile(emptyQcow2(SIZE)), 0o600);
}
