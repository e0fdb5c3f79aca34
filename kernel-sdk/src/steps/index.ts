/** steps/: long work in steps, so that who asked for it can do other things in between. */

/** Work that says, by yielding, where it can be put aside. */
export type Steps<T> = Generator<void, T, void>;

/** All of it at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** How long work goes on before others have their turn, in milliseconds. */
const TURN_MS = 8;

/** Resolves when messages, timers and other work that have come have had their turn. */
export function turn(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

/** Work in turns with others': {@link due} says when their turn has come. */
export class Turns {
  #until = performance.now() + TURN_MS;

  get due(): boolean {
    return performance.now() >= this.#until;
  }

  /** Resolves when the others have had theirs. */
  async pass(): Promise<void> {
    await turn();
    this.#until = performance.now() + TURN_MS;
  }

  /** What the work gives. */
  async result<T>(steps: Steps<T>): Promise<T> {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      if (this.due) await this.pass();
    }
  }

  /** False when the work was given up, because `goesOn` said so after a turn of others. */
  async finish(steps: Steps<void>, goesOn: () => boolean): Promise<boolean> {
    try {
      while (!steps.next().done) {
        if (!this.due) continue;
        await this.pass();
        if (!goesOn()) return false;
      }
      return true;
    } finally {
      steps.return();
    }
  }
}
