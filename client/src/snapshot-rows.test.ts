import { expect, test } from 'vitest';
import { freeName, snapshotRow } from './snapshot-rows';

test('a snapshot is told with where and when it was taken', () => {
  const taken = new Date(2026, 4, 3, 10, 20, 30);
  const row = snapshotRow({
    ...{ name: 'third turn', function: 'walk', file: '/app/src/walk.c', line: 31 },
    taken: taken.toISOString(),
  });
  expect(row).toEqual({
    label: 'third turn',
    description: `walk · walk.c:31 · ${taken.toLocaleTimeString()}`,
  });
});

test('a snapshot of code without symbols is told with its time alone', () => {
  const taken = new Date();
  expect(snapshotRow({ name: 'entry', taken: taken.toISOString() }).description).toBe(
    taken.toLocaleTimeString(),
  );
});

test('a suggested name is one that is free', () => {
  expect(freeName('main.c:3', [])).toBe('main.c:3');
  expect(freeName('main.c:3', ['main.c:3', 'main.c:3 (2)'])).toBe('main.c:3 (3)');
});
