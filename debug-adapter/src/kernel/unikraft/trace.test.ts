import { expect, it } from 'vitest';
import type { Inspector } from '../kernel';
import { unikraftTrace } from './trace';

const BUFFER = 0x5000n;
const WRITE_POINTER = 0x4000n;
const FREE = 0x4008n;

/** As the macro UK_TRACEPOINT lays one out, at `cookie`. */
function definition(
  cookie: bigint,
  name: string,
  format: string,
  parameters: readonly [size: number, type: number][],
) {
  const texts = Buffer.from(`${name}\0${format}\0`);
  const head = Buffer.alloc(19);
  head.writeUInt32LE(0x65645054, 0);
  head.writeBigUInt64LE(cookie, 8);
  head[16] = parameters.length;
  head[17] = name.length + 1;
  head[18] = format.length + 1;
  const kinds = Buffer.from([...parameters.map(([size]) => size), ...parameters.map(([, type]) => type)]);
  const whole = Buffer.concat([head, kinds, texts]);
  const padded = Buffer.concat([whole, Buffer.alloc(-whole.length & 7)]);
  padded.writeUInt32LE(padded.length, 4);
  return padded;
}

function event(time: bigint, cookie: bigint, payload: Buffer): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0x64685254, 0);
  head.writeUInt32LE(payload.length, 4);
  head.writeBigUInt64LE(time, 8);
  head.writeBigUInt64LE(cookie, 16);
  return Buffer.concat([head, payload]);
}

/** What a guest's memory and image hold. */
function inspector(section: Buffer | undefined, buffer: Buffer): Inspector {
  const layout: Record<string, bigint | number> = {
    '&uk_trace_buffer': BUFFER,
    'sizeof(uk_trace_buffer)': 0x1000,
    '&uk_trace_buffer_writep': WRITE_POINTER,
    '&uk_trace_buffer_free': FREE,
    'sizeof(struct uk_tracepoint_header)': 24,
    '&((struct uk_tracepoint_header *) 0)->size': 4,
    '&((struct uk_tracepoint_header *) 0)->time': 8,
    '&((struct uk_tracepoint_header *) 0)->cookie': 16,
  };
  const pointers = Buffer.alloc(16);
  pointers.writeBigUInt64LE(BUFFER + BigInt(buffer.length), 0);
  const some: Partial<Inspector> = {
    number: async (expression) => BigInt(layout[expression] ?? 0),
    imageSection: async (name) => (name === '.uk_tracepoints_list' ? section : undefined),
    read: async (address, count) => {
      const [from, start] = address >= BUFFER ? [buffer, BUFFER] : [pointers, WRITE_POINTER];
      return from.subarray(Number(address - start), Number(address - start) + count);
    },
  };
  return some as Inspector;
}

it('reads numbers and texts as they are printed, past padding, up to an event that is not whole', async () => {
  const section = Buffer.concat([
    Buffer.alloc(32),
    definition(32n, 'trace_open', '%s: %d, %u at %p%%', [
      [8, 1],
      [4, 0],
      [4, 0],
      [8, 0],
    ]),
    Buffer.alloc(16),
    definition(256n, 'trace_none', 'nothing', []),
  ]);
  const payload = Buffer.concat([Buffer.from('\x03abc', 'latin1'), Buffer.alloc(16)]);
  payload.writeInt32LE(-7, 4);
  payload.writeUInt32LE(0xfffffff0, 8);
  payload.writeBigUInt64LE(0xbeefn, 12);
  const unfinished = event(9n, 256n, Buffer.alloc(0));
  unfinished.writeUInt32LE(0, 0);
  const buffer = Buffer.concat([
    event(5n, 32n, payload),
    event(6n, 256n, Buffer.alloc(0)),
    event(7n, 999n, Buffer.alloc(4)),
    unfinished,
  ]);
  const reader = await unikraftTrace(inspector(section, buffer));
  expect(await reader?.read([])).toEqual({
    lost: 0,
    events: [
      {
        time: 5,
        thread: '',
        name: 'open',
        arguments: [0xfffffff9n, 0xfffffff0n, 0xbeefn],
        meaning: 'abc: -7, 4294967280 at 0xbeef%',
      },
      { time: 6, thread: '', name: 'none', arguments: [], meaning: 'nothing' },
      { time: 7, thread: '', name: 'unknown', arguments: [] },
    ],
  });
});

it('finds definitions behind one whose size leads nowhere', async () => {
  const broken = definition(16n, 'trace_broken', '', []);
  broken.writeUInt32LE(0, 4);
  const section = Buffer.concat([broken, definition(32n, 'trace_next', '', [])]);
  const reader = await unikraftTrace(inspector(section, event(5n, 32n, Buffer.alloc(0))));
  expect((await reader?.read([]))?.events.map(({ name }) => name)).toEqual(['next']);
});

it('is not there for an image without tracepoints', async () => {
  expect(await unikraftTrace(inspector(undefined, Buffer.alloc(0)))).toBeUndefined();
});
