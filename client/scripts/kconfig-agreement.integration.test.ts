/** Our evaluation of Kconfig trees beside the reference's, where it is installed; all of it is `npm run test:kconfig`. */
import { resolve } from 'node:path';
import * as kconfig from '@unikernel-tools/kernel-sdk/kconfig';
import { describe, expect, it } from 'vitest';
import { compareRandomTrees, compareTree, smallTrees } from './kconfig-reference.mjs';

const trees = smallTrees(resolve(import.meta.dirname, '../..'));

describe('values of options', () => {
  it.skipIf(trees.length > 0)(
    "are not compared: 'kconfig-conf' is not installed (kconfig-frontends-nox)",
    () => {},
  );

  it.each(trees)('are those of the reference in $root', (tree) => {
    const verdicts = compareTree(kconfig, tree, 40);
    expect(verdicts.filter(({ agrees }) => !agrees)).toEqual([]);
    expect(verdicts.length).toBe(84);
  });

  it.each(trees.slice(0, 1))('are those of the reference in random trees', (reference) => {
    const verdicts = compareRandomTrees(kconfig, reference, 40);
    expect(verdicts.filter(({ agrees }) => !agrees)).toEqual([]);
    expect(verdicts.length).toBeGreaterThan(40);
  });
});
