/** A value as it is shown. */

/** A value with its name, ready to be shown. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  /** GDB's expression for it, where there is one. */
  readonly expression?: string;
  /** 0 for a value without children. */
  readonly reference: number;
  /** The number of elements, for arrays. */
  readonly elements?: number;
  /** Where it lies, or, of a pointer, where that points; `0x…`. */
  readonly address?: string;
  /** A part that cannot be assigned to. */
  readonly readOnly?: boolean;
}

/** A part of a value's children. */
export interface Page {
  readonly start: number;
  /** 0 or absent: all there are, up to a limit. */
  readonly count?: number;
  /** Only the elements of an array, or only what has a name. */
  readonly only?: 'indexed' | 'named';
}

/** How numbers are shown. */
export type Notation = 'decimal' | 'hexadecimal';
