import { expect, it } from 'vitest';
import { hasEffect, isArray, pointedTo } from './rendering';

it.each(['x = 1', 'x += 1', 'x <<= 2', 'x++', '--x', 'f(x)', 'p->f ()'])(
  '%s may change the guest',
  (text) => {
    expect(hasEffect(text)).toBe(true);
  },
);

it.each(['x == 1', 'x <= 1', 'x != y', 'sizeof(x)', '(int) (x)', '*(int *) &(x)', "c == '='", '"a = b"'])(
  '%s does not',
  (text) => expect(hasEffect(text)).toBe(false),
);

it('arrays, structures and classes are told apart', () => {
  expect(['{1, 2}', '{{x = 1}, {x = 2}}', '{"a = b"}'].map(isArray)).toEqual([true, true, true]);
  expect(['{x = 1}', '{<Base> = {x = 1}, y = 2}', '{_vptr.A = 0x1}', '5'].map(isArray)).toEqual(
    Array(4).fill(false),
  );
});

it('a pointer’s address is read from its rendering', () => {
  expect(pointedTo('(struct shape *) 0x11ef50')).toBe('0x11ef50');
  expect(pointedTo('0x105000 "text"')).toBe('0x105000');
  expect(['0x0', '16', '{x = 0x10}'].map(pointedTo)).toEqual([undefined, undefined, undefined]);
});
