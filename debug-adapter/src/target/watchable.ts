/** What of a program's values lies in memory, and can be watched there. */
import { evaluate, type FrameContext, GdbRefusal } from '../gdb';
import type { Target } from './target';
import type { WatchedPlace } from './wanted-breakpoint';

/** A debug register covers 8 bytes: a longer place takes more than one. */
const LONGEST = 8;

/** Where the value of `expression` lies. Rejects with GDB's reason: it is in a register, or no place at all. */
export async function placeOf(target: Target, expression: string, at: FrameContext): Promise<WatchedPlace> {
  const [address, bytes] = await Promise.all([
    evaluate(target.gdb, `(unsigned long) &(${expression})`, at),
    evaluate(target.gdb, `(unsigned long) sizeof(${expression})`, at),
  ]);
  return { address: `0x${BigInt(address).toString(16)}`, bytes: Number(bytes), name: expression };
}

/** The place to watch, or the sentence why it cannot be watched. */
export async function watchable(
  target: Target,
  expression: string,
  at: FrameContext,
): Promise<WatchedPlace | { readonly refusal: string }> {
  try {
    return watchableRange(await placeOf(target, expression, at));
  } catch (error) {
    if (!(error instanceof GdbRefusal)) throw error;
    return { refusal: `'${expression}' has no place in memory to watch. GDB says: ${error.message}` };
  }
}

export function watchableRange(place: WatchedPlace): WatchedPlace | { readonly refusal: string } {
  if (place.bytes > LONGEST) {
    return {
      refusal: `'${place.name}' has ${place.bytes} bytes; the processor watches up to ${LONGEST} at a time. Watch one of its members.`,
    };
  }
  return place;
}
