/** Where a guest's serial line is shown: a terminal of the client's, or the debug console. */
import type { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { ConsoleTail } from './console-tail';
import { type Pace, SerialFlow } from './serial-flow';
import { Lines } from './serial-output';

/** `terminal`: events with the text as it is, which the client acknowledges. `debugConsole`: lines as output events. */
export type ConsoleKind = 'terminal' | 'debugConsole';

export interface ConsoleListener {
  /** A piece of the line as it is, for a terminal. */
  serial(text: string): void;
  output(text: string, category: 'stdout'): void;
  /** Whether the client keeps up with what it is sent. */
  ready(): boolean;
}

/** What editors show without being held up by it. */
const PACES: Readonly<Record<ConsoleKind, Pace>> = {
  terminal: { bytesPerSecond: 1 << 20, backlog: 1 << 20, window: 1 << 18 },
  debugConsole: { bytesPerSecond: 1 << 18, backlog: 1 << 19 },
};

export class SerialConsole {
  readonly #flow: SerialFlow;
  #silenced = false;

  constructor(
    private readonly line: Duplex,
    kind: ConsoleKind,
    listener: ConsoleListener,
    tail: ConsoleTail,
  ) {
    const decoder = new StringDecoder('utf8');
    // All of it, whatever the client is shown.
    line.on('data', (bytes: Buffer) => tail.add(decoder.write(bytes)));
    const lines = new Lines((text) => this.#silenced || listener.output(text, 'stdout'));
    const show = (text: string) => {
      if (this.#silenced) return;
      if (kind === 'terminal') listener.serial(text);
      else lines.push(text);
    };
    this.#flow = new SerialFlow(line, PACES[kind], show, () => listener.ready());
    line.once('close', () => lines.flush());
  }

  /** Keys for the guest, as they are. False where the line is gone. */
  type(text: string): boolean {
    if (this.line.destroyed) return false;
    this.line.write(text);
    return true;
  }

  acknowledge(count: number): void {
    this.#flow.acknowledge(count);
  }

  /** Shows no more. */
  silence(): void {
    this.#silenced = true;
  }
}
