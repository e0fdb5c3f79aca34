/** GDB's C strings (GDB's manual, "GDB/MI Output Syntax"): escapes to characters, bytes that are no UTF-8 kept. */

/** A byte 0x80 to 0xFF that is no UTF-8 becomes U+DC80 to U+DCFF, so that it can be found again. */
const BYTE_ESCAPE_BASE = 0xdc00;
const CONTROL: Readonly<Record<string, string>> = {
  ...{ '\\a': '\x07', '\\b': '\b', '\\e': '\x1b', '\\f': '\f' },
  ...{ '\\n': '\n', '\\r': '\r', '\\t': '\t', '\\v': '\v' },
};

/** What stands between the quotes, as GDB means it. Octal escapes are bytes of UTF-8 where they form it. */
export function decodeText(escaped: string): string {
  if (!escaped.includes('\\')) return escaped;
  return escaped.replace(/(?:\\[0-7]{3})+|\\./gs, (sequence) =>
    /^\\[0-7]{3}/.test(sequence)
      ? decodeBytes(octalBytes(sequence))
      : (CONTROL[sequence] ?? sequence.slice(1)),
  );
}

/** UTF-8 where the bytes form it; a byte that does not is kept as an escape character. */
export function decodeBytes(bytes: Buffer): string {
  const whole = bytes.toString('utf8');
  if (Buffer.from(whole, 'utf8').equals(bytes)) return whole;
  let decoded = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    decoded +=
      length === 0
        ? String.fromCharCode(BYTE_ESCAPE_BASE + (bytes[at] ?? 0))
        : bytes.toString('utf8', at, at + length);
    at += Math.max(length, 1);
  }
  return decoded;
}

/** The length in bytes of the UTF-8 sequence at `at`, or 0 where there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    const part = bytes.subarray(at, at + length);
    const decoded = part.toString('utf8');
    if (!decoded.includes('\ufffd') && Buffer.from(decoded, 'utf8').equals(part)) return length;
  }
  return 0;
}

function octalBytes(escapes: string): Buffer {
  return Buffer.from((escapes.match(/[0-7]{3}/g) ?? []).map((digits) => Number.parseInt(digits, 8) & 0xff));
}
