import { expect, it } from 'vitest';
import { readWatch } from './watch-notation';

it.each([
  ['total,x', 'total', true],
  ['box.sizes[1] , h ', 'box.sizes[1]', true],
  ['total', 'total', false],
  ['sum(total, x)', 'sum(total, x)', false],
  ['total,xs', 'total,xs', false],
  [',x', ',x', false],
])('%j is %j, in hexadecimal: %j', (text, expression, isHex) => {
  expect(readWatch(text)).toEqual({ expression, isHex });
});
