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

export { editDistance, suggest } from './suggest';
