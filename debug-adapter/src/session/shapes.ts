/** What plain data from outside has to look like, piece by piece, with words for what does not. */

export interface Shape {
  /** For sentences: what stands there. */
  readonly takes: string;
  fits(value: unknown): boolean;
  readonly optional?: boolean;
  /** Of a list. */
  readonly items?: Shape;
  /** Of an object; others may stand there too. */
  readonly fields?: Fields;
}

export type Fields = { readonly [name: string]: Shape };

export const text: Shape = { takes: 'a text', fits: (value) => typeof value === 'string' };
export const flag: Shape = { takes: 'true or false', fits: (value) => typeof value === 'boolean' };
export const whole: Shape = { takes: 'a whole number', fits: Number.isSafeInteger };
export const count: Shape = {
  takes: 'a whole number from 0 on',
  fits: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};

export const optional = (shape: Shape): Shape => ({ ...shape, optional: true });
export const list = (items: Shape): Shape => ({ takes: 'a list', fits: Array.isArray, items });
export const object = (fields: Fields): Shape => ({
  takes: 'an object',
  fits: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  fields,
});
/** The same with no others there. */
export const only = (fields: Fields): Shape => ({
  takes: `an object with nothing but ${Object.keys(fields).join(', ')}`,
  fits: (value) =>
    object(fields).fits(value) && Object.keys(value as object).every((name) => Object.hasOwn(fields, name)),
  fields,
});
export const oneOf = (...values: readonly string[]): Shape => ({
  takes: values.map((value) => `'${value}'`).join(', '),
  fits: (value) => values.some((known) => known === value),
});

/** The first place in a value, such as `breakpoints[1].line`, that does not fit, and what it takes. */
export function misfit(
  value: unknown,
  shape: Shape,
  place: string,
): { place: string; takes: string } | undefined {
  if (!shape.fits(value)) return { place, takes: shape.takes };
  if (shape.items !== undefined) {
    for (const [i, item] of (value as unknown[]).entries()) {
      const found = misfit(item, shape.items, `${place}[${i}]`);
      if (found !== undefined) return found;
    }
  }
  for (const [name, field] of Object.entries(shape.fields ?? {})) {
    const inner = (value as Record<string, unknown>)[name];
    if (field.optional && (inner === undefined || inner === null)) continue;
    const found = misfit(inner, field, place === '' ? name : `${place}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A value that fits, without what is left out by a null. */
export function withoutNulls(value: unknown, { items, fields }: Shape): unknown {
  if (items !== undefined) return (value as unknown[]).map((item) => withoutNulls(item, items));
  if (fields === undefined) return value;
  const present = Object.entries(value as object).filter(([, inner]) => inner !== null);
  return Object.fromEntries(
    present.map(([name, inner]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      return [name, field === undefined ? inner : withoutNulls(inner, field)];
    }),
  );
}
