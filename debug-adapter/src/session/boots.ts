/** One boot after another: a later one gives up the one before it, and whoever ends the session waits for all of them. */
import { cancelled, noSession } from '../errors';
import { OneByOne } from '../one-by-one';

export interface Boot {
  /** What the client knows its progress by. */
  readonly id: string;
  readonly signal: AbortSignal;
}

export class Boots {
  #current = new AbortController();
  readonly #all = new OneByOne();
  #count = 0;
  #closed = false;

  /** Resolves or rejects as `work` does, which begins when nothing else boots. Rejects when the session ends. */
  next(work: (boot: Boot) => Promise<void>): Promise<void> {
    this.#current.abort();
    this.#current = new AbortController();
    const { signal } = this.#current;
    const id = this.id(++this.#count);
    return this.#all.run(async () => {
      if (this.#closed) throw noSession();
      if (signal.aborted) throw cancelled();
      return work({ id, signal });
    });
  }

  /** How many there have been. */
  get count(): number {
    return this.#count;
  }

  /** Gives up what boots, where it is the one that `progressId` names, or whatever it is. */
  cancel(progressId = this.id(this.#count)): void {
    if (progressId === this.id(this.#count)) this.#current.abort();
  }

  /** Nothing boots any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#current.abort();
    await this.#all.settled();
  }

  private id(count: number): string {
    return `boot-${count}`;
  }
}
