/** System calls that the sources of a library's folder define: `UK_SYSCALL_R_DEFINE(ssize_t, write, int, fd, …)`. */
import type { Range } from '../../problem';
import type { Workspace } from '../../project';
import { Lines } from '../c/lines';
import { listedSources } from './defined';

export interface SystemCallDefinition {
  readonly name: string;
  /** What defines it: `UK_LLSYSCALL_R_DEFINE`. */
  readonly macro: string;
  /** Absolute. */
  readonly path: string;
  /** Of the name. */
  readonly range: Range;
  readonly argumentCount: number;
  /** As a header would declare it, without the semicolon. */
  readonly signature: string;
}

const MACRO = /^[ \t]*(UK_(?:LL)?SYSCALL_(?:[A-Z]_)*DEFINE)\s*\(/gm;
/** No definition's head is longer. */
const HEAD_LIMIT = 2000;

export function systemCallsAt(workspace: Workspace, folder: string): readonly SystemCallDefinition[] {
  return workspace.derive('system-calls-defined', folder, (files) =>
    listedSources(workspace, folder).flatMap((path) => definitionsIn(path, files.readText(path) ?? '')),
  );
}

function definitionsIn(path: string, text: string): SystemCallDefinition[] {
  if (!text.includes('SYSCALL')) return [];
  const lines = new Lines(text);
  return [...text.matchAll(MACRO)].flatMap(({ 0: head, 1: macro = '', index }): SystemCallDefinition[] => {
    const list = parenthesized(text, index + head.length);
    const [type, name, ...words] = wordsOf(list);
    if (type === undefined || name === undefined || !/^\w+$/.test(name)) return [];
    const parameters = words.flatMap((word, at) =>
      at % 2 === 0 ? [declared(word, words[at + 1] ?? '')] : [],
    );
    const start = index + head.length + list.search(new RegExp(`(?<=,[^,]*)\\b${name}\\b`));
    return [
      {
        ...{ name, macro, path, range: lines.range(start, name.length) },
        argumentCount: parameters.length,
        signature: `${declared(type, name)}(${parameters.join(', ') || 'void'})`,
      },
    ];
  });
}

/** What stands from an offset on to the parenthesis that closes. */
function parenthesized(text: string, start: number): string {
  let depth = 1;
  for (let at = start; at < Math.min(text.length, start + HEAD_LIMIT); at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return text.slice(start, at);
  }
  return '';
}

/** Between commas that are in no parentheses, without comments. */
function wordsOf(list: string): readonly string[] {
  const bare = list.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ');
  return bare.split(/,(?![^(]*\))/).map((word) => word.replace(/\s+/g, ' ').trim());
}

function declared(type: string, name: string): string {
  return type.endsWith('*') ? `${type}${name}` : `${type} ${name}`;
}
