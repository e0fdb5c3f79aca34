/**
 * Looks at files and folders that results follow from: each has a place, by which it is forgotten, and a stamp, which
 * is another one when the same look would see something else.
 */
import { createHash } from 'node:crypto';
import { isTools } from './files';
import type { FileSystem, FolderEntry } from './model';

/** At a file's text, at what stands at a path, at what a folder holds, at where links lead. */
export type LookKind = 'text' | 'kind' | 'entries' | 'realPath';

export interface Look {
  readonly kind: LookKind;
  readonly path: string;
}

const LETTERS: Readonly<Record<LookKind, string>> = { text: 't', kind: 'k', entries: 'e', realPath: 'r' };
/** Looks that tell which names there are. */
export const NAME_LOOKS: readonly LookKind[] = ['kind', 'entries', 'realPath'];

export function placeOf(kind: LookKind, path: string): string {
  return `${LETTERS[kind]} ${path}`;
}

export function lookAt(place: string): Look | undefined {
  for (const [kind, letter] of Object.entries(LETTERS) as [LookKind, string][]) {
    if (place.startsWith(`${letter} `)) return { kind, path: place.slice(2) };
  }
  return undefined;
}

/** Stands for a text that may have been looked at while it was being written, or that no disk has. */
export const UNKNOWN = '?';

/** What a look would see now. */
export function stampOf({ kind, path }: Look, files: FileSystem): string {
  switch (kind) {
    case 'text':
      return files.stamp?.(path) ?? UNKNOWN;
    case 'entries':
      return seenStamp(files.entries(path));
    default:
      return seenStamp(files[kind](path));
  }
}

/** The stamp of a look that saw this; texts have theirs from their files. */
export function seenStamp(seen: string | readonly FolderEntry[] | undefined): string {
  if (typeof seen !== 'object') return seen ?? '';
  const names = seen.filter(({ name }) => !isTools(name)).map(({ name, kind }) => `${kind} ${name}`);
  return digestOf(names.sort());
}

/** The same for lists with the same texts. */
export function digestOf(texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\0')).digest('base64url').slice(0, 22);
}
