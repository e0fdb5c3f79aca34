/** "Did you mean", for paths. */
import { resolve } from 'node:path';
import { suggest } from '../problem';
import type { FileSystem } from '../project';

/**
 * A path that exists and is like one that does not: one of its names is spelt in another way. As it was written, from
 * `folder` on or from the root.
 */
export function nearFile(folder: string, path: string, files: FileSystem): string | undefined {
  const names = path.split('/');
  for (let at = names.length - 1; at >= 0; at--) {
    const above = resolve(folder, names.slice(0, at).join('/') || (path.startsWith('/') ? '/' : '.'));
    if (files.kind(above) !== 'folder') continue;
    const name = names[at] ?? '';
    const near = suggest(
      name,
      files.entries(above).map((entry) => entry.name),
    );
    if (near === undefined || near === name) return undefined;
    const found = [...names.slice(0, at), near, ...names.slice(at + 1)].join('/');
    return files.kind(resolve(folder, found)) === undefined ? undefined : found;
  }
  return undefined;
}
