/** The real file system, and one that an editor's documents lie over. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileSystem, FolderEntry } from './model';

/** Undefined where the system says no. */
export function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

export const realFileSystem: FileSystem = {
  readText: (path) => attempt(() => readFileSync(path, 'utf8')),
  entries: (folder) =>
    attempt(() =>
      readdirSync(folder, { withFileTypes: true }).map((entry): FolderEntry => {
        const { name } = entry;
        if (entry.isSymbolicLink()) return { name, kind: kindOf(join(folder, name)) ?? 'other' };
        return { name, kind: entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other' };
      }),
    ) ?? [],
  kind: kindOf,
  realPath: (path) => attempt(() => realpathSync.native(path)),
  stamp: stampOf,
};

/** Clocks of file systems are no finer than this, in milliseconds. */
const CLOCK_MS = 50;

function stampOf(path: string): string | undefined {
  const found = attempt(() => statSync(path, { throwIfNoEntry: false }));
  if (found === undefined || !found.isFile()) return '';
  const { mtimeMs, ctimeMs, size, ino } = found;
  const age = Date.now() - Math.max(mtimeMs, ctimeMs);
  return age < CLOCK_MS ? undefined : `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
}

function kindOf(path: string): FolderEntry['kind'] | undefined {
  const found = attempt(() => statSync(path, { throwIfNoEntry: false }));
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other';
}

/** Texts that count before those of `base`: an editor's open documents. */
export function withTexts(base: FileSystem, texts: ReadonlyMap<string, string>): FileSystem {
  return {
    readText: (path) => texts.get(path) ?? base.readText(path),
    entries: (folder) => {
      const known = base.entries(folder);
      const names = new Set(known.map(({ name }) => name));
      const added = [...texts.keys()].flatMap((path): FolderEntry[] => {
        const name = basename(path);
        return dirname(path) === folder && !names.has(name) ? [{ name, kind: 'file' }] : [];
      });
      return [...known, ...added];
    },
    kind: (path) => (texts.has(path) ? 'file' : base.kind(path)),
    stamp: (path) => (texts.has(path) ? undefined : base.stamp?.(path)),
    realPath: (path) => (texts.has(path) ? path : base.realPath(path)),
  };
}
