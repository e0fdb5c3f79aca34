/** Options: as they are declared, and with their values. */
import type { LocatedRange, Range } from '../problem';

export type OptionType = 'bool' | 'string' | 'int' | 'hex';

/** An expression of the configuration language; symbols without their `CONFIG_` prefix. */
export type Expression =
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'compare';
      readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=';
      readonly left: Expression;
      readonly right: Expression;
    };

export interface Conditional<T> {
  readonly value: T;
  readonly condition?: Expression;
}

/** `range LOW HIGH`. */
export interface Bounds {
  readonly low: Expression;
  readonly high: Expression;
  readonly place: LocatedRange;
}

/** One `config` or `menuconfig`, with what the blocks around it add to `dependsOn`. */
export interface Option {
  /** Without `CONFIG_`. */
  readonly name: string;
  readonly range: Range;
  type?: OptionType;
  prompt?: Conditional<string>;
  help?: string;
  readonly defaults: Conditional<Expression>[];
  readonly selects: Conditional<string>[];
  readonly implies: Conditional<string>[];
  readonly ranges: Conditional<Bounds>[];
  readonly dependsOn: Expression[];
  /** The choice that it is a member of. */
  choice?: Choice;
}

/** Exactly one of the members is `y`. */
export interface Choice {
  readonly name?: string;
  readonly range: Range;
  prompt?: string;
  readonly defaults: Conditional<string>[];
  readonly dependsOn: Expression[];
  readonly members: Option[];
}

/** A tree of `Config.uk` files, read. */
export interface KconfigModel {
  /** In the order of their declaration; one that is declared twice has its declarations together. */
  readonly options: ReadonlyMap<string, Option>;
  readonly choices: readonly Choice[];
}

/** Options with values. */
export interface Configuration {
  /** By name with the `CONFIG_` prefix; an option that is off has the value `n`, texts have no quotes. */
  readonly values: ReadonlyMap<string, string>;
  /** Types by the same names. */
  readonly types: ReadonlyMap<string, OptionType>;
}
