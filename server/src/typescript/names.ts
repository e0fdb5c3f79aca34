/**
 * The functions of libraries that a TypeScript file names, found in its text: what a compiler knows better comes later
 * than an editor waits.
 */
import type { Position, Range } from 'vscode-languageserver';
import type { Occurrence } from '../language';

export interface ForeignName extends Occurrence {
  /** As the linker knows it. */
  readonly name: string;
  /** The library that the text says has it. */
  readonly module: string | undefined;
}

/** `@external("module", "element")`, or its element alone, and the declaration behind it. */
const EXTERNAL = /@external\(\s*(?:(["'])([\w./-]+)\1\s*,\s*)?(["'])(\w+)\3\s*\)/y;
const DECLARED = /\s*(?:\/\/[^\n]*\s*)*(?:export\s+)?declare\s+function\s+(\w+)/y;
const IMPORT = /import\s*\{([^}]{0,5000})\}\s*from\s*(["'])([^"'\n]+)\2/y;
const BARE = /(?:export\s+)?declare\s+function\s+(\w+)/y;
/** What has words in it that are none of the program: comments and texts. */
const PASSED =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|`(?:[^`\\]|\\[\s\S])*`?/y;
const WORD = /[A-Za-z_$][\w$]*/y;

interface Local {
  readonly name: string;
  readonly module: string | undefined;
}

/** Nobody writes a longer one. */
const TEXT_LIMIT = 1_000_000;

export function foreignNames(text: string): readonly ForeignName[] {
  if (text.length > TEXT_LIMIT) return [];
  const found: ForeignName[] = [];
  const locals = new Map<string, Local>();
  const rangeOf = placesIn(text);
  const add = (at: number, length: number, local: Local, role: Occurrence['role']) => {
    found.push({ ...local, role, range: rangeOf(at, at + length) });
  };
  const words: { readonly word: string; readonly at: number }[] = [];
  const match = (expression: RegExp, at: number) => {
    expression.lastIndex = at;
    return expression.exec(text);
  };
  for (let at = 0; at < text.length; ) {
    const external = text[at] === '@' ? match(EXTERNAL, at) : null;
    if (external !== null) {
      const [all, , module, , element = ''] = external;
      const local = { name: element, module };
      add(at + all.lastIndexOf(element), element.length, local, 'reference');
      const declared = match(DECLARED, at + all.length);
      at += all.length;
      if (declared === null) continue;
      const [line, name = ''] = declared;
      locals.set(name, local);
      add(at + line.length - name.length, name.length, local, 'declaration');
      at += line.length;
      continue;
    }
    const taken = match(IMPORT, at) ?? match(BARE, at);
    if (taken !== null && !/[\w$.]/.test(text[at - 1] ?? '')) {
      const [all, names = '', , from] = taken;
      const start = at + all.indexOf(names, from === undefined ? all.length - names.length : 0);
      if (from === undefined) {
        locals.set(names, { name: names, module: undefined });
        add(start, names.length, { name: names, module: undefined }, 'declaration');
      } else {
        for (const one of names.matchAll(/([\w$]+)(?:\s+as\s+([\w$]+))?/g)) {
          const [, name = '', alias = name] = one;
          const local = { name, module: /^(?:lib)?([\w-]+)(?:\/api(?:\.ts)?)?$/.exec(from)?.[1] };
          locals.set(alias, local);
          add(start + one.index, name.length, local, 'reference');
        }
      }
      at += all.length;
      continue;
    }
    const passed = match(PASSED, at);
    const word = passed === null ? match(WORD, at) : null;
    if (word !== null) words.push({ word: word[0], at });
    at += Math.max(1, (passed ?? word)?.[0].length ?? 1);
  }
  for (const { word, at } of words) {
    const local = text[at - 1] === '.' ? undefined : locals.get(word);
    if (local !== undefined) add(at, word.length, local, 'reference');
  }
  return found;
}

export function foreignNameAt(text: string, { line, character }: Position): ForeignName | undefined {
  return foreignNames(text).find(
    ({ range: { start, end } }) =>
      start.line === line && start.character <= character && character <= end.character,
  );
}

/** Ranges by offsets, each on one line. */
function placesIn(text: string): (from: number, to: number) => Range {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (from, to) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= from) low = middle;
      else high = middle - 1;
    }
    const start = starts[low] ?? 0;
    return { start: { line: low, character: from - start }, end: { line: low, character: to - start } };
  };
}
