/** A part of a register that has a meaning of its own. */

export interface BitField {
  readonly name: string;
  /** The lowest bit's number. */
  readonly from: number;
  /** The number of bits. */
  readonly width: number;
  readonly meaning: string;
  /** Shown as the address that it is part of, rather than as a number of its own. */
  readonly address?: boolean;
}

export const bit = (from: number, name: string, meaning: string, width = 1): BitField => ({
  name,
  from,
  width,
  meaning,
});
