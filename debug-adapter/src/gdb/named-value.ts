/** A frame's variables and arguments, as GDB lists them. */
import { type MiTuple, text } from './mi-value';

export interface NamedValue {
  readonly name: string;
  readonly type: string;
  /** GDB's rendering; of an array, a structure or a union it has none here. */
  readonly value?: string;
}

export function namedValueOf(listed: MiTuple): NamedValue {
  const value = text(listed, 'value');
  return {
    name: text(listed, 'name') ?? '',
    type: text(listed, 'type') ?? '',
    ...(value === undefined ? {} : { value }),
  };
}
