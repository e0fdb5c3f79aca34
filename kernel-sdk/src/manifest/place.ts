/**
 * What stands at a position of a Kraftfile that may be half typed: worked out from the lines' indentation,
 * because text that is being written is rarely valid YAML.
 */
import type { Position, Range } from '../problem';
import { ATTRIBUTES, type Attribute, existsIn, findAttribute, LATEST_SPEC } from './attributes';
import { flowPlace } from './flow-place';
import type { SpecVersion } from './model';

export interface Place {
  /** Keys from the top to the map or value that holds the position; `-` stands for a list's item. */
  readonly path: readonly string[];
  /** A key is being written, or the value of the last key of `path`. */
  readonly kind: 'key' | 'value';
  /** What is written of it before the position. */
  readonly prefix: string;
  /** The word that a completion replaces. */
  readonly range: Range;
  /** A list's item begins here: it may become a text or a map. */
  readonly startsItem: boolean;
  /** Keys that the map has already. */
  readonly siblings: readonly string[];
  /** It stands in brackets or braces, where lines mean nothing. */
  readonly isFlow: boolean;
}

/** The attribute that a place is about: of a key, the maps' keys it may be; of a value, what is taken. */
export interface Expected {
  /** For `key`: the attributes of this map that the version has. */
  readonly attributes: readonly Attribute[];
  /** For `value`: the attribute whose value it is. */
  readonly attribute?: Attribute;
}

interface Line {
  /** Columns before the key or the value, list dashes counted. */
  readonly column: number;
  /** Columns before the dash of an item that begins on this line. */
  readonly dash?: number;
  readonly key?: string;
}

export function placeAt(text: string, position: Position): Place {
  const lines = text.split(/\r?\n/);
  const line = lines[position.line] ?? '';
  const before = line.slice(0, position.character);
  const dashes = /^(\s*)((?:-\s+)*)/.exec(before);
  const column = dashes?.[0].length ?? 0;
  const written = before.slice(column);
  const pair = /^(["']?)([\w.-]+)\1\s*:\s+(.*)$/.exec(written);
  const word = pair === null ? written : (pair[3] ?? '');
  const flow = flowPlace(word);
  const prefix = flow?.prefix ?? word.replace(/^["']/, '');
  const end = position.character + (/^[\w./-]*/.exec(line.slice(position.character))?.[0].length ?? 0);
  const range = {
    start: { line: position.line, character: position.character - prefix.length },
    end: { line: position.line, character: end },
  };
  const isItem = (dashes?.[2] ?? '') !== '';
  const ownDash = isItem ? [(dashes?.[1] ?? '').length] : [];
  const parents = parentsOf(lines, position.line, ownDash[0] ?? column, isItem);
  const inMap = pair === null ? [] : [pair[2] ?? ''];
  const items = isItem ? ['-'] : [];
  const path = [...parents, ...items, ...inMap];
  if (flow !== undefined) return { ...flow, path: [...path, ...flow.path], range, isFlow: true };
  return {
    path,
    isFlow: false,
    kind: pair === null ? 'key' : 'value',
    prefix,
    range,
    startsItem: isItem,
    siblings: siblingsOf(lines, position.line, column),
  };
}

/** Whether a position is in a comment, where nothing is expected. */
export function isInComment(text: string, { line, character }: Position): boolean {
  const before = (text.split(/\r?\n/)[line] ?? '').slice(0, character);
  const bare = before.replace(/"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?/g, (quoted) => 'x'.repeat(quoted.length));
  return /(^|\s)#/.test(bare);
}

/** What a Kraftfile's specification expects at a path. */
export function expectedAt(path: readonly string[], kind: Place['kind'], spec: SpecVersion): Expected {
  let attributes: readonly Attribute[] = ATTRIBUTES;
  let attribute: Attribute | undefined;
  for (const key of path) {
    attribute = key === '-' ? attribute?.items : (findAttribute(attributes, key) ?? attribute?.entries);
    attributes = attribute?.attributes ?? [];
    if (attribute === undefined) return { attributes: [] };
  }
  const held = attribute === undefined ? {} : { attribute };
  return { attributes: kind === 'key' ? attributes.filter((a) => existsIn(a, spec)) : [], ...held };
}

/** The version that a text names, or the newest one. */
export function specOf(text: string): SpecVersion {
  const named = /^\s*(?:spec|specification)\s*:\s*["']?v?(0\.[567])/m.exec(text)?.[1];
  return (named as SpecVersion | undefined) ?? LATEST_SPEC;
}

/** Keys above that hold what is indented by `column` on a line; `isItem` for an item of a list. */
function parentsOf(lines: readonly string[], at: number, column: number, isItem: boolean): string[] {
  const path: string[] = [];
  let limit = column;
  // A list's items may stand as deep as the key that holds them.
  let mayEqual = isItem;
  for (let i = at - 1; i >= 0 && (limit > 0 || mayEqual); i--) {
    const line = readLine(lines[i] ?? '');
    if (line === undefined) continue;
    if (line.dash !== undefined && line.column <= limit && line.dash < limit && !mayEqual) {
      if (line.key !== undefined && line.column < limit) path.unshift(line.key);
      path.unshift('-');
      limit = line.dash;
      mayEqual = true;
    } else if (
      line.dash === undefined &&
      line.key !== undefined &&
      (line.column < limit || (mayEqual && line.column === limit))
    ) {
      path.unshift(line.key);
      limit = line.column;
      mayEqual = false;
    }
  }
  return path;
}

function siblingsOf(lines: readonly string[], at: number, column: number): string[] {
  const keys: string[] = [];
  for (const step of [-1, 1]) {
    for (let i = at + step; i >= 0 && i < lines.length; i += step) {
      const line = readLine(lines[i] ?? '');
      if (line === undefined) continue;
      // The items of a list below another key are none of this map's.
      const begins = line.dash !== undefined && line.dash < column && line.column <= column;
      if (line.column < column || (begins && step > 0)) break;
      if (line.column === column && line.key !== undefined && (line.dash === undefined || begins)) {
        keys.push(line.key);
      }
      if (begins) break;
    }
  }
  return keys;
}

function readLine(text: string): Line | undefined {
  const match = /^(\s*)((?:-\s+)*)(?:(["']?)([\w.-]+)\3\s*:(?=\s|$))?/.exec(text);
  if (match === null || text.trim() === '' || text.trim().startsWith('#')) return undefined;
  const [, indent = '', dash = '', , key] = match;
  return {
    column: indent.length + dash.length,
    ...(dash === '' ? {} : { dash: indent.length }),
    ...(key === undefined ? {} : { key }),
  };
}
