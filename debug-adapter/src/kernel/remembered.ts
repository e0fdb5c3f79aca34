/** Answers that stay as they are: each is asked for once, and again where that failed. */
export class Remembered<Key, Value> {
  readonly #answers = new Map<Key, Promise<Value>>();

  of(key: Key, ask: () => Promise<Value>): Promise<Value> {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const asked = ask();
    this.#answers.set(key, asked);
    asked.catch(() => this.#answers.delete(key));
    return asked;
  }
}
