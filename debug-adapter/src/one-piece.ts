/** What is written to a stream in one turn goes out in one piece: each piece wakes whoever reads. */
import type { Writable } from 'node:stream';

export class OnePiece {
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;

  constructor(private readonly stream: Writable) {}

  /** To be called before a write that goes out when this turn ends. */
  begin(): void {
    this.#cork();
    if (this.#isDue) return;
    this.#isDue = true;
    process.nextTick(() => this.#end());
  }

  /** To be called before a write that may wait so long, in milliseconds, for one to go out with. */
  hold(limitMs: number): void {
    this.#cork();
    this.#timer ??= setTimeout(() => this.#end(), limitMs);
  }

  #cork(): void {
    if (this.stream.writableCorked === 0) this.stream.cork();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = false;
    this.stream.uncork();
  }
}
