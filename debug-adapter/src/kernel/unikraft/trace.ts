/**
 * Unikraft's tracepoints (lib/ukdebug, uk/trace.h): events in a buffer that is filled once, each with the place of its
 * definition, which stands in a section of the image that is not loaded.
 */
import type { Inspector, TraceEvent, TraceReader } from '../kernel';
import { layoutOf, offsetOf, readText } from '../layout';

const HEADER = 'struct uk_tracepoint_header';
const LAYOUT = {
  buffer: '&uk_trace_buffer',
  capacity: 'sizeof(uk_trace_buffer)',
  end: '&uk_trace_buffer_writep',
  free: '&uk_trace_buffer_free',
  header: `sizeof(${HEADER})`,
  size: offsetOf(HEADER, 'size'),
  time: offsetOf(HEADER, 'time'),
  cookie: offsetOf(HEADER, 'cookie'),
};

const SECTION = '.uk_tracepoints_list';
/** UK_TP_HEADER_MAGIC and UK_TP_DEF_MAGIC. */
const EVENT_MAGIC = 0x64685254;
const DEFINITION_MAGIC = 0x65645054;
const TEXT = 1;
/** Of a definition without parameters and texts, in bytes. */
const DEFINITION_SIZE = 19;

interface Definition {
  readonly name: string;
  /** As printf takes it. */
  readonly format: string;
  readonly parameters: readonly { readonly size: number; readonly isText: boolean }[];
}

export async function unikraftTrace(inspector: Inspector): Promise<TraceReader | undefined> {
  const [layout, section] = await Promise.all([layoutOf(inspector, LAYOUT), inspector.imageSection(SECTION)]);
  if (layout === undefined || section === undefined) return undefined;
  const definitions = readDefinitions(section);
  return {
    async read() {
      const [pointer, free] = await Promise.all([
        inspector.read(BigInt(layout.end), 8),
        inspector.read(BigInt(layout.free), 8),
      ]);
      if (pointer.length < 8 || free.length < 8) return { events: [], lost: 0 };
      const used = Number(pointer.readBigUInt64LE(0) - BigInt(layout.buffer));
      const bytes = await inspector.read(BigInt(layout.buffer), Math.max(0, Math.min(used, layout.capacity)));
      const events: TraceEvent[] = [];
      for (let at = 0; at + layout.header <= bytes.length; ) {
        if (bytes.readUInt32LE(at) !== EVENT_MAGIC) break;
        const size = bytes.readUInt32LE(at + layout.size);
        const time = Number(bytes.readBigUInt64LE(at + layout.time));
        const definition = definitions.get(bytes.readBigUInt64LE(at + layout.cookie));
        const payload = bytes.subarray(at + layout.header, at + layout.header + size);
        events.push({ time, thread: '', ...readEvent(definition, payload) });
        at += layout.header + size;
      }
      return { events, lost: 0 };
    },
  };
}

function readEvent(
  definition: Definition | undefined,
  payload: Buffer,
): Pick<TraceEvent, 'name' | 'arguments' | 'meaning'> {
  if (definition === undefined) return { name: 'unknown', arguments: [] };
  const values: (bigint | string)[] = [];
  let at = 0;
  for (const { size, isText } of definition.parameters) {
    const length = isText ? (payload[at] ?? 0) + 1 : size;
    const bytes = payload.subarray(at, at + length);
    values.push(isText ? bytes.subarray(1).toString() : numberOf(bytes));
    at += length;
  }
  const numbers = values.filter((value) => typeof value === 'bigint');
  return {
    name: definition.name.replace(/^trace_/, ''),
    arguments: numbers,
    meaning: printed(definition.format, values),
  };
}

/** Padding between definitions follows the compiler's taste: the magic word is looked for. */
function readDefinitions(section: Buffer): ReadonlyMap<bigint, Definition> {
  const definitions = new Map<bigint, Definition>();
  for (let at = 0; at + DEFINITION_SIZE <= section.length; ) {
    const size = section.readUInt32LE(at + 4);
    const isWhole = size >= DEFINITION_SIZE && at + size <= section.length;
    if (section.readUInt32LE(at) !== DEFINITION_MAGIC || !isWhole) {
      at += 4;
      continue;
    }
    const count = section[at + 16] ?? 0;
    const nameLength = section[at + 17] ?? 0;
    const sizes = at + DEFINITION_SIZE;
    const types = sizes + count;
    const name = types + count;
    definitions.set(section.readBigUInt64LE(at + 8), {
      name: readText(section.subarray(name, name + nameLength)),
      format: readText(section.subarray(name + nameLength, at + size)),
      parameters: Array.from({ length: count }, (_, i) => ({
        size: section[sizes + i] ?? 0,
        isText: section[types + i] === TEXT,
      })),
    });
    at += size - (size % 4);
  }
  return definitions;
}

function numberOf(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

/** What printf would make of it, for the conversions that tracepoints use. */
function printed(format: string, values: readonly (bigint | string)[]): string {
  const left = [...values];
  return format
    .replace(
      /%(%|[-+ #0]*\d*(?:\.\d+)?(?:hh|h|ll|l|z|j|t)?([diuxXpscb]))/g,
      (whole, _, conversion?: string) => {
        if (conversion === undefined) return whole === '%%' ? '%' : whole;
        const value = left.shift();
        if (typeof value !== 'bigint') return value ?? whole;
        if (conversion === 'x' || conversion === 'X' || conversion === 'p') return `0x${value.toString(16)}`;
        if (conversion === 'c') return String.fromCharCode(Number(value));
        return conversion === 'u' ? String(value) : String(signed(value));
      },
    )
    .trim();
}

/** An int of four bytes that is negative was kept without a sign. */
function signed(value: bigint): bigint {
  return value >= 1n << 31n && value < 1n << 32n ? BigInt.asIntN(32, value) : BigInt.asIntN(64, value);
}
