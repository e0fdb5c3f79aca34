/** Which library a source is of, by where trees of Unikraft's form have it. */

/** `lib/NAME/`, `libs/NAME/`, `build/libNAME/origin/`. */
const FOLDER = /\/(?:libs?|plat|drivers|third-party)\/([^/]+)\/|\/lib([^/]+)\/origin\//g;

/** The folder's name; undefined where the path says nothing of a library. */
export function libraryOfSource(path: string): string | undefined {
  const found = [...path.matchAll(FOLDER)].at(-1);
  return found?.[1] ?? found?.[2];
}
