import { expect, it } from 'vitest';
import { countingCondition, holds, readHitCondition } from './hit-condition';

it.each([
  ['3', '==', 3],
  ['= 3', '==', 3],
  ['>= 3', '>=', 3],
  [' <2 ', '<', 2],
  ['% 2', '%', 2],
])('reads %j', (text, operator, count) => {
  expect(readHitCondition(text)).toEqual({ operator, count });
});

it.each(['', 'x', '% 0', '>= n', '3 times', '!= 3'])('does not understand %j', (text) => {
  expect(readHitCondition(text)).toBeUndefined();
});

it('counts only what the condition lets through', () => {
  const every = readHitCondition('% 2');
  if (every === undefined) throw new Error('A hit condition is expected.');
  expect(countingCondition(every, '$hits', undefined)).toBe('($hits = $hits + 1) % 0x2 == 0');
  expect(countingCondition(every, '$hits', 'a || b')).toBe('(a || b) && ($hits = $hits + 1) % 0x2 == 0');
});

it.each([
  ['2', [2]],
  ['>= 3', [3, 4]],
  ['> 3', [4]],
  ['< 3', [1, 2]],
  ['<= 3', [1, 2, 3]],
  ['% 2', [2, 4]],
])('%j holds for some passings', (text, wanted) => {
  const condition = readHitCondition(text);
  expect([1, 2, 3, 4].filter((passing) => condition !== undefined && holds(condition, passing))).toEqual(
    wanted,
  );
});
