/** How an image lays out the kernel's data, as its symbols tell: addresses, sizes, offsets of fields. */
import type { Inspector } from './kernel';

/** Values of integer expressions by name, asked for together; undefined where the image lacks one of them. */
export async function layoutOf<Name extends string>(
  inspector: Inspector,
  expressions: Readonly<Record<Name, string>>,
): Promise<Readonly<Record<Name, number>> | undefined> {
  const names = Object.keys(expressions) as Name[];
  try {
    const values = await Promise.all(names.map((name) => inspector.number(expressions[name])));
    const known = names.map((name, i) => [name, Number(values[i])] as const);
    if (!known.every(([, value]) => Number.isSafeInteger(value))) return undefined;
    return Object.fromEntries(known) as Record<Name, number>;
  } catch {
    return undefined;
  }
}

/** The expression for where a field stands in a structure. */
export function offsetOf(type: string, field: string): string {
  return `&((${type} *) 0)->${field}`;
}

export function readPointer(from: Buffer, offset: number): bigint {
  return offset + 8 <= from.length ? from.readBigUInt64LE(offset) : 0n;
}

/** The text up to its closing zero. */
export function readText(from: Buffer): string {
  const end = from.indexOf(0);
  return from.subarray(0, end < 0 ? from.length : end).toString();
}
