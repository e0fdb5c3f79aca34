/** What a kernel's memory means to a debugger. One implementation for each kernel, chosen by symbols. */

/** Reads a stopped guest; expressions are GDB's. Rejects when one cannot be evaluated. */
export interface Inspector {
  /** As GDB prints it. */
  evaluate(expression: string): Promise<string>;
  /** The text that a `char *` expression points to. */
  evaluateText(expression: string): Promise<string>;
}

export interface Panic {
  /** Of exceptions.ts. */
  readonly kind: string;
  /** One sentence, without a full stop: `Page fault: write to 0x0 (page not present)`. */
  readonly sentence: string;
  /** Lines with the exception's name, error code and registers, as far as they are known. */
  readonly details: readonly string[];
}

export interface Kernel {
  readonly name: string;
  /** The function that every panic passes through, once, before anything is torn down. */
  readonly panicFunction: string;
  /** Called when stopped at the start of {@link panicFunction}. */
  readPanic(inspector: Inspector): Promise<Panic>;
  /**
   * What holds at the start of {@link panicFunction} for panics of the wanted kinds (exceptions.ts);
   * undefined when that is every one. Needs symbols alone.
   */
  panicCondition(inspector: Inspector, wanted: ReadonlySet<string>): Promise<string | undefined>;
}
