/** Where the tools that build unikernels leave their images. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const OUR_FOLDER = '.unikernel/build';
/** Kraft's, and those of Unikraft's make as its catalogs call it. */
const UNIKRAFT_FOLDERS = ['.unikraft/build', 'workdir/build', 'build'];

/**
 * The image of a project that was built last for `platform/architecture`, undefined where there is none. Names are those
 * of Unikraft's build system, which all tools use; a folder's only image counts under another name, too, because make
 * takes the application folder's where the manifest has one of its own.
 */
export function findBuiltImage(
  folder: string,
  name: string,
  target: string,
  kernel?: 'unikraft',
): string | undefined {
  const places = kernel === undefined ? [OUR_FOLDER, ...UNIKRAFT_FOLDERS] : UNIKRAFT_FOLDERS;
  const ending = `_${target.replace('/', '-')}`;
  const found = places.flatMap((place) => imageIn(join(folder, place), `${name}${ending}`, ending) ?? []);
  return found.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

function imageIn(folder: string, expected: string, ending: string): string | undefined {
  const images = namesIn(folder).filter((name) => name.endsWith(ending));
  const chosen = images.includes(expected) || images.length > 1 ? expected : images[0];
  return chosen !== undefined && images.includes(chosen) ? join(folder, chosen) : undefined;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
