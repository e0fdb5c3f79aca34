/** One build of a folder at a time, across processes. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIsGone } from '../program';

/** Looks this often whether another build is done, in milliseconds. */
const POLL_MS = 25;

/**
 * Takes the lock, waiting for a build that runs; gives the function that gives it back. The lock of a
 * process that died is taken over. Undefined when the signal aborts first.
 */
export async function takeLock(path: string, signal?: AbortSignal): Promise<(() => void) | undefined> {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${process.pid} ${Math.random().toString(36).slice(2)}`;
  while (signal?.aborted !== true) {
    try {
      writeFileSync(path, mine, { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isStale(path)) rmSync(path, { force: true });
    else await sleep(POLL_MS);
  }
  return undefined;
}

function isStale(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8').split(' ')[0]);
    // An empty file is being written just now.
    return Number.isInteger(pid) && pid > 0 && processIsGone(pid);
  } catch {
    // Given back meanwhile.
    return false;
  }
}
