/** The files that a part of a recorded run is kept in, in a private folder, and what becomes of them. */
import { constants, copyFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createOverlay } from './disks';
import { writeEmptyDisk } from './empty-disk';
import type { Disk, RecordingFiles } from './model';

/** `st_blocks` counts in these, whatever the file system's are (stat(2)). */
const BLOCK = 512;

/** Of the first part, which begins with the machine's reset. */
export async function createFiles(folder: string, disks: readonly Disk[]): Promise<RecordingFiles> {
  const files = filesOf(folder, disks, 0);
  await writeEmptyDisk(files.states);
  for (const [i, disk] of disks.entries()) {
    const overlay = files.overlays[i];
    if (overlay !== undefined) await createOverlay(overlay, disk);
  }
  return files;
}

/** Of the nth part, which begins with a state that `before` has; nobody may be writing to that. What fails leaves nothing. */
export async function continueFiles(
  before: RecordingFiles,
  folder: string,
  disks: readonly Disk[],
  n: number,
): Promise<RecordingFiles> {
  const files = filesOf(folder, disks, n);
  const copy = (from: string | undefined, to: string | undefined) =>
    from === undefined || to === undefined ? undefined : copyFile(from, to, constants.COPYFILE_FICLONE);
  const copies = await Promise.allSettled([
    copy(before.states, files.states),
    ...files.overlays.map((overlay, i) => copy(before.overlays[i], overlay)),
  ]);
  const failed = copies.find(({ status }) => status === 'rejected');
  if (failed?.status !== 'rejected') return files;
  await removeFiles([files], before);
  throw failed.reason;
}

/** The same for a part that nobody plays any more, and of which nothing need be copied. */
export function anew(before: RecordingFiles, folder: string, n: number): RecordingFiles {
  const { log, first } = filesOf(folder, [], n);
  return { ...before, log, first };
}

/** Removes the files of parts, but for those that `kept` has, too. What stays goes with the folder. */
export async function removeFiles(parts: readonly RecordingFiles[], kept: RecordingFiles): Promise<void> {
  const needed = new Set(pathsOf(kept));
  const unneeded = parts.flatMap(pathsOf).filter((path) => !needed.has(path));
  await Promise.all(unneeded.map((path) => rm(path, { force: true }).catch(() => undefined)));
}

function pathsOf({ log, states, overlays }: RecordingFiles): readonly string[] {
  return [log, states, ...overlays].filter((path) => path !== undefined);
}

/** What a file takes up on the host's disk, in bytes. */
export async function bytesOf(path: string): Promise<number> {
  return (await stat(path)).blocks * BLOCK;
}

/** What {@link continueFiles} needs of it, in bytes: a copy has no holes. */
export async function bytesToContinue({ states, overlays }: RecordingFiles): Promise<number> {
  const copied = [states, ...overlays].filter((path) => path !== undefined);
  const sizes = await Promise.all(copied.map(async (path) => (await stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function filesOf(folder: string, disks: readonly Disk[], n: number): RecordingFiles {
  return {
    log: join(folder, `log${n}`),
    states: join(folder, `states${n}.qcow2`),
    overlays: disks.map(({ readOnly }, i) => (readOnly ? undefined : join(folder, `disk${i}-${n}.qcow2`))),
    first: `first${n}`,
  };
}
