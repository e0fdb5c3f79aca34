/** The last of what the guest has printed, for whoever looks for the kernel's messages in it. */

/** Characters that are kept, or a little more. */
const LIMIT = 0x4_0000;

export class ConsoleTail {
  #pieces: string[] = [];
  #length = 0;

  add(text: string): void {
    this.#pieces.push(text);
    this.#length += text.length;
    while (this.#length - (this.#pieces[0]?.length ?? 0) > LIMIT) {
      this.#length -= this.#pieces.shift()?.length ?? 0;
    }
  }

  get text(): string {
    const all = this.#pieces.join('');
    this.#pieces = [all];
    return all;
  }
}
