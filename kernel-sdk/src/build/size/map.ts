/** GNU ld's map (`-Wl,-Map`): which input lies where in the image. Text in, model out. */

export interface MapSection {
  /** Of the output: `.text`. */
  readonly name: string;
  readonly address: number;
  readonly size: number;
  readonly parts: readonly MapPart[];
}

/** A piece of an output section that one input gave. */
export interface MapPart {
  /** Of the input: `.text.uk_malloc`. */
  readonly input: string;
  readonly address: number;
  readonly size: number;
  /** An object, or `ARCHIVE(MEMBER)`. */
  readonly object: string;
}

const START = 'Linker script and memory map';
const NUMBERS = /^\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)(?: (.+))?$/;
const OUTPUT = /^(\S+)(?:\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)(?: .*)?)?$/;
const INPUT = /^ (\S+)(?:\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (.+))?$/;

/** Output sections in the order of the map; what was discarded, and what has no bytes, is left out. */
export function parseMap(text: string): MapSection[] {
  const sections: { name: string; address: number; size: number; parts: MapPart[] }[] = [];
  // Names that are too long for their column have their numbers on the next line.
  let output: string | undefined;
  let input: string | undefined;
  for (const line of text.slice(Math.max(0, text.indexOf(START))).split('\n')) {
    const numbers = NUMBERS.exec(line);
    const named = numbers === null ? (OUTPUT.exec(line) ?? undefined) : undefined;
    const piece = numbers === null ? (INPUT.exec(line) ?? undefined) : undefined;
    if (numbers !== null) {
      const [, address = '', size = '', object] = numbers;
      if (output !== undefined) sections.push({ name: output, ...extent(address, size), parts: [] });
      else if (input !== undefined && object !== undefined) {
        sections.at(-1)?.parts.push({ input, ...extent(address, size), object });
      }
      output = undefined;
      input = undefined;
    } else if (named !== undefined) {
      const [, name = '', address, size] = named;
      output = address === undefined ? name : undefined;
      if (address !== undefined && size !== undefined) {
        sections.push({ name, ...extent(address, size), parts: [] });
      }
    } else if (piece !== undefined) {
      const [, name = '', address, size, object] = piece;
      input = address === undefined && !name.includes('(') ? name : undefined;
      output = undefined;
      if (address !== undefined && size !== undefined && object !== undefined) {
        sections.at(-1)?.parts.push({ input: name, ...extent(address, size), object });
      }
    }
  }
  return sections
    .filter(({ size }) => size > 0)
    .map((section) => ({ ...section, parts: section.parts.filter(({ size }) => size > 0) }));
}

function extent(address: string, size: string): { address: number; size: number } {
  return { address: Number.parseInt(address, 16), size: Number.parseInt(size, 16) };
}
