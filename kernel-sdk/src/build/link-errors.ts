/** What GNU ld says of symbols that nobody defines, or two do. Text in, findings out. */

/** A place that the linker names: always an object, with its source where there is debug information. */
export interface LinkPlace {
  readonly object?: string;
  readonly file?: string;
  readonly line?: number;
}

export type LinkError =
  | { readonly kind: 'undefined'; readonly symbol: string; readonly user: LinkPlace }
  | {
      readonly kind: 'duplicate';
      readonly symbol: string;
      readonly here: LinkPlace;
      readonly first: LinkPlace;
    };

const UNDEFINED = /^(.*): undefined reference to [`'](.+)'$/;
const DUPLICATE = /^(.*): multiple definition of [`'](.+)'; (.*): first defined here$/;

/** Each symbol once for each place; `objects` are the files that were linked, whose paths may have blanks. */
export function parseLinkErrors(output: string, objects: readonly string[]): LinkError[] {
  const errors = new Map<string, LinkError>();
  // `OBJECT: in function 'NAME':` counts for the lines that follow it and name no object.
  let current: string | undefined;
  for (const raw of output.split('\n')) {
    const line = raw.replace(/^\S*\bld(?:\.\w+)?(?:\.exe)?: /, '');
    const named = objects.find((object) => line.startsWith(`${object}:`));
    if (/: in function [`'].*':$/.test(line)) {
      current = named;
      continue;
    }
    if (line !== raw) current = named;
    const error = parseLine(line, current, objects);
    if (error !== undefined) errors.set(JSON.stringify(error), error);
  }
  return [...errors.values()];
}

function parseLine(
  line: string,
  current: string | undefined,
  objects: readonly string[],
): LinkError | undefined {
  const twice = DUPLICATE.exec(line);
  if (twice !== null) {
    const [, here = '', symbol = '', first = ''] = twice;
    return {
      kind: 'duplicate',
      symbol,
      here: placeOf(here, current, objects),
      first: placeOf(first, undefined, objects),
    };
  }
  const missing = UNDEFINED.exec(line);
  if (missing === null) return undefined;
  const [, user = '', symbol = ''] = missing;
  return { kind: 'undefined', symbol, user: placeOf(user, current, objects) };
}

/** `OBJECT:SOURCE:LINE`, `SOURCE:LINE`, `OBJECT:(SECTION+OFFSET)`, `(SECTION+OFFSET)`, `OBJECT`. */
function placeOf(text: string, current: string | undefined, objects: readonly string[]): LinkPlace {
  const object = objects.find((path) => text === path || text.startsWith(`${path}:`)) ?? current;
  const rest = object !== undefined && text.startsWith(object) ? text.slice(object.length + 1) : text;
  // What -flto makes on its way stands for no source.
  const [, file, line] = /^(?:\S+\.ltrans\.o:)?(.+):(\d+)$/.exec(rest) ?? [];
  return {
    ...(object === undefined ? {} : { object }),
    ...(file === undefined || line === undefined ? {} : { file, line: Number(line) }),
  };
}
