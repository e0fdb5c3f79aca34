import { expect, it } from 'vitest';
import { bitFields, fieldValue, setBits, withField } from './register-bits';
import { ARM64_FIELDS } from './register-bits-arm64';

const field = (register: string, name: string) => {
  const found = bitFields(register).find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`${register} has no ${name}.`);
  return found;
};

it('reads flags, numbers and addresses', () => {
  expect(setBits('cr0', 0x80010011n)).toBe('PE ET WP PG');
  expect(fieldValue(0x3202n, field('eflags', 'IOPL'))).toBe('3');
  expect(fieldValue(0x10801an, field('cr3', 'Base'))).toBe('0x108000');
  expect(setBits('SCTLR', 0x30d0180dn)).toBe('M C SA EOS I EIS SPAN');
  expect(fieldValue(0x600003c5n, field('cpsr', 'M'))).toBe('5');
  expect(fieldValue(0x40237001n, field('TTBR0_EL1', 'BADDR'))).toBe('0x40237000');
  expect(bitFields('rax')).toEqual([]);
  expect(bitFields('constructor')).toEqual([]);
});

it('replaces one field and refuses what does not fit', () => {
  expect(withField(0x202n, field('eflags', 'IF'), 0n)).toBe(0x2n);
  expect(withField(0x18n, field('cr3', 'Base'), 0x5000n)).toBe(0x5018n);
  expect(withField(0n, field('eflags', 'IF'), 2n)).toBeUndefined();
  expect(withField(0n, field('cr3', 'Base'), 0x5001n)).toBeUndefined();
});

it('has fields that do not overlap', () => {
  for (const register of [
    'eflags',
    'cr0',
    'cr3',
    'cr4',
    'efer',
    'mxcsr',
    'cs',
    ...Object.keys(ARM64_FIELDS),
  ]) {
    let next = 0;
    for (const { from, width } of bitFields(register)) {
      expect(from).toBeGreaterThanOrEqual(next);
      next = from + width;
    }
  }
});
