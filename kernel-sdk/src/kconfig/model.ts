/** Options with values. */

/** An option's value as `.config` spells it: `y`, `n`, a number, or text without its quotes. */
export interface Configuration {
  /** By name with the `CONFIG_` prefix. An option that is off has the value `n`. */
  readonly values: ReadonlyMap<string, string>;
}
