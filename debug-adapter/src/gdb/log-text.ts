/** What logpoints print on GDB's console, told apart from everything else there. */

/** Begins a logpoint's text; its number follows. */
export const LOG_START = '\u0001';
/** Stands around each value, and behind the number. */
export const LOG_VALUE = '\u0002';
export const LOG_END = '\u0003';

export interface LogText {
  /** GDB's number of the logpoint. */
  readonly breakpoint: number;
  readonly text: string;
  /** GDB's reason why a value could not be read; the guest then stands where it is. */
  readonly failure?: string;
}

/** Collects what logpoints print; `told` gets each text when it is whole. */
export class LogReader {
  #open: string | undefined;

  constructor(private readonly told: (log: LogText) => void) {}

  /** Text of GDB's console; gives back what is no logpoint's. */
  console(text: string): string {
    let rest = '';
    for (const character of text) {
      if (character === LOG_START) this.#open = '';
      else if (this.#open === undefined) rest += character;
      else if (character === LOG_END) this.#close();
      else this.#open += character;
    }
    return rest;
  }

  /** Text of GDB's log: while a logpoint prints, that is why it stops printing. */
  log(text: string): void {
    if (this.#open !== undefined) this.#close(text.trim());
  }

  #close(failure?: string): void {
    const [number, ...pieces] = (this.#open ?? '').split(LOG_VALUE);
    this.#open = undefined;
    const values = pieces.map((piece, index) => (index % 2 === 1 ? valueText(piece) : piece));
    const text = `${values.join('')}${failure === undefined ? '' : `<${failure}>`}`;
    this.told({ breakpoint: Number(number), text, ...(failure === undefined ? {} : { failure }) });
  }
}

/** Text for GDB's `echo`, every character that it could take for its own in octal. */
export function echoed(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[\w.,:;=+/-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
    })
    .join('');
}

/** Of a `char *`, the text is what a reader of a log looks for. */
function valueText(printed: string): string {
  const quoted = /^0x[0-9a-f]+ (?:<[^>]*> )?"((?:[^"\\]|\\.)*)"(\.\.\.)?$/.exec(printed);
  return quoted === null ? printed : `${(quoted[1] ?? '').replace(/\\(["\\])/g, '$1')}${quoted[2] ?? ''}`;
}
