/** Where the tools that build unikernels leave their images. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Ours, kraft's, and those of Unikraft's make as its catalogs call it. */
const BUILD_FOLDERS = ['.unikernel/build', '.unikraft/build', 'build', 'workdir/build'];

/**
 * The image of a project that is built for `platform/architecture`, undefined where there is none. The names are those of
 * Unikraft's build system, which all of them use.
 */
export function findBuiltImage(folder: string, name: string, target: string): string | undefined {
  const file = `${name}_${target.replace('/', '-')}`;
  return BUILD_FOLDERS.map((place) => join(folder, place, file)).find((path) => existsSync(path));
}
