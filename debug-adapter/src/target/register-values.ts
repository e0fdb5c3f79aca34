/** Registers, and the bits of those that have a meaning each, as values. */
import { evaluateNumber, type FrameContext } from '../gdb';
import { assignText } from './assignment';
import { bitFields, fieldValue, setBits, withField } from './register-bits';
import { type Register, type RegisterGroup, readRegisters } from './registers';
import { cut } from './rendering';
import type { Target } from './target';
import type { Variable } from './variable';

/** A register's value, and what can be looked at inside: fields of bits, or a vector's lanes. */
export interface RegisterVariable extends Omit<Variable, 'reference'> {
  readonly register: Register;
  readonly inside: 'bits' | 'lanes' | 'nothing';
}

export async function registerVariables(
  target: Target,
  group: RegisterGroup,
  at: FrameContext,
): Promise<RegisterVariable[]> {
  const values = new Map((await readRegisters(target, group, at)).map(({ name, value }) => [name, value]));
  return group.registers.flatMap((register): RegisterVariable[] => {
    const { name } = register;
    const value = values.get(name);
    if (value === undefined) return [];
    const shown = { register, name, value: cut(value), expression: `$${name}` };
    if (value.startsWith('{')) return [{ ...shown, inside: 'lanes' }];
    if (bitFields(name).length === 0) return [{ ...shown, inside: 'nothing' }];
    return [{ ...shown, type: `[ ${setBits(name, BigInt(value))} ]`, inside: 'bits' }];
  });
}

export async function registerBits(
  target: Target,
  register: Register,
  at: FrameContext,
): Promise<Variable[]> {
  const value = await numberIn(target, register, at);
  return bitFields(register.name).map((field) => ({
    name: field.name,
    value: fieldValue(value, field),
    type: field.meaning,
    reference: 0,
  }));
}

/** Gives one field of a register the value of an expression; rejects where it does not fit. */
export async function assignBits(
  target: Target,
  register: Register,
  name: string,
  value: string,
  at: FrameContext,
): Promise<Variable> {
  const field = bitFields(register.name).find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`'${register.name}' has no '${name}'.`);
  const wanted = await evaluateNumber(target.gdb, value, at);
  const whole = withField(await numberIn(target, register, at), field, wanted);
  if (whole === undefined) throw new Error(`'${name}' has ${field.width} bits, too few for '${value}'.`);
  await assignText(target.gdb, `$${register.name}`, `0x${whole.toString(16)}`, at);
  return { name, value: fieldValue(await numberIn(target, register, at), field), reference: 0 };
}

async function numberIn(target: Target, register: Register, at: FrameContext): Promise<bigint> {
  const group = { name: register.name, registers: [register] };
  return BigInt((await readRegisters(target, group, at))[0]?.value ?? 0);
}
