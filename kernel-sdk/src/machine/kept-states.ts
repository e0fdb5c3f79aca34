/**
 * Where in a recorded run the machine's state is kept: a place is reached from the nearest one before it. On a long way to a place
 * more are kept, the closer to it the closer together, so that what lies shortly before is near for whoever goes back.
 */

/** What is so far behind a state, in instructions, is reached from it at once, even past a breakpoint at every few of them. */
const NEAR = 16_000;
/** So many are kept on the way, which take up room on the host's disk. */
const MOST = 32;

export class KeptStates {
  readonly #positions = new Set<number>();
  /** Those that were kept on the way, the oldest first. */
  #rungs: readonly number[] = [];

  /** @param base Of the state that the run begins with. */
  constructor(private readonly base: number) {}

  add(position: number): void {
    this.#positions.add(position);
  }

  /** Keeps one on the way; gives those that make room for it. */
  addRung(position: number): readonly number[] {
    this.add(position);
    const rungs = [...this.#rungs.filter((rung) => rung !== position), position];
    const dropped = rungs.slice(0, Math.max(0, rungs.length - MOST));
    this.#rungs = rungs.slice(dropped.length);
    for (const rung of dropped) this.#positions.delete(rung);
    return dropped;
  }

  isAt(position: number): boolean {
    return this.#positions.has(position);
  }

  isNear(position: number): boolean {
    return position - this.#before(position) <= NEAR;
  }

  /** Where states are worth keeping on the way to `position`, in their order. */
  rungs(position: number): readonly number[] {
    const rungs: number[] = [];
    for (let at = this.#before(position); position - at > NEAR; ) {
      at = Math.floor((at + position) / 2);
      rungs.push(at);
    }
    return rungs;
  }

  #before(position: number): number {
    let nearest = this.base;
    for (const each of this.#positions) if (each <= position && each > nearest) nearest = each;
    return nearest;
  }
}
