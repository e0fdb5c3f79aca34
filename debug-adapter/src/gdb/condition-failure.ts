/** Conditions that GDB cannot evaluate: it stops the guest then, and says why in its log alone. */

const BEGINNING = /^Error in testing (?:breakpoint condition|condition for breakpoint [\d.]+):\s*$/m;

export class ConditionFailures {
  #awaited = false;
  #reason: string | undefined;

  /** Text of GDB's log. */
  log(text: string): void {
    const [before, behind] = text.split(BEGINNING);
    const words = (this.#awaited ? (before ?? '') : (behind ?? '')).trim();
    if (words !== '' && (this.#awaited || behind !== undefined)) this.#reason = words;
    this.#awaited = behind !== undefined && words === '';
  }

  /** Why the condition of the breakpoint that stopped the guest just now has no value; told once. */
  take(): string | undefined {
    const reason = this.#reason;
    this.#reason = undefined;
    this.#awaited = false;
    return reason;
  }
}
