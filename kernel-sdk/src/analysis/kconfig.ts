/** Problems of Kconfig files: those of the whole tree that stand in this file. */
import { dirname } from 'node:path';
import { type KconfigCode, parseSyntax } from '../kconfig';
import { isProject } from '../project';
import type { Check } from './check';
import { withFixes } from './kconfig-fixes';
import { nearFile } from './near-file';

/** What another file of a tree may put right: it declares more of the same option or choice. */
const OTHERS_MATTER: ReadonlySet<KconfigCode> = new Set([
  'choice-default',
  'choice-prompt',
  'no-type',
  'number',
] as const);

export const kconfigCheck: Check = {
  kinds: ['kconfig'],
  check: ({ path, text, workspace }) => {
    const tree = workspace.treeOf(path);
    // A file that no root sources is read by itself.
    if (tree === undefined || !tree.options.files.has(path)) {
      return withFixes(parseSyntax(text).problems, text);
    }
    const base = tree.sources.kernel?.folder ?? dirname(path);
    const isComplete = isProject(tree) ? tree.complete : tree.sources.kernel !== undefined;
    const others: ReadonlySet<string> = OTHERS_MATTER;
    const own = tree.options.problems.filter(
      ({ file, code }) => file === path && (isComplete || !others.has(code)),
    );
    return withFixes(own, text, (source) => nearFile(base, source, workspace.files));
  },
};
