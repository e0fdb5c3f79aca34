/** Code that builds has no problems: the built-in kernel, the templates and the programs that tests build. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Workspace } from '../project';
import { problemsOf } from './index';

const ROOT = join(__dirname, '../../..');

it.each(['kernel-sdk/kernel', 'kernel-sdk/templates', 'test-fixtures/debuggee', 'test-fixtures/kernel'])(
  '%s has no problem',
  async (folder) => {
    const workspace = new Workspace([join(ROOT, folder)]);
    await workspace.scan();
    const paths = workspace.paths();
    expect(paths.length).toBeGreaterThan(3);
    const problems = paths.flatMap((path) =>
      problemsOf(workspace, path).map((problem) => ({ path, problem })),
    );
    expect(problems).toEqual([]);
  },
);
