/** A stop of the guest that serves a command of ours and is told to nobody. */
import { noSession } from '../errors';
import type { AsyncRecord } from '../gdb';

/** Limit for a stop that was asked for, in milliseconds. */
const LIMIT_MS = 5_000;

export class SilentStop {
  #take: ((record: AsyncRecord) => void) | undefined;
  #lose: (() => void) | undefined;

  /** Resolves with the stop that `interrupt` leads to, or with another one that came first; rejects where none comes. */
  async of(interrupt: () => Promise<void>): Promise<AsyncRecord> {
    let timer: NodeJS.Timeout | undefined;
    const stopped = new Promise<AsyncRecord>((resolve, reject) => {
      this.#take = resolve;
      this.#lose = () => reject(noSession());
      timer = setTimeout(
        () =>
          reject(
            new Error(
              `The unikernel did not stop within ${LIMIT_MS / 1000} s when it was asked to. Pause it, or restart.`,
            ),
          ),
        LIMIT_MS,
      );
    });
    stopped.catch(() => undefined);
    try {
      await interrupt();
      return await stopped;
    } finally {
      clearTimeout(timer);
      this.#take = undefined;
      this.#lose = undefined;
    }
  }

  /** Whether a stop is the one that is waited for. */
  takes(record: AsyncRecord): boolean {
    this.#take?.(record);
    return this.#take !== undefined;
  }

  /** The machine is gone: it stops no more. */
  lose(): void {
    this.#lose?.();
  }
}
