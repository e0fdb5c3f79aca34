/** MI results, read with types. */

export type MiValue = string | MiValue[] | { [name: string]: MiValue };
export type MiTuple = { [name: string]: MiValue };

/** The text of a field; undefined when it is absent or no text. */
export function text(tuple: MiTuple, name: string): string | undefined {
  const value = tuple[name];
  // A repeated key arrives as a list (`reason` of a stop by several watchpoints): the first one counts.
  if (Array.isArray(value)) return typeof value[0] === 'string' ? value[0] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** A number in decimal or `0x` notation; undefined when the field is absent or no number. */
export function integer(tuple: MiTuple, name: string): number | undefined {
  const value = text(tuple, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

export function tuple(parent: MiTuple, name: string): MiTuple | undefined {
  const value = parent[name];
  return isTuple(value) ? value : undefined;
}

/** The tuples of a list: `[{…},{…}]`, `[frame={…},frame={…}]`, or a single one that lost its list. */
export function tuples(parent: MiTuple, name: string): MiTuple[] {
  return values(parent, name).filter(isTuple);
}

/** The texts of a list. */
export function texts(parent: MiTuple, name: string): string[] {
  return values(parent, name).filter((value) => typeof value === 'string');
}

function values(parent: MiTuple, name: string): MiValue[] {
  const value = parent[name];
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function isTuple(value: MiValue | undefined): value is MiTuple {
  return typeof value === 'object' && !Array.isArray(value);
}
