import { expect, it } from 'vitest';
import { integer, text, texts, tuple, tuples } from './mi-value';

it('reads a single value where a list lost its brackets, and nothing where there is none', () => {
  expect(texts({ names: 'rax' }, 'names')).toEqual(['rax']);
  expect(tuples({}, 'frames')).toEqual([]);
  expect(tuple({ frame: 'text' }, 'frame')).toBeUndefined();
});

it('takes the first of a repeated key', () => {
  expect(text({ reason: ['watchpoint-trigger', 'watchpoint-trigger'] }, 'reason')).toBe('watchpoint-trigger');
});

it('reads numbers in decimal and hexadecimal, and nothing from other text', () => {
  expect(integer({ n: '42' }, 'n')).toBe(42);
  expect(integer({ n: '0x10' }, 'n')).toBe(16);
  expect(integer({ n: '1.1' }, 'n')).toBeUndefined();
  expect(integer({ n: '<MULTIPLE>' }, 'n')).toBeUndefined();
});
