/** Whose a file is. */
import { relative } from 'node:path';
import type { Library } from '../library';
import type { Project } from '../project';

/** The library that compiles a source, else the one whose folder holds the file, the innermost one. */
export function libraryOf({ catalog }: Project, path: string): Library | undefined {
  const compiles = catalog.libraries.find(({ sources }) => sources.some((source) => source.path === path));
  const holds = catalog.libraries.filter(({ folder }) => !relative(folder, path).startsWith('..'));
  return compiles ?? holds.sort((a, b) => b.folder.length - a.folder.length)[0];
}
