/** Numbers without a sign, in each of the radixes that GDB shows them in: `255`, `0xff`, `0377`. */

/** Undefined for what is none: `void`, `<optimized out>`. */
export function readNumber(printed: string): bigint | undefined {
  if (/^(0x[0-9a-f]+|0|[1-9]\d*)$/.test(printed)) return BigInt(printed);
  return /^0[0-7]+$/.test(printed) ? BigInt(`0o${printed.slice(1)}`) : undefined;
}
