import { expect, test } from 'vitest';
import { duration, messageRow, messagesDownTo, traceRows } from './rows';

test('messages are shown down to a level', () => {
  const messages = [
    { level: 'info', text: 'a' },
    { level: 'error', text: 'b' },
    { level: 'debug', text: 'c' },
    { text: 'd' },
  ];
  expect(messagesDownTo(messages, 'error').map(({ text }) => text)).toEqual(['b', 'd']);
  expect(messagesDownTo(messages, 'info').map(({ text }) => text)).toEqual(['a', 'b', 'd']);
});

test('a message has its library and its time', () => {
  expect(messageRow({ level: 'info', library: 'ukboot', time: 105_637_000, text: 'up' })).toEqual({
    label: 'up',
    description: '0.105637 s · ukboot',
    tooltip: 'up\ninfo · ukboot · 0.105637 s',
  });
});

test('events have the time since the one before, of those that the filter leaves', () => {
  const events = [
    { time: 1_000, name: 'switch', thread: 'main', arguments: ['1', '2'] },
    { time: 3_500, name: 'eats', thread: 'Zeno', arguments: ['3', '0'] },
    { time: 2_003_500, name: 'switch', thread: 'Zeno', arguments: ['2', '1'], meaning: '→ main' },
  ];
  expect(traceRows(events, '').map(({ label, description }) => [label, description])).toEqual([
    ['+0 ns', 'switch 1 2 · main'],
    ['+2.5 µs', 'eats 3 0 · Zeno'],
    ['+2.00 ms', 'switch → main · Zeno'],
  ]);
  expect(traceRows(events, 'SWITCH zeno').map(({ label }) => label)).toEqual(['+0 ns']);
});

test('durations have the unit that suits them', () => {
  expect([999, 1_000, 2_500_000, 3e9].map(duration)).toEqual(['999 ns', '1.0 µs', '2.50 ms', '3.000 s']);
});
