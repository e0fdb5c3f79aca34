import { expect, it } from 'vitest';
import { ConditionFailures } from './condition-failure';

const WHY = 'Cannot access memory at address 0x0\n';

it.each([
  ['without its number', ['Error in testing breakpoint condition:\n', WHY]],
  ['with its number', ['Error in testing condition for breakpoint 2.1:\n', WHY]],
  ['one piece', [`Error in testing breakpoint condition:\n${WHY}`]],
])('tells why once: %s', (_, pieces) => {
  const failures = new ConditionFailures();
  failures.log('warning: something else\n');
  for (const piece of pieces) failures.log(piece);
  expect(failures.take()).toBe('Cannot access memory at address 0x0');
  expect(failures.take()).toBeUndefined();
});

it('takes no other words for it', () => {
  const failures = new ConditionFailures();
  failures.log('Cannot access memory at address 0x0\n');
  expect(failures.take()).toBeUndefined();
});
