/** Requests about memory and machine code. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { InvalidatedEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DebugError, invalidRequest } from '../../errors';
import { hex, type Instruction, nextReadable, readMemory, writeMemory } from '../../gdb';
import { disassembleAround } from '../../target/disassembly';
import type { Handlers, SessionContext } from '../context';
import { addressOf } from '../memory-views';

/** Instructions in one answer; more are asked for by scrolling. */
const INSTRUCTION_LIMIT = 5_000;
/** Instructions between the address that is named and the first one that is answered. */
const DISTANCE_LIMIT = 100_000;
/** Bytes in one answer. */
const MEMORY_LIMIT = 16 << 20;
/** Bytes in which memory that can be read is looked for behind what cannot. */
const GAP_LIMIT = 1 << 18;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export const memoryRequests: Handlers = {
  async readMemory(context, args: DebugProtocol.ReadMemoryArguments) {
    context.stopped();
    const start = addressOf(args.memoryReference) + BigInt(args.offset ?? 0);
    if (start < 0n) return { address: '0x0', unreadableBytes: args.count };
    const count = Math.min(args.count, MEMORY_LIMIT);
    const bytes = await readMemory(context.target().gdb, start, count);
    context.memoryViews.add(args.memoryReference, start, count);
    const missing = await unreadable(context, start + BigInt(bytes.length), args.count - bytes.length);
    return {
      address: hex(start),
      data: bytes.toString('base64'),
      ...(missing > 0 ? { unreadableBytes: missing } : {}),
    };
  },

  async writeMemory(context, args: DebugProtocol.WriteMemoryArguments) {
    context.stopped();
    const { gdb } = context.target();
    const start = addressOf(args.memoryReference) + BigInt(args.offset ?? 0);
    if (!BASE64.test(args.data)) throw invalidRequest("'writeMemory': 'data' takes bytes in base64.");
    const bytes = Buffer.from(args.data, 'base64');
    // Only what is mapped can be written.
    const present = await readMemory(gdb, start, bytes.length);
    if (present.length < bytes.length && !args.allowPartial) {
      const gap = hex(start + BigInt(present.length));
      throw new DebugError(2008, `Memory at ${gap} is not mapped: nothing was written.`);
    }
    const written = bytes.subarray(0, present.length);
    if (written.length > 0) await writeMemory(gdb, start, written);
    for (const event of context.memoryViews.written(start, written.length)) context.send(event);
    await context.stopped().variables.refresh();
    context.send(new InvalidatedEvent(['variables']));
    return { bytesWritten: written.length };
  },

  async disassemble(context, args: DebugProtocol.DisassembleArguments) {
    context.stopped();
    const base = addressOf(args.memoryReference) + BigInt(args.offset ?? 0);
    const count = Math.min(args.instructionCount, INSTRUCTION_LIMIT);
    const distance = args.instructionOffset ?? 0;
    if (Math.abs(distance) > DISTANCE_LIMIT) {
      throw invalidRequest(
        `'disassemble': 'instructionOffset' takes up to ${DISTANCE_LIMIT} instructions either way. Name an address that is nearer.`,
      );
    }
    const found = await disassembleAround(context.target().gdb, base, distance, count);
    let file: string | undefined;
    return {
      instructions: found.map((instruction) => {
        const shown = presentInstruction(instruction, args.resolveSymbols !== false, file);
        file = instruction.file;
        return shown;
      }),
    };
  },
};

/** How many of `count` bytes from a place that cannot be read come before the next that can. */
async function unreadable(context: SessionContext, start: bigint, count: number): Promise<number> {
  if (count <= 0) return 0;
  const next = await nextReadable(context.target().gdb, start, Math.min(count, GAP_LIMIT));
  return next === undefined ? count : Number(next - start);
}

/** The source is told where it changes from `before`, the instruction's before it. */
function presentInstruction(
  { address, bytes, text, function: name, offset, file, line }: Instruction,
  withSymbol: boolean,
  before: string | undefined,
): DebugProtocol.DisassembledInstruction {
  if (text === '') return { address: hex(address), instruction: '??', presentationHint: 'invalid' };
  const location =
    file !== undefined && file !== before && existsSync(file)
      ? { name: basename(file), path: file }
      : undefined;
  return {
    address: hex(address),
    instructionBytes: bytes,
    instruction: text,
    ...(withSymbol && name !== undefined ? { symbol: offset ? `${name}+${offset}` : name } : {}),
    ...(location === undefined ? {} : { location }),
    ...(line === undefined ? {} : { line }),
  };
}
