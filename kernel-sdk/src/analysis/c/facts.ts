/**
 * What a C or C++ file says, whatever the configuration: what it includes, declares, defines and calls, and under which
 * conditions. It is plain data, made once for each text.
 */

/** What the conditions of the preprocessor make of a file: the first block is the whole of it. */
export interface Block {
  /** The block around it; -1 for the whole file. */
  readonly parent: number;
  /** `else` has no condition of its own; `guard` keeps a header from being read twice, and is always there. */
  readonly kind: 'file' | 'if' | 'ifdef' | 'ifndef' | 'else' | 'guard';
  readonly condition: string;
  /** The branch before it, which counts in its place where that one's condition holds; -1 for a first one. */
  readonly previous: number;
  /** Lines between its directives, half-open. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/** In the order of the text: what later conditions hang on. */
export type Event =
  | { readonly kind: 'block'; readonly block: number }
  | { readonly kind: 'define'; readonly name: string; readonly value: string; readonly block: number }
  | { readonly kind: 'undef'; readonly name: string; readonly block: number };

export interface Include {
  /** As written: `uk/sched.h`. */
  readonly header: string;
  readonly isQuoted: boolean;
  readonly block: number;
  /** Of the name, in UTF-16 code units from the start of the text. */
  readonly start: number;
}

export interface DeclaredFunction {
  /** How many arguments it takes; undefined where nobody can say. */
  readonly parameters?: { readonly least: number; readonly most: number };
  readonly hasBody: boolean;
  /** `static`, or inline in a header: no symbol of its own. */
  readonly isLocal: boolean;
  /** It may well be missing. */
  readonly isWeak: boolean;
  readonly block: number;
  /** Of the name, in UTF-16 code units. */
  readonly start: number;
  /** After the body, where it has one; after the declaration else. */
  readonly end: number;
}

export interface Macro {
  readonly hasParameters: boolean;
  /** Its text may be several arguments. */
  readonly hasComma: boolean;
  readonly start: number;
}

export interface Call {
  readonly name: string;
  /** Undefined where macros or conditions stand in between. */
  readonly args: number | undefined;
  /** Names that are an argument by themselves: as macros they may be several, or none. */
  readonly soft: readonly string[];
  /** What it is an argument of, the innermost last. */
  readonly inside: readonly string[];
  readonly block: number;
  /** Of the name, in UTF-16 code units. */
  readonly start: number;
}

export interface CFacts {
  readonly blocks: readonly Block[];
  readonly events: readonly Event[];
  readonly includes: readonly Include[];
  readonly functions: ReadonlyMap<string, readonly DeclaredFunction[]>;
  readonly macros: ReadonlyMap<string, readonly Macro[]>;
  /** Names in declarations that only macros could explain: they may be anything. */
  readonly odd: ReadonlySet<string>;
  readonly calls: readonly Call[];
  /** Braces do not match: nothing is sure. */
  readonly isBroken: boolean;
}

/** People write these files: a longer text, in UTF-16 code units, is something else. */
export const TEXT_LIMIT = 1_000_000;
