/** MI commands for machine code. */
import { type GdbConnection, GdbRefusal } from './connection';
import { hex } from './memory';
import { integer, type MiTuple, text, tuple, tuples } from './mi-value';

export interface Instruction {
  readonly address: bigint;
  /** Bytes in hexadecimal, separated by blanks. */
  readonly bytes: string;
  /** Mnemonic and operands, with symbols in angle brackets. */
  readonly text: string;
  /** The function that it belongs to, and how far into it. */
  readonly function?: string;
  readonly offset?: number;
  readonly file?: string;
  readonly line?: number;
}

/** Mixed with sources, in the order of addresses, with the instructions' bytes. */
const MODE = 5;

/**
 * The instructions that begin in [start, end), decoded from `start` on. Rejects with GDB's reason where a
 * byte of them cannot be read.
 */
export async function disassembleRange(
  gdb: GdbConnection,
  start: bigint,
  end: bigint,
): Promise<Instruction[]> {
  if (end <= start) return [];
  const result = await gdb.execute(`-data-disassemble -s ${hex(start)} -e ${hex(end)} -- ${MODE}`);
  return instructionsOf(result);
}

/** The function around an address, whole; none where no function is known. */
export async function disassembleFunction(gdb: GdbConnection, address: string): Promise<Instruction[]> {
  try {
    return instructionsOf(await gdb.execute(`-data-disassemble -a ${address} -- ${MODE}`));
  } catch (error) {
    if (error instanceof GdbRefusal) return [];
    throw error;
  }
}

/** Code without line tables comes as a plain list, other code by lines, and a line by its instructions. */
function instructionsOf(result: MiTuple): Instruction[] {
  return tuples(result, 'asm_insns').flatMap((entry) => {
    if (text(entry, 'address') !== undefined) return [instruction(entry)];
    const source = tuple(entry, 'src_and_asm_line') ?? entry;
    const file = text(source, 'fullname') ?? text(source, 'file');
    const line = integer(source, 'line');
    const place = file === undefined || line === undefined ? {} : { file, line };
    return tuples(source, 'line_asm_insn').map((inner) => ({ ...instruction(inner), ...place }));
  });
}

function instruction(entry: MiTuple): Instruction {
  const name = text(entry, 'func-name');
  const offset = integer(entry, 'offset');
  return {
    address: BigInt(text(entry, 'address') ?? 0),
    bytes: text(entry, 'opcodes') ?? '',
    text: (text(entry, 'inst') ?? '').replace(/\t/g, ' ').trim(),
    ...(name === undefined ? {} : { function: name }),
    ...(offset === undefined ? {} : { offset }),
  };
}
