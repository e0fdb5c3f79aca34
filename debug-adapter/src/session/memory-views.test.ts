import { expect, it } from 'vitest';
import { addressOf, MemoryViews } from './memory-views';

it('tells a write to each reference whose bytes were seen, relative to it', () => {
  const views = new MemoryViews();
  views.add('0x1000', 0x1000n, 16);
  views.add('0x1000', 0x1010n, 16);
  views.add('0x2000', 0x2000n, 16);
  expect(views.written(0x1018n, 4).map(({ body }) => body)).toEqual([
    { memoryReference: '0x1000', offset: 0x18, count: 4 },
  ]);
  expect(views.written(0x1020n, 4)).toEqual([]);
  expect(views.all().map(({ body }) => [body.offset, body.count])).toEqual([
    [0, 32],
    [0, 16],
  ]);
});

it('takes addresses alone for references', () => {
  expect(addressOf('0x10')).toBe(16n);
  expect(() => addressOf('main')).toThrow("'main' is not an address");
});
