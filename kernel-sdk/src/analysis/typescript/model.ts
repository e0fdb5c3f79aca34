/** What a TypeScript file (the AssemblyScript dialect) says about C: plain data, so that it can come from a worker. */
import type { Position, Range } from '../../problem';

/** A piece of the text with its place. */
export interface Written {
  readonly text: string;
  readonly range: Range;
}

export interface ForeignParameter {
  readonly name: Written;
  /** As written, without blanks at its ends; absent where none is. */
  readonly type?: Written;
}

/** A function without a body, which is linked to one from elsewhere: `declare function`. */
export interface ForeignFunction {
  readonly name: Written;
  /** `@external("module", "element")`: one argument is the element. */
  readonly module?: Written;
  readonly element?: Written;
  readonly parameters: readonly ForeignParameter[];
  readonly returns?: Written;
  /** From the opening parenthesis of the parameters to the end of the type that is returned. */
  readonly signature: Range;
  /** Where its comment would begin. */
  readonly start: Position;
  /** A comment stands before it that speaks to people. */
  readonly isDocumented: boolean;
}

export interface Import {
  /** As written, without quotes. */
  readonly from: Written;
  /** What it takes by name; empty for `* as x` and for an import for its effects. */
  readonly names: readonly Written[];
}

export interface TypeScriptModule {
  readonly functions: readonly ForeignFunction[];
  readonly imports: readonly Import[];
  /** Other names that the file gives to types, with what they stand for as written. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Everything that other files can import by name. */
  readonly exports: readonly string[];
  /** It hands on all that another file exports: `export * from`, so that the list above is not all. */
  readonly isOpen: boolean;
  /** The end of the text. */
  readonly end: Position;
}
