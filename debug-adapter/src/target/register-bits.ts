/** What the bits of a register mean: here x86-64's, with the names of Intel's manual (SDM 1, 3.4.3; 3A, 2.5; 4, 2). */

import { type BitField, bit } from './bit-field';
import { ARM64_FIELDS } from './register-bits-arm64';

const SELECTOR: readonly BitField[] = [
  bit(0, 'RPL', 'requested privilege level', 2),
  bit(2, 'TI', '0: global, 1: local descriptor table'),
  bit(3, 'Index', 'descriptor’s number', 13),
];

const FIELDS: Readonly<Record<string, readonly BitField[]>> = {
  eflags: [
    bit(0, 'CF', 'carry'),
    bit(2, 'PF', 'parity'),
    bit(4, 'AF', 'auxiliary carry'),
    bit(6, 'ZF', 'zero'),
    bit(7, 'SF', 'sign'),
    bit(8, 'TF', 'trap after each instruction'),
    bit(9, 'IF', 'interrupts enabled'),
    bit(10, 'DF', 'string instructions go down'),
    bit(11, 'OF', 'overflow'),
    bit(12, 'IOPL', 'I/O privilege level', 2),
    bit(14, 'NT', 'nested task'),
    bit(16, 'RF', 'resume: no debug fault at the next instruction'),
    bit(17, 'VM', 'virtual-8086 mode'),
    bit(18, 'AC', 'alignment check, access control'),
    bit(19, 'VIF', 'virtual interrupt flag'),
    bit(20, 'VIP', 'virtual interrupt pending'),
    bit(21, 'ID', 'CPUID is there'),
  ],
  cr0: [
    bit(0, 'PE', 'protected mode'),
    bit(1, 'MP', 'monitor coprocessor'),
    bit(2, 'EM', 'no x87: its instructions trap'),
    bit(3, 'TS', 'task switched: the next x87 or SSE instruction traps'),
    bit(4, 'ET', 'extension type'),
    bit(5, 'NE', 'x87 errors are exceptions'),
    bit(16, 'WP', 'read-only pages are so for the kernel too'),
    bit(18, 'AM', 'alignment is checked where RFLAGS.AC says so'),
    bit(29, 'NW', 'not write-through'),
    bit(30, 'CD', 'caches disabled'),
    bit(31, 'PG', 'paging'),
  ],
  cr3: [
    bit(3, 'PWT', 'page-level write-through'),
    bit(4, 'PCD', 'page-level cache disable'),
    { ...bit(12, 'Base', 'physical address of the top page table', 40), address: true },
  ],
  cr4: [
    bit(0, 'VME', 'virtual-8086 extensions'),
    bit(1, 'PVI', 'protected-mode virtual interrupts'),
    bit(2, 'TSD', 'RDTSC for the kernel only'),
    bit(3, 'DE', 'debugging extensions'),
    bit(4, 'PSE', 'large pages'),
    bit(5, 'PAE', 'physical address extension'),
    bit(6, 'MCE', 'machine-check exceptions'),
    bit(7, 'PGE', 'global pages'),
    bit(8, 'PCE', 'RDPMC for everybody'),
    bit(9, 'OSFXSR', 'SSE enabled'),
    bit(10, 'OSXMMEXCPT', 'SIMD exceptions'),
    bit(11, 'UMIP', 'user-mode instruction prevention'),
    bit(12, 'LA57', 'five levels of page tables'),
    bit(13, 'VMXE', 'VMX enabled'),
    bit(14, 'SMXE', 'SMX enabled'),
    bit(16, 'FSGSBASE', 'RDFSBASE and its like'),
    bit(17, 'PCIDE', 'process-context identifiers'),
    bit(18, 'OSXSAVE', 'XSAVE enabled'),
    bit(20, 'SMEP', 'the kernel executes no user page'),
    bit(21, 'SMAP', 'the kernel accesses no user page'),
    bit(22, 'PKE', 'protection keys for user pages'),
    bit(23, 'CET', 'control-flow enforcement'),
    bit(24, 'PKS', 'protection keys for supervisor pages'),
  ],
  efer: [
    bit(0, 'SCE', 'SYSCALL enabled'),
    bit(8, 'LME', 'long mode enabled'),
    bit(10, 'LMA', 'long mode active'),
    bit(11, 'NXE', 'no-execute pages'),
    bit(12, 'SVME', 'SVM enabled'),
    bit(14, 'FFXSR', 'fast FXSAVE'),
  ],
  mxcsr: [
    bit(0, 'IE', 'invalid operation'),
    bit(1, 'DE', 'denormal'),
    bit(2, 'ZE', 'division by zero'),
    bit(3, 'OE', 'overflow'),
    bit(4, 'UE', 'underflow'),
    bit(5, 'PE', 'precision'),
    bit(6, 'DAZ', 'denormals are zeros'),
    bit(7, 'Masks', 'exceptions that are masked, IM to PM', 6),
    bit(13, 'RC', 'rounding: 0 nearest, 1 down, 2 up, 3 toward zero', 2),
    bit(15, 'FTZ', 'flush to zero'),
  ],
  ...ARM64_FIELDS,
  ...Object.fromEntries(['cs', 'ss', 'ds', 'es', 'fs', 'gs'].map((name) => [name, SELECTOR])),
};

/** The fields of a register by GDB's name for it, lowest first; none for a register that is one number. */
export function bitFields(register: string): readonly BitField[] {
  return Object.hasOwn(FIELDS, register) ? (FIELDS[register] ?? []) : [];
}

export function fieldValue(register: bigint, { from, width, address }: BitField): string {
  const bits = (register >> BigInt(from)) & mask(width);
  return address ? `0x${(bits << BigInt(from)).toString(16)}` : bits.toString();
}

/** The register with another value in one field; undefined for a value that does not fit. */
export function withField(register: bigint, field: BitField, value: bigint): bigint | undefined {
  const { from, width, address } = field;
  const bits = address ? value >> BigInt(from) : value;
  if (bits < 0n || bits > mask(width) || (address && bits << BigInt(from) !== value)) return undefined;
  return (register & ~(mask(width) << BigInt(from))) | (bits << BigInt(from));
}

/** The names of the single bits that are set: `PE ET WP PG`. */
export function setBits(register: string, value: bigint): string {
  return bitFields(register)
    .filter(({ from, width }) => width === 1 && ((value >> BigInt(from)) & 1n) === 1n)
    .map(({ name }) => name)
    .join(' ');
}

function mask(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}
