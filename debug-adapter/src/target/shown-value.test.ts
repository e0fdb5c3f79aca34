import { expect, it } from 'vitest';
import { readings } from './shown-value';

it.each([
  ['true', '1'],
  [' false ', '0'],
  ['NULL', '0'],
  ['-inf', '(-1.0/0)'],
  ['-nan(0x8000000000000)', '(0.0/0)'],
  ["66 'B'", '66'],
  ["39 '\\''", '39'],
  ["228 L'ä'", '228'],
  ['0x1060a8 <g+8>', '0x1060a8'],
  ['(struct all *) 0x1060a0 <g>', '0x1060a0'],
  ['0x105b40 <text> "a \\"b\\""', '0x105b40'],
  ['(F_A | unknown: 0x8)', '(F_A | 0x8)'],
  ['{x = 7, y = 8}', '{7, 8}'],
  ['{c = 66 \'B\', in = {yes = true, at = 0x10 <main>}, name = "x = {1}"}', '{66, {1, 0x10}, "x = {1}"}'],
  ['{true, false}', '{1, 0}'],
  ['{0x10 "a, b", at = 0x20 <x+1> "c\\"", 0x0}', '{0x10, 0x20, 0x0}'],
])('%s may be %s', (shown, expected) => {
  expect(readings(shown).at(-1)).toBe(expected);
});

it.each(['5', 'a + b', "'x'", '"true"', 'GREEN', '{1, 2}', '', '0x10', 'constructor'])(
  '%s is left as it is',
  (text) => {
    expect(readings(text)).toEqual([text]);
  },
);
