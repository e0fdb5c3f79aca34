/** Registers in groups that a kernel developer looks for. */

import type { FrameContext } from '../gdb';
import { registerNames, registerValues } from '../gdb';
import type { Target } from './target';

interface Group {
  readonly name: string;
  readonly holds: (register: string) => boolean;
}

/** x86-64 names as QEMU's target description gives them; the first group that holds a register has it. */
const GROUPS: readonly Group[] = [
  { name: 'General', holds: (r) => /^(r[a-d]x|r[sd]i|r[bs]p|r\d+|rip|eflags)$/.test(r) },
  { name: 'Control', holds: (r) => /^(cr\d|efer)$/.test(r) },
  { name: 'Segment', holds: (r) => /^([c-gs]s|[fg]s_base|k_gs_base)$/.test(r) },
  { name: 'Floating point', holds: (r) => /^(st\d|f(ctrl|stat|tag|iseg|ioff|oseg|ooff|op))$/.test(r) },
  { name: 'Vector', holds: (r) => /^([xyz]mm\d+h?|mxcsr|k\d|bnd.*)$/.test(r) },
];

/** Parts of the general registers: `al`, `eax`, `r8d`; their whole is shown. */
const PART = /^([a-d][lhx]|[sd]il?|[bs]pl?|r\d+[lwd]|e([a-d]x|[sd]i|[bs]p))$/;

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
  const names = await registerNames(target.gdb);
  const registers = names.flatMap((name, number) => (name === '' ? [] : [{ name, number }]));
  const grouped = GROUPS.map((group) => ({
    name: group.name,
    registers: registers.filter(({ name }) => group === groupOf(name)),
  }));
  const others = registers.filter(
    (register) => groupOf(register.name) === undefined && !PART.test(register.name),
  );
  return [...grouped, { name: 'Other', registers: others }].filter(({ registers }) => registers.length > 0);
}

/** Values by register, in their group's order. */
export async function readRegisters(
  target: Target,
  group: RegisterGroup,
  at: FrameContext,
): Promise<readonly { readonly name: string; readonly value: string }[]> {
  const numbers = group.registers.map(({ number }) => number);
  const values = await registerValues(target.gdb, numbers, at);
  return group.registers.flatMap(({ name, number }) => {
    const value = values.get(number);
    return value === undefined ? [] : [{ name, value }];
  });
}

function groupOf(register: string): Group | undefined {
  return GROUPS.find((group) => group.holds(register));
}
