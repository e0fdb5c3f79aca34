import { expect, test } from 'vitest';
import { lanesOf } from './lanes';

const event = (time: number, thread: string, name: string, meaning = '') => ({
  ...{ time, thread, name, meaning, arguments: [] },
});

test('a thread runs until it gives way, and its events stand in its lane', () => {
  const lanes = lanesOf([
    event(10, '', 'early'),
    event(20, '', 'switch', '→ main'),
    event(25, 'main', 'thread', 'makes a'),
    event(40, 'main', 'switch', '→ a'),
    event(70, 'a', 'exit', 'of a'),
    event(75, 'a', 'switch', '→ main'),
    event(80, 'main', 'eats', '1 2'),
  ]);
  expect(lanes).toEqual([
    { thread: 'boot and idle', runs: [{ start: 10, end: 20 }], marks: [{ time: 10, words: 'early' }] },
    {
      thread: 'main',
      runs: [
        { start: 20, end: 40 },
        { start: 75, end: 80 },
      ],
      marks: [
        { time: 25, words: 'thread makes a' },
        { time: 80, words: 'eats 1 2' },
      ],
    },
    { thread: 'a', runs: [{ start: 40, end: 75 }], marks: [{ time: 70, words: 'exit of a' }] },
  ]);
});

test('no events make no lanes', () => {
  expect(lanesOf([])).toEqual([]);
});
