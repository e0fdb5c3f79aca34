import { expect, test } from 'vitest';
import { TerminalText } from './serial-text';

test.each([
  [['one\r\ntwo\r\n'], 'one\r\ntwo\r\n'],
  [['one\ntwo\n'], 'one\r\ntwo\r\n'],
  [['one\r', '\ntwo'], 'one\r\ntwo'],
  [['50 %\r', '51 %\r'], '50 %\r51 %\r'],
  [['\n', '\n\r\n'], '\r\n\r\n\r\n'],
  [['\x1b[31mred\x1b[0m\n'], '\x1b[31mred\x1b[0m\r\n'],
])('%j moves to the first column with each line', (pieces, expected) => {
  const text = new TerminalText();
  expect(pieces.map((piece) => text.convert(piece)).join('')).toBe(expected);
});
