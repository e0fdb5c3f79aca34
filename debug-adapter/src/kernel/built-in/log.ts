/** The ring of messages of the built-in kernel: kernel-sdk/kernel/lib/ukdebug/log.c. */
import type { Inspector, LogReader } from '../kernel';
import { layoutOf } from '../layout';
import { readMessages } from '../messages';

const LAYOUT = { ring: "&'log.c'::ring", size: "sizeof('log.c'::ring)", total: "&'log.c'::total" };

export async function builtInLog(inspector: Inspector): Promise<LogReader | undefined> {
  const layout = await layoutOf(inspector, LAYOUT);
  if (layout === undefined) return undefined;
  return {
    async read() {
      const [counted, ring] = await Promise.all([
        inspector.read(BigInt(layout.total), 8),
        inspector.read(BigInt(layout.ring), layout.size),
      ]);
      const total = counted.length < 8 ? 0 : Number(counted.readBigUInt64LE(0));
      const next = total % layout.size;
      if (total <= layout.size) return { messages: readMessages(ring.toString('utf8', 0, total)), lost: 0 };
      const text = Buffer.concat([ring.subarray(next), ring.subarray(0, next)]).toString();
      // The oldest line has lost its beginning.
      return { messages: readMessages(text.slice(text.indexOf('\n') + 1)), lost: total - layout.size };
    },
  };
}
