import { expect, test } from 'vitest';
import { timeLinePage } from './time-line-page';

const lanes = [
  { thread: 'main', runs: [{ start: 1_000, end: 2_000 }], marks: [{ time: 1_500, words: 'eats 1' }] },
  { thread: '<b>', runs: [{ start: 2_000, end: 5_000 }], marks: [] },
];

test('each thread has a lane, its runs and its events in the measure of time', () => {
  const page = timeLinePage(lanes, 'abc');
  expect(page).toContain('<div class="name">main</div>');
  expect(page).toContain('class="run blue" x="0" y="5" width="2500"');
  expect(page).toContain('class="run green" x="2500" y="31" width="7500"');
  expect(page).toContain('M1250 1V25');
  expect(page).toContain('main ran for 1.0 µs, from 1.0 µs after boot');
});

test('names of the guest are text, not page', () => {
  const page = timeLinePage(lanes, 'abc');
  expect(page).not.toContain('<b>');
  expect(page).toContain('&#60;b&#62;');
  expect(page).toContain("script-src 'nonce-abc'");
});
