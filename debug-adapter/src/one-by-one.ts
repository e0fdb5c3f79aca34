/** Works that may not overlap: each begins when the one before it has ended, however that went. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when what was asked for so far has ended. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
