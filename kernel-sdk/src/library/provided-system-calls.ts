/**
 * System calls that a Makefile.uk says its library answers: `UK_PROVIDED_SYSCALLS-$(CONFIG_LIBX) += write-3 clone-5e`, each
 * with the number of its arguments, and an `e` where it takes the caller's registers as well. Source: Unikraft's
 * lib/syscall_shim.
 */
import type { Ranged } from '../problem';

export interface ProvidedSystemCall {
  readonly name: Ranged<string>;
  readonly argumentCount: Ranged<number>;
}

const LIST = /^\s*UK_PROVIDED_SYSCALLS(?:-\S+?)?\s*[+:?]?=/;

export function readProvidedSystemCalls(text: string): readonly ProvidedSystemCall[] {
  if (!text.includes('UK_PROVIDED_SYSCALLS')) return [];
  const found: ProvidedSystemCall[] = [];
  let isContinued = false;
  for (const [line, content] of text.split('\n').entries()) {
    const head: string | undefined = isContinued ? '' : LIST.exec(content)?.[0];
    isContinued = head !== undefined && /\\\r?$/.test(content);
    if (head === undefined) continue;
    const list = content.slice(head.length).replace(/#.*$/, '');
    for (const { 1: name = '', 2: count = '', index } of list.matchAll(/(?<=^|\s)([a-z_]\w*)-(\d+)e?\b/g)) {
      const at = (character: number, length: number) => ({
        start: { line, character },
        end: { line, character: character + length },
      });
      const start = head.length + index;
      found.push({
        name: { value: name, range: at(start, name.length) },
        argumentCount: { value: Number(count), range: at(start + name.length + 1, count.length) },
      });
    }
  }
  return found;
}

/** Whether words of a line are system calls of such a list. */
export function listsSystemCalls(text: string, line: number): boolean {
  const lines = text.split('\n');
  let first = line;
  while (first > 0 && /\\\r?$/.test(lines[first - 1] ?? '')) first--;
  return LIST.test(lines[first] ?? '');
}
