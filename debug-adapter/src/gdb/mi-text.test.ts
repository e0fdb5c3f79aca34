import { describe, expect, it } from 'vitest';
import { decodeBytes, decodeText } from './mi-text';

const ESCAPE_BASE = 0xdc00;

/** The bytes of a text in which those that are no UTF-8 are escape characters. */
function bytesOf(decoded: string): Buffer {
  const parts = [...decoded].map((character) => {
    const byte = character.charCodeAt(0) - ESCAPE_BASE;
    return character.length === 1 && byte >= 0x80 && byte <= 0xff
      ? Buffer.from([byte])
      : Buffer.from(character);
  });
  return Buffer.concat(parts);
}

describe('decodeText', () => {
  it.each([
    ['octal escapes that form UTF-8', 'gr\\303\\274n', 'grün'],
    ['no octal escape behind an escaped backslash', 'gr\\\\303\\\\274n', 'gr\\303\\274n'],
    ['quotes, backslashes and line ends', '\\"a\\\\b\\"\\r\\n\\t', '"a\\b"\r\n\t'],
    ['control characters', '\\033[1m\\001\\a\\e', '\u001b[1m\u0001\u0007\u001b'],
    ['an escape that nobody knows as its character', '\\q', 'q'],
  ])('reads %s', (_, escaped, text) => expect(decodeText(escaped)).toBe(text));

  it('keeps a byte that is no UTF-8 recoverable', () => {
    expect(bytesOf(decodeText('\\377A\\303'))).toEqual(Buffer.from([0xff, 0x41, 0xc3]));
  });
});

describe('decodeBytes', () => {
  it('keeps every sequence of bytes recoverable', () => {
    for (let seed = 1; seed < 2000; seed++) {
      const bytes = Buffer.from(
        Array.from({ length: 8 }, (_, i) => ((seed * 2654435761 * (i + 1)) >>> 23) & 0xff),
      );
      expect(bytesOf(decodeBytes(bytes))).toEqual(bytes);
    }
  });
});
