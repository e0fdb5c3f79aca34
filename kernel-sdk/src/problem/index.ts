/** What every parser reports: problems with an exact place in a text. */

/** A place in a text: zero-based line, zero-based UTF-16 code unit, as LSP counts them. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Half-open: `end` is the first position that no longer belongs to the range. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** A finding about one text. Parsers return these; they never throw. */
export interface Problem {
  /** Stable and searchable, such as `unknown-key`; documented, never reused for another meaning. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence: what is wrong and what to do. */
  readonly message: string;
  readonly range: Range;
  /** Ways to mend it, the likeliest first. */
  readonly fixes?: readonly Fix[];
}

/** A change that mends a problem, in one step. */
export interface Fix {
  /** What a menu shows: `Replace with 'qemu/x86_64'`. */
  readonly title: string;
  readonly changes: readonly TextChange[];
  /** One of several that are as good: somebody has to choose. */
  readonly isAlternative?: boolean;
}

/** A piece of a text and what takes its place. */
export interface TextChange {
  /** Absolute; the problem's own file where it is left out. */
  readonly file?: string;
  readonly range: Range;
  readonly newText: string;
}

/** A problem together with the absolute path of the file it stands in. */
export interface LocatedProblem extends Problem {
  readonly file: string;
}

/** A place in a file, by its absolute path. */
export interface LocatedRange {
  readonly file: string;
  readonly range: Range;
}

/** A value with the place it was read from. */
export interface Ranged<T> {
  readonly value: T;
  readonly range: Range;
}

export { applyChanges, textAt } from './apply';
export { messageOf } from './failure';
export { insertion, removal, replacement } from './fix';
export { editDistance, suggest } from './suggest';
export { isProblem } from './validate';
