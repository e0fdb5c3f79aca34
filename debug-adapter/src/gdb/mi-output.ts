/** GDB's stdout: splits lines, reads their records, and checks that each answer belongs to the oldest open command. */
import { StringDecoder } from 'node:string_decoder';
import { type MiRecord, readRecord } from './mi-record';

export interface OutputObserver {
  /** A record; an answer is to the oldest open command. */
  record(record: MiRecord): void;
  /** An answer that no open command waits for, such as an error behind `^running`. */
  strayAnswer(line: string): void;
  /** GDB answered another command than the oldest open one: nothing after it can be trusted. */
  outOfStep(line: string): void;
  /** Every line as GDB wrote it, for traces. */
  line(line: string): void;
}

const UNREADABLE = 'GDB wrote an answer that cannot be read.';

/** Takes GDB's bytes with {@link push}. */
export class MiOutput {
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
    // GDB 13 loses what stands between a notification's name and its results when it tells one inside another
    // record (`=memory-changedthread-group=…`). An answer is waited for.
    const record = readRecord(line);
    if (record !== undefined) this.observer.record(record);
    else if (answer !== null) {
      this.observer.record({ kind: 'answer', state: 'error', data: { msg: UNREADABLE } });
    }
  }
}
