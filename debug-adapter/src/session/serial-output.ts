/** The guest's serial line as lines of text for the debug console. */

/** A line without an end, such as a prompt, is shown after this long, in milliseconds. */
const PARTIAL_LINE_MS = 100;

/** Calls `show` with whole lines, newline included, and with what is left when the line falls silent. */
export class Lines {
  #partial = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly show: (text: string) => void) {}

  push(more: string): void {
    clearTimeout(this.#timer);
    // A serial line ends its lines with CR LF, which may come in two pieces.
    const text = (this.#partial + more).replaceAll('\r\n', '\n');
    const end = text.lastIndexOf('\n') + 1;
    this.#partial = text.slice(end);
    if (end > 0) this.show(text.slice(0, end));
    if (this.#partial !== '') this.#timer = setTimeout(() => this.flush(), PARTIAL_LINE_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    if (this.#partial !== '') this.show(this.#partial);
    this.#partial = '';
  }
}
