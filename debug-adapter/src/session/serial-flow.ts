/** Hands the guest's serial output on at a pace that a client can show, and says how much it has left out. */
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

export interface Pace {
  readonly bytesPerSecond: number;
  /** What waits at most, in bytes; of a flood the oldest is left out. */
  readonly backlog: number;
  /** Characters that may be shown without being acknowledged; without a limit where nobody acknowledges. */
  readonly window?: number;
}

/** What is behind waits this long, in milliseconds. */
const TURN_MS = 100;
/** After a gap the text begins at a line where one begins within this many bytes. */
const LINE_SEARCH = 4096;

export class SerialFlow {
  readonly #queue: Buffer[] = [];
  #queued = 0;
  #dropped = 0;
  #shown = 0;
  #allowance: number;
  #filled = performance.now();
  #decoder = new StringDecoder('utf8');
  #timer: NodeJS.Timeout | undefined;

  /** @param show Gets the text, and notes on what is missing. @param ready Whether the client keeps up. */
  constructor(
    serial: Readable,
    private readonly pace: Pace,
    private readonly show: (text: string) => void,
    private readonly ready: () => boolean,
  ) {
    this.#allowance = this.#most();
    serial.on('data', (bytes: Buffer) => this.#push(bytes));
    serial.once('close', () => this.#finish());
  }

  /** So many characters have been shown. */
  acknowledge(count: number): void {
    this.#shown = Math.max(0, this.#shown - count);
    this.#pump();
  }

  /** What a moment of silence allows to show at once. */
  #most(): number {
    return this.pace.bytesPerSecond / 4;
  }

  #push(bytes: Buffer): void {
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    // In strides, so that a flood does not pay for each piece of it.
    if (this.#queued > this.pace.backlog) this.#leaveOut(this.#queued - this.pace.backlog / 2);
    if (this.#timer === undefined) this.#pump();
  }

  #leaveOut(atLeast: number): void {
    let left = 0;
    while (left < atLeast) left += this.#take(atLeast - left)?.length ?? atLeast;
    const head = this.#queue[0]?.subarray(0, LINE_SEARCH);
    const line = head === undefined ? -1 : head.indexOf(0x0a);
    if (line >= 0) left += this.#take(line + 1)?.length ?? 0;
    this.#dropped += left;
  }

  /** The oldest bytes, at most `most`. */
  #take(most: number): Buffer | undefined {
    const head = this.#queue[0];
    if (head === undefined) return undefined;
    const taken = head.subarray(0, most);
    if (taken.length === head.length) this.#queue.shift();
    else this.#queue[0] = head.subarray(taken.length);
    this.#queued -= taken.length;
    return taken;
  }

  #pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = performance.now();
    const earned = ((now - this.#filled) / 1000) * this.pace.bytesPerSecond;
    this.#allowance = Math.min(this.#most(), this.#allowance + earned);
    this.#filled = now;
    const room = Math.floor(Math.min(this.#allowance, (this.pace.window ?? Infinity) - this.#shown));
    if (room > 0 && this.ready()) this.#allowance -= this.#emit(room);
    if (this.#queued > 0) this.#timer = setTimeout(() => this.#pump(), TURN_MS);
  }

  /** Shows at most `most` bytes; gives how many. */
  #emit(most: number): number {
    const parts: Buffer[] = [];
    let length = 0;
    while (length < most) {
      const part = this.#take(most - length);
      if (part === undefined) break;
      parts.push(part);
      length += part.length;
    }
    let text = '';
    if (this.#dropped > 0) {
      text = gapNote(this.#dropped);
      this.#dropped = 0;
      // The end of a character whose beginning is gone is nothing to show.
      this.#decoder = new StringDecoder('utf8');
    }
    text += this.#decoder.write(Buffer.concat(parts));
    if (text !== '') {
      this.#shown += text.length;
      this.show(text);
    }
    return length;
  }

  /** The guest says no more: what waits is little enough to be shown at once. */
  #finish(): void {
    clearTimeout(this.#timer);
    if (this.#queued > 0 || this.#dropped > 0) this.#emit(this.#queued);
  }
}

/** In the terminal's own words, without the colour that the text before the gap left on. */
function gapNote(bytes: number): string {
  return `\x1b[0m\r\n[${bytes} bytes of output left out: they came faster than they can be shown]\r\n`;
}
