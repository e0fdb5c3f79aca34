/** What of a program's values lies in memory, and can be watched there. */
import { evaluateNumber, type FrameContext, GdbRefusal, runConsoleCommand } from '../gdb';
import type { Target } from './target';
import type { WatchedPlace } from './wanted-breakpoint';

/** A debug register covers 8 bytes: a longer place takes more than one. */
const LONGEST = 8;
/** `a.b`, `a->b`: what a member belongs to, and which it is. */
const MEMBER = /^(.*?)\s*(\.|->)\s*([A-Za-z_]\w*)$/s;

/** Where the value of `expression` lies. Rejects with GDB's reason: it is in a register, or no place at all. */
export async function placeOf(target: Target, expression: string, at: FrameContext): Promise<WatchedPlace> {
  const [address, bytes] = await Promise.all([
    evaluateNumber(target.gdb, `&(${expression})`, at),
    evaluateNumber(target.gdb, `sizeof(${expression})`, at),
  ]);
  return { address: hex(address), bytes: Number(bytes), name: expression };
}

/** The place to watch, or the sentence why it cannot be watched. */
export async function watchable(
  target: Target,
  expression: string,
  at: FrameContext,
): Promise<WatchedPlace | { readonly refusal: string }> {
  try {
    const place = watchableRange(await placeOf(target, expression, at));
    if ('refusal' in place) return place;
    const [typed, frame] = await Promise.all([typedPlace(target, place, at), frameAround(target, place, at)]);
    return { ...place, ...(typed === undefined ? {} : { typed }), ...(frame === undefined ? {} : { frame }) };
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

/**
 * The place in the program's types, so that its values are shown as everywhere. A member is spelt as one: of a bit field,
 * GDB tells its own changes from its neighbours' then.
 */
async function typedPlace(
  target: Target,
  { name, address, bytes }: WatchedPlace,
  at: FrameContext,
): Promise<string | undefined> {
  const [, outer, access, member] = MEMBER.exec(name) ?? [];
  const parent = access === '->' ? `*(${outer})` : outer;
  const candidates = [
    ...(parent === undefined ? [] : [async () => `(${await retyped(target, parent, at)}).${member}`]),
    () => retyped(target, name, at),
  ];
  for (const candidate of candidates) {
    try {
      const typed = await candidate();
      const found = await placeOf(target, typed, at);
      if (found.address === address && found.bytes === bytes) return typed;
    } catch (error) {
      if (!(error instanceof GdbRefusal)) throw error;
    }
  }
  return undefined;
}

async function retyped(target: Target, expression: string, at: FrameContext): Promise<string> {
  const [printed, address] = await Promise.all([
    runConsoleCommand(target.gdb, `whatis ${expression}`, at),
    evaluateNumber(target.gdb, `&(${expression})`, at),
  ]);
  return `*(${printed.replace(/^type = /, '').trim()} *) ${hex(address)}`;
}

/** Undefined for what lies in no frame, or in one that never returns. */
async function frameAround(
  target: Target,
  { address }: WatchedPlace,
  { level, ...on }: FrameContext,
): Promise<WatchedPlace['frame']> {
  try {
    const outer = { ...on, level: level + 1 };
    const [inner, stack, returns] = await Promise.all([
      evaluateNumber(target.gdb, '$sp', { ...on, level }),
      evaluateNumber(target.gdb, '$sp', outer),
      evaluateNumber(target.gdb, '$pc', outer),
    ]);
    const isInside = BigInt(address) >= inner && BigInt(address) < stack;
    return isInside ? { returns: hex(returns), stack: hex(stack) } : undefined;
  } catch (error) {
    if (error instanceof GdbRefusal) return undefined;
    throw error;
  }
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
