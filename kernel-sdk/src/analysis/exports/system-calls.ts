/** System calls that the sources of a library's folder define: `UK_SYSCALL_R_DEFINE(ssize_t, write, int, fd, …)`. */
import type { Range } from '../../problem';
import type { Workspace } from '../../project';
import { Lines } from '../c/lines';
import { macroArguments } from '../c/macro-arguments';
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

export function systemCallsAt(workspace: Workspace, folder: string): readonly SystemCallDefinition[] {
  return workspace.derive('system-calls-defined', folder, (files) =>
    listedSources(workspace, folder).flatMap((path) => definitionsIn(path, files.readText(path) ?? '')),
  );
}

function definitionsIn(path: string, text: string): SystemCallDefinition[] {
  if (!text.includes('SYSCALL')) return [];
  const lines = new Lines(text);
  return [...text.matchAll(MACRO)].flatMap(({ 0: head, 1: macro = '', index }): SystemCallDefinition[] => {
    const [type, name, ...rest] = macroArguments(text, index + head.length) ?? [];
    if (type === undefined || name === undefined || !/^\w+$/.test(name.text)) return [];
    const parameters = rest.flatMap(({ text: word }, at) =>
      at % 2 === 0 ? [declared(word, rest[at + 1]?.text ?? '')] : [],
    );
    return [
      {
        ...{ name: name.text, macro, path, range: lines.range(name.start, name.text.length) },
        argumentCount: parameters.length,
        signature: `${declared(type.text, name.text)}(${parameters.join(', ') || 'void'})`,
      },
    ];
  });
}

function declared(type: string, name: string): string {
  return type.endsWith('*') ? `${type}${name}` : `${type} ${name}`;
}
