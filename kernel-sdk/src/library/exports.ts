/**
 * `exportsyms.uk`: the first word of each line is a symbol, the rest of a line and what follows a `#` is nothing; `none`
 * for a library that exports nothing. Source: GNU objcopy, which Unikraft's build hands the file to
 * (`--keep-global-symbols`).
 */
import type { Ranged } from '../problem';

/** A symbol with its place; `none` is one that nobody has. */
export type ExportLine = Ranged<string> & {
  /** Words behind the symbol, which objcopy ignores with a warning. */
  readonly rest?: Ranged<string>;
};

/** Every line that lists something, `none` as well. */
export function readExports(text: string): readonly ExportLine[] {
  return text.split('\n').flatMap((content, line): ExportLine[] => {
    const bare = (content.includes('#') ? content.replace(/#.*$/, '') : content).trimEnd();
    const match = /^(\s*)(\S+)(?:(\s+)(\S.*))?$/.exec(bare);
    if (match === null) return [];
    const [, indent = '', value = '', gap = '', rest] = match;
    const at = (start: number, length: number) => ({
      start: { line, character: start },
      end: { line, character: start + length },
    });
    const symbol = { value, range: at(indent.length, value.length) };
    if (rest === undefined) return [symbol];
    const from = indent.length + value.length + gap.length;
    return [{ ...symbol, rest: { value: rest, range: at(from, rest.length) } }];
  });
}

export function parseExports(text: string): string[] {
  return readExports(text).flatMap(({ value }) => (value === NONE ? [] : value));
}

/** What a list says that is to export nothing: an empty one would make everything global. */
export const NONE = 'none';
