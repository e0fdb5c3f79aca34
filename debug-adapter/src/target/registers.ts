/** Registers in groups that a kernel developer looks for. */

import type { FrameContext } from '../gdb';
import { registerNames, registerValues } from '../gdb';
import type { Target } from './target';

interface Group {
  readonly name: string;
  readonly holds: (register: string) => boolean;
}

interface Architecture {
  /** A register that no other one has. */
  readonly mark: string;
  /** Names are those of QEMU's target description; the first group that holds a register has it. */
  readonly groups: readonly Group[];
  /** What a called function leaves as it was (the architecture's ABI): all that a thread that waits still has. */
  readonly preserved: RegExp;
  /** Parts of other registers, which GDB makes up; their whole is shown. */
  readonly part: RegExp;
}

const X86_64: Architecture = {
  mark: 'rip',
  groups: [
    { name: 'General', holds: (r) => /^(r[a-d]x|r[sd]i|r[bs]p|r\d+|rip|eflags)$/.test(r) },
    { name: 'Control', holds: (r) => /^cr\d$/.test(r) },
    { name: 'Segment', holds: (r) => /^[c-gs]s$/.test(r) },
    { name: 'MSR', holds: (r) => /^(efer|[fg]s_base|k_gs_base)$/.test(r) },
    { name: 'Floating point', holds: (r) => /^(st\d|f(ctrl|stat|tag|iseg|ioff|oseg|ooff|op))$/.test(r) },
    { name: 'Vector', holds: (r) => /^([xyz]mm\d+h?|mxcsr|k\d|bnd.*)$/.test(r) },
  ],
  preserved: /^(r[bs]p|rbx|r1[2-5]|rip)$/,
  // `al`, `eax`, `r8d`.
  part: /^([a-d][lhx]|[sd]il?|[bs]pl?|r\d+[lwd]|e([a-d]x|[sd]i|[bs]p))$/,
};

const ARM64: Architecture = {
  mark: 'x30',
  groups: [
    { name: 'General', holds: (r) => /^(x\d+|sp|pc|cpsr)$/.test(r) },
    {
      name: 'Control',
      holds: (r) =>
        /^(SCTLR|TTBR[01]|TCR|MAIR|VBAR|CPACR|E[LS]R|FAR|PAR|SPSR|SP|TPIDR(RO)?)(_EL[01])?$/.test(r),
    },
    { name: 'Timer', holds: (r) => /^CNT/.test(r) },
    { name: 'Floating point and vector', holds: (r) => /^(v\d+|fpsr|fpcr)$/.test(r) },
  ],
  preserved: /^(x19|x2\d|x30|sp|pc)$/,
  // `w0`, `d8`; QEMU has two of these among its system registers, too.
  part: /^([wqdshb]\d+|FP[CS]R)$/,
};

const ARCHITECTURES: readonly Architecture[] = [X86_64, ARM64];

/** Floating-point numbers and vectors, of which the bits say little. */
const TYPED = /^(st\d|[xyz]mm\d+h?|v\d+)$/;

export interface Register {
  readonly name: string;
  readonly number: number;
}

export interface RegisterGroup {
  readonly name: string;
  readonly registers: readonly Register[];
}

/** The target's registers; groups without any are left out, and what no group holds comes last. */
export async function registerGroups(target: Target): Promise<RegisterGroup[]> {
  const { registers, architecture } = await registersOf(target);
  const { groups, part } = architecture;
  const groupOf = (register: string) => groups.find((group) => group.holds(register));
  const grouped = groups.map((group) => ({
    name: group.name,
    registers: registers.filter(({ name }) => group === groupOf(name)),
  }));
  const others = registers.filter(({ name }) => groupOf(name) === undefined && !part.test(name));
  return [...grouped, { name: 'Other', registers: others }].filter(({ registers }) => registers.length > 0);
}

/** The registers that a thread has which does not run. */
export async function preservedRegisters(target: Target): Promise<RegisterGroup> {
  const { registers, architecture } = await registersOf(target);
  return { name: 'Preserved', registers: registers.filter(({ name }) => architecture.preserved.test(name)) };
}

async function registersOf(target: Target) {
  const names = await registerNames(target.gdb);
  const registers: Register[] = names.flatMap((name, number) => (name === '' ? [] : [{ name, number }]));
  return { registers, architecture: ARCHITECTURES.find(({ mark }) => names.includes(mark)) ?? X86_64 };
}

/** Values by register, in their group's order. */
export async function readRegisters(
  target: Target,
  group: RegisterGroup,
  at: FrameContext,
): Promise<readonly { readonly name: string; readonly value: string }[]> {
  const isTyped = ({ name }: Register) => TYPED.test(name);
  const numbersOf = (registers: readonly Register[]) => registers.map(({ number }) => number);
  const [plain, typed] = await Promise.all([
    registerValues(target.gdb, numbersOf(group.registers.filter((one) => !isTyped(one))), at),
    registerValues(target.gdb, numbersOf(group.registers.filter(isTyped)), at, 'N'),
  ]);
  const values = new Map([...plain, ...typed]);
  return group.registers.flatMap(({ name, number }) => {
    const value = values.get(number);
    return value === undefined ? [] : [{ name, value }];
  });
}
