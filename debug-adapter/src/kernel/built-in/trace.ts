/** The ring of events of the built-in kernel: kernel-sdk/kernel/lib/uktrace, `uk/trace.h`. */
import { ConstantTexts } from '../constant-texts';
import type { Inspector, TraceReader } from '../kernel';
import { layoutOf, offsetOf } from '../layout';

const EVENT = 'struct uk_trace_event';
const LAYOUT = {
  ring: '&uk_trace_ring',
  bytes: 'sizeof(uk_trace_ring)',
  count: '&uk_trace_count',
  size: `sizeof(${EVENT})`,
  time: offsetOf(EVENT, 'time'),
  name: offsetOf(EVENT, 'name'),
  thread: offsetOf(EVENT, 'thread'),
  arguments: offsetOf(EVENT, 'arguments'),
};
const THREAD = { id: offsetOf('struct uk_thread', 'id') };

export async function builtInTrace(inspector: Inspector): Promise<TraceReader | undefined> {
  const [layout, thread] = await Promise.all([layoutOf(inspector, LAYOUT), layoutOf(inspector, THREAD)]);
  if (layout === undefined) return undefined;
  const texts = new ConstantTexts(inspector);
  return {
    async read(threads) {
      const [counted, ring, names] = await Promise.all([
        inspector.read(BigInt(layout.count), 8),
        inspector.read(BigInt(layout.ring), layout.bytes),
        thread === undefined ? new Map<bigint, string>() : namesById(inspector, thread.id, threads),
      ]);
      const total = counted.length < 8 ? 0 : Number(counted.readBigUInt64LE(0));
      const capacity = Math.floor(ring.length / layout.size);
      const kept = Math.min(total, capacity);
      const events = await Promise.all(
        Array.from({ length: kept }, async (_, i) => {
          const at = ((total - kept + i) % capacity) * layout.size;
          const id = ring.readBigUInt64LE(at + layout.thread);
          const name = await texts.at(ring.readBigUInt64LE(at + layout.name));
          const args = [0, 8].map((offset) => ring.readBigUInt64LE(at + layout.arguments + offset));
          const meaning = MEANINGS.get(name)?.((other) => threadName(other, names) || 'idle', args);
          return {
            time: Number(ring.readBigInt64LE(at + layout.time)),
            name,
            thread: threadName(id, names),
            arguments: args,
            ...(meaning === undefined ? {} : { meaning }),
          };
        }),
      );
      return { events, lost: total - kept };
    },
  };
}

/** The scheduler's own events (lib/uksched): their arguments are numbers of threads. */
const MEANINGS: ReadonlyMap<string, (name: (id: bigint) => string, args: readonly bigint[]) => string> =
  new Map([
    ['switch', (name, [, to = 0n]) => `→ ${name(to)}`],
    ['thread', (name, [made = 0n]) => `makes ${name(made)}`],
    ['exit', (name, [gone = 0n]) => `of ${name(gone)}`],
  ]);

/** The idle thread has the number 0, as what ran before there were threads. */
function threadName(id: bigint, names: ReadonlyMap<bigint, string>): string {
  return id === 0n ? '' : (names.get(id) ?? `thread ${id}`);
}

/** An event has the thread's number; a thread that is gone has no name any more. */
async function namesById(
  inspector: Inspector,
  offset: number,
  threads: Iterable<{ readonly address: bigint; readonly name: string }>,
): Promise<ReadonlyMap<bigint, string>> {
  const known = await Promise.all(
    [...threads].map(async ({ address, name }) => {
      const id = await inspector.read(address + BigInt(offset), 8);
      return [id.length < 8 ? 0n : id.readBigUInt64LE(0), name] as const;
    }),
  );
  return new Map(known);
}
