/**
 * Between GDB's stdout and gdb-js: splits lines, decodes C strings that gdb-js cannot, and checks that
 * each answer belongs to the command that gdb-js will give it to.
 */
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { isReadable } from './mi-grammar';

/** A byte 0x80 to 0xFF that is no UTF-8 becomes U+DC80 to U+DCFF, so that it can be found again. */
const BYTE_ESCAPE_BASE = 0xdc00;

export interface OutputObserver {
  /** An answer that no open command waits for, such as an error behind `^running`. */
  strayAnswer(line: string): void;
  /** GDB answered another command than the oldest open one: nothing after it can be trusted. */
  outOfStep(line: string): void;
  /** Every line as GDB wrote it, for traces. */
  line(line: string): void;
}

const UNREADABLE = 'GDB wrote an answer that cannot be read.';

/** Takes GDB's bytes with {@link push}, gives gdb-js lines that its grammar understands. */
export class OutputFilter {
  /** What gdb-js reads: in object mode, because its strings may hold lone surrogates. */
  readonly lines = new Readable({ objectMode: true, read: () => undefined });
  readonly #decoder = new StringDecoder('utf8');
  readonly #open: number[] = [];
  #rest = '';

  constructor(private readonly observer: OutputObserver) {}

  /** A command with this token has been sent; its answer comes after those sent before. */
  expect(token: number): void {
    this.#open.push(token);
  }

  push(bytes: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(bytes)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  end(): void {
    this.lines.push(null);
  }

  #line(line: string): void {
    this.observer.line(line);
    const answer = /^(\d*)\^/.exec(line);
    if (answer !== null) {
      const token = Number(answer[1]);
      if (token !== this.#open[0]) {
        if (this.#open.includes(token)) this.observer.outOfStep(line);
        else this.observer.strayAnswer(line);
        return;
      }
      this.#open.shift();
    }
    // A text of this form is for gdb-js's scripts in GDB, of which there are none: it is the guest's.
    const decoded = decodeLine(withFrame(line)).replaceAll('<gdbjs:', '<gdbjs :');
    // GDB 13 loses what stands between a notification's name and its results when it tells one inside another
    // record (`=memory-changedthread-group=…`); gdb-js would read nothing more. An answer is waited for.
    if (isReadable(decoded)) this.lines.push(`${decoded}\n`);
    else if (answer !== null) this.lines.push(`${answer[1]}^error,msg="${UNREADABLE}"\n`);
  }
}

/** gdb-js reads `frame.fullname` of every stop that names a thread, and fails where there is no frame. */
function withFrame(line: string): string {
  return /^\d*\*stopped,/.test(line) && line.includes('thread-id=') && !line.includes('frame={')
    ? `${line},frame={}`
    : line;
}

/** Escapes of GDB's that gdb-js does not know. */
const CONTROL: Readonly<Record<string, string>> = { '\\a': '\x07', '\\e': '\x1b' };

/** Decodes the octal escapes of a record's C strings; everything else stays as it is. */
export function decodeLine(line: string): string {
  if (!/^\d*[\^*+=~@&]/.test(line)) return line;
  return line.replace(
    /(?:\\[0-7]{3})+|\\./g,
    (sequence) =>
      CONTROL[sequence] ?? (/^\\[0-7]/.test(sequence) ? quote(decodeBytes(octalBytes(sequence))) : sequence),
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

/** The bytes of a text in which {@link decodeBytes} escaped those that are no UTF-8. */
export function encodeBytes(decoded: string): Buffer {
  const parts: Buffer[] = [];
  for (const character of decoded) {
    const code = character.charCodeAt(0);
    const escaped =
      character.length === 1 && code >= BYTE_ESCAPE_BASE + 0x80 && code <= BYTE_ESCAPE_BASE + 0xff;
    parts.push(escaped ? Buffer.from([code - BYTE_ESCAPE_BASE]) : Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(parts);
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

/** Characters that would end the string, the escape or the line go back as escapes that gdb-js knows. */
function quote(decoded: string): string {
  return decoded.replace(/["\\\n\r]/g, (c) => (c === '\n' ? '\\n' : c === '\r' ? '\\r' : `\\${c}`));
}
