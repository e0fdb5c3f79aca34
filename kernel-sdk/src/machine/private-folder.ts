/** Folders of this process's own for what belongs to a machine, and what is said where there is no room in them. */
import { mkdtempSync, readdirSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { messageOf } from '../problem';
import { processIsGone } from '../program';

/** A state is written in pieces, in bytes: where less is left, the next one did not fit. */
const NOTHING = 1 << 20;
export const ADVICE =
  'Free some space there, or set TMPDIR to a folder that has more and that you can write to.';

/** A folder of mode 0700 that whoever comes next removes if this process cannot. Rejects with a sentence. */
export async function createPrivateFolder(): Promise<string> {
  const parent = tmpdir();
  await removeOrphans(parent);
  try {
    // mkdtemp makes the folder with mode 0700 (POSIX).
    return mkdtempSync(join(parent, `unikernel-${process.pid}-`));
  } catch (error) {
    throw new Error(
      `No folder for QEMU's files could be made in '${parent}' (${messageOf(error)}). ${ADVICE}`,
    );
  }
}

/**
 * What went wrong in a private folder, told by the system or by QEMU: a sentence where it is that there is no room, and as it is
 * else. `what` says who has none.
 */
export async function explainRoom(error: unknown, folder: string, what: string): Promise<Error> {
  const failure = error instanceof Error ? error : new Error(String(error));
  const isTold = /\b(?:ENOSPC|EDQUOT)\b|No space left on device|Disk quota exceeded/.test(failure.message);
  // For a state that does not fit, QEMU has no other words than for a disk that is broken.
  const isLikely = /Input\/output error/.test(failure.message) && (await roomIn(folder)) < NOTHING;
  return isTold || isLikely ? noRoom(folder, what) : failure;
}

export function noRoom(folder: string, what: string): Error {
  return new Error(`${what} no room in '${dirname(folder)}'. ${ADVICE}`);
}

/** In bytes; without a limit where that cannot be known. */
export async function roomIn(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return Infinity;
  }
}

/** A process that was killed could not remove its folder: whoever comes next does. */
async function removeOrphans(parent: string): Promise<void> {
  for (const name of namesIn(parent)) {
    const pid = /^unikernel-(\d+)-/.exec(name)?.[1];
    // Another user's folder cannot be removed, and is theirs to care for.
    if (pid !== undefined && processIsGone(Number(pid))) {
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
