/** What the command lines of compilers say beside the lists of include folders. */
import type { Library } from '../../library';
import type { LibraryTree } from '../../project';

/** Folders and headers that a command line names are not followed. */
const HIDDEN_HEADERS = /^(?:-I|-i(?:system|quote|nclude|dirafter|macros)|-Wp,)/;

/** Arguments for a library's sources, of whatever configuration. */
export function flagsOf({ catalog }: LibraryTree, library: Library): readonly string[] {
  return [...catalog.flags, ...library.flags].map(({ flag }) => flag);
}

/** Whether sources see headers that nobody looks for. */
export function hasHiddenHeaders(flags: readonly string[]): boolean {
  return flags.some((flag) => HIDDEN_HEADERS.test(flag));
}
