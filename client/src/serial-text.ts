/** A guest's serial output for a terminal, which moves to the first column for CR alone. */

export class TerminalText {
  #afterReturn = false;

  /** Puts a CR before each LF that has none; a pair may come in two pieces. */
  convert(text: string): string {
    const converted = text.replace(/\r?\n/g, (end, at: number) => {
      const hasReturn = end.length === 2 || (at === 0 && this.#afterReturn);
      return hasReturn ? end : '\r\n';
    });
    this.#afterReturn = text.endsWith('\r');
    return converted;
  }
}
