import { expect, test } from 'vitest';
import { explanationText } from './explanation';

test('an explained address is read from top to bottom', () => {
  const text = explanationText('&limit', {
    address: '0x107004',
    summary: "0x107004 is 'limit' in section .rodata. It is mapped onto itself: a page of 4 KiB, readable.",
    neighbours: [],
    walk: ['PML4[0] at 0x13b000 = 0x13c023  present', 'PT[263] at 0x141838 = 0x0'],
    note: 'The entry of the PT is not present.',
  });
  expect(text).toBe(`&limit = 0x107004

0x107004 is 'limit' in section .rodata.
It is mapped onto itself: a page of 4 KiB, readable.

Page-table walk
  PML4[0] at 0x13b000 = 0x13c023  present
  PT[263] at 0x141838 = 0x0
  The entry of the PT is not present.
`);
});
