import { expect, it } from 'vitest';
import { editDistance, suggest } from './suggest';

it('counts a swap of neighbours as one change', () => {
  expect(editDistance('qmeu', 'qemu')).toBe(1);
  expect(editDistance('x86_46', 'x86_64')).toBe(1);
  expect(editDistance('', 'abc')).toBe(3);
});

it('suggests the nearest word, and nothing when none is near', () => {
  expect(suggest('librares', ['libraries', 'labels'])).toBe('libraries');
  expect(suggest('zebra', ['qemu', 'xen'])).toBeUndefined();
});
