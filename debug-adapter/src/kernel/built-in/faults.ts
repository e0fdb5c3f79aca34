/** Accesses that end in a panic of the built-in kernel, from `struct uk_panic_info` (uk/panic.h). */
import type { ExceptionArchitecture } from '../exceptions';
import type { FaultingAccess, Inspector, Panic } from '../kernel';

/** Bits of a page fault's error code (Intel SDM 3A, 4.7). */
const WRITE = 1n << 1n;
const FETCH = 1n << 4n;
/** ESR_EL1 (Arm ARM, D24.2.40): the class of an instruction abort, and WnR. */
const ARM_CLASS_SHIFT = 26n;
const ARM_FETCHES: readonly bigint[] = [0x20n, 0x21n];
const ARM_WRITE = 1n << 6n;

/** What a checked heap fills memory with (lib/ukalloc/checked.c). */
const FILLS: readonly (readonly [bigint, string])[] = [
  [0xddn, 'memory that has been freed'],
  [0xcdn, 'memory that was allocated and never written'],
  [0xfdn, 'the fence behind a block'],
];
const ALL_BYTES = 0x0101_0101_0101_0101n;
const REGISTERS = [
  ...['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14'],
  ...['r15', 'rip'],
];

export async function faultOf(
  inspector: Inspector,
  architecture: ExceptionArchitecture,
): Promise<FaultingAccess> {
  const [address, code] = await Promise.all([
    inspector.number('info->address'),
    inspector.number('info->error_code'),
  ]);
  if (architecture === 'x86_64') {
    return { address, access: code & FETCH ? 'execute' : code & WRITE ? 'write' : 'read' };
  }
  if (ARM_FETCHES.includes(code >> ARM_CLASS_SHIFT)) return { address, access: 'execute' };
  return { address, access: code & ARM_WRITE ? 'write' : 'read' };
}

/** x86 refuses an address that is not canonical without naming it: a register may have what it came from. */
export async function wildRegister(inspector: Inspector): Promise<Pick<Panic, 'explanation'>> {
  const values = await Promise.all(
    REGISTERS.map(async (name) => [name, await inspector.number(`info->regs->${name}`)] as const),
  );
  for (const [name, value] of values) {
    const fill = FILLS.find(([byte]) => value >> 16n === (byte * ALL_BYTES) >> 16n);
    const holds = `${name.toUpperCase()} holds 0x${value.toString(16)}`;
    if (fill !== undefined) return { explanation: `${holds}: it was read from ${fill[1]}` };
    const top = value >> 47n;
    if (top !== 0n && top !== 0x1_ffffn) return { explanation: `${holds}, which is no canonical address` };
  }
  return {};
}
