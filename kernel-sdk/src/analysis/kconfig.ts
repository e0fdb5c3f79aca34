/** Problems of Kconfig files: those of the whole tree that stand in this file. */
import { parseSyntax } from '../kconfig';
import type { Check } from './check';

export const kconfigCheck: Check = {
  kinds: ['kconfig'],
  check: ({ path, text, workspace }) => {
    const tree = workspace.treeOf(path);
    // A file that no root sources is read by itself.
    if (tree === undefined || !tree.options.files.has(path)) return parseSyntax(text).problems;
    return tree.options.problems.filter(({ file }) => file === path);
  },
};
