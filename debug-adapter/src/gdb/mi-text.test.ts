import { describe, expect, it } from 'vitest';
import { decodeBytes, decodeText, encodeBytes } from './mi-text';

describe('decodeText', () => {
  it.each([
    ['octal escapes that form UTF-8', 'gr\\303\\274n', 'grün'],
    ['no octal escape behind an escaped backslash', 'gr\\\\303\\\\274n', 'gr\\303\\274n'],
    ['quotes, backslashes and line ends', '\\"a\\\\b\\"\\r\\n\\t', '"a\\b"\r\n\t'],
    ['control characters', '\\033[1m\\001\\a\\e', '\u001b[1m\u0001\u0007\u001b'],
    ['an escape that nobody knows as its character', '\\q', 'q'],
  ])('reads %s', (_, escaped, text) => expect(decodeText(escaped)).toBe(text));

  it('keeps a byte that is no UTF-8 recoverable', () => {
    expect(encodeBytes(decodeText('\\377A\\303'))).toEqual(Buffer.from([0xff, 0x41, 0xc3]));
  });
});

describe('decodeBytes and encodeBytes', () => {
  it('give every sequence of bytes back', () => {
    for (let seed = 1; seed < 2000; seed++) {
      const bytes = Buffer.from(
        Array.from({ length: 8 }, (_, i) => ((seed * 2654435761 * (i + 1)) >>> 23) & 0xff),
      );
      expect(encodeBytes(decodeBytes(bytes))).toEqual(bytes);
    }
  });
});
