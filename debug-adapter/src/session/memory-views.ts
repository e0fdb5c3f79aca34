/** The memory that a client shows, so that it can be told when that changes. */
import { MemoryEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';

interface View {
  readonly start: bigint;
  readonly end: bigint;
}

export class MemoryViews {
  readonly #views = new Map<string, View>();

  /** The client has read this, by its own reference. */
  add(reference: string, start: bigint, count: number): void {
    const old = this.#views.get(reference);
    const end = start + BigInt(count);
    this.#views.set(reference, {
      start: old !== undefined && old.start < start ? old.start : start,
      end: old !== undefined && old.end > end ? old.end : end,
    });
  }

  /** Events for a write, one for each reference under which the client has seen some of the bytes. */
  written(start: bigint, count: number): DebugProtocol.MemoryEvent[] {
    const end = start + BigInt(count);
    return [...this.#views]
      .filter(([, view]) => view.start < end && view.end > start)
      .map(([reference]) => new MemoryEvent(reference, Number(start - addressOf(reference)), count));
  }

  /** Events for a change of which only the client's own picture is known. */
  all(): DebugProtocol.MemoryEvent[] {
    return [...this.#views].map(
      ([reference, { start, end }]) =>
        new MemoryEvent(reference, Number(start - addressOf(reference)), Number(end - start)),
    );
  }

  clear(): void {
    this.#views.clear();
  }
}

/** Memory references are addresses in hexadecimal. */
export function addressOf(reference: string): bigint {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(reference)) throw new Error(`'${reference}' is not an address.`);
  return BigInt(reference);
}
