import { expect, it } from 'vitest';
import { readNumber } from './printed-number';

it.each([
  ['255', 255n],
  ['0xff', 255n],
  ['0377', 255n],
  ['0', 0n],
  ['0x0', 0n],
  ['0xffffffffffffffff', 2n ** 64n - 1n],
])('reads %j as GDB means it', (printed, number) => {
  expect(readNumber(printed)).toBe(number);
});

it.each(['', 'void', '<optimized out>', '-1', "97 'a'", '09'])('%j is none', (printed) => {
  expect(readNumber(printed)).toBeUndefined();
});
