/** Where in memory what a value shows can be looked at. */
import {
  evaluate,
  evaluateNumber,
  type FrameContext,
  type GdbConnection,
  hex,
  type VariableObject,
} from '../gdb';
import { isCompound, isHexadecimal, isPlainNumber, pointedTo } from './rendering';

/** Where the value of an expression lies; undefined for one in a register. */
export function addressOf(
  gdb: GdbConnection,
  expression: string,
  at: FrameContext,
): Promise<string | undefined> {
  return evaluateNumber(gdb, `&(${expression})`, at).then(hex, () => undefined);
}

/** Of a structure or an array, where it lies; of a pointer, where that points to. */
export async function addressIn(
  gdb: GdbConnection,
  { value, type = '', childCount }: VariableObject,
  expression: string | undefined,
  at: FrameContext,
): Promise<string | undefined> {
  const compound = childCount > 0 && isCompound(value);
  if (compound && expression !== undefined) return addressOf(gdb, expression, at);
  const isNumber = childCount === 0 && (await isHexadecimalNumber(gdb, { value, type }, expression, at));
  return isNumber ? undefined : pointedTo(value);
}

/** Whether a value that looks like a pointer is none (`set output-radix 16`). */
export async function isHexadecimalNumber(
  gdb: GdbConnection,
  { value, type }: { readonly value: string; readonly type: string },
  expression: string | undefined,
  at: FrameContext,
): Promise<boolean> {
  if (!isHexadecimal(value) || type.includes('*')) return false;
  if (isPlainNumber(type) || expression === undefined) return true;
  // A program's own name for a type: of a pointer or of a number.
  return evaluate(gdb, `sizeof(*(${expression}))`, at).then(
    () => false,
    () => true,
  );
}
