/** The api.ts files of the built-in kernel, held against its headers and export lists. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Workspace } from '../../project';
import { type ModuleReader, TypeScriptAnalysis } from './index';
import { readModule } from './read-module';

const KERNEL = join(__dirname, '../../../kernel');
const LIBRARIES = ['ukalloc', 'ukdebug', 'uksched', 'uktime'];
const inProcess: ModuleReader = { read: async (text) => readModule(text), close: async () => undefined };

let workspace: Workspace;
let analysis: TypeScriptAnalysis;
beforeAll(async () => {
  workspace = new Workspace([KERNEL]);
  await workspace.scan();
  analysis = new TypeScriptAnalysis(workspace, inProcess);
});

const apiOf = (library: string) => join(KERNEL, 'lib', library, 'api.ts');

it('there is one for the libraries that every program needs, and none has a problem', async () => {
  const paths = workspace.paths('typescript').filter((path) => analysis.concerns(path));
  expect(paths).toEqual(expect.arrayContaining(LIBRARIES.map(apiOf)));
  for (const path of paths)
    expect({ path, problems: await analysis.problemsOf(path) }).toEqual({ path, problems: [] });
});

describe('a change of a header', () => {
  it.each([
    ['ukalloc', 'uk/heap.h', '(void *start, size_t size)', '(void *start, int size)', 'api-type'],
    ['ukdebug', 'uk/assert.h', ', int line)', ', int line, int column)', 'api-arity'],
    ['uksched', 'uk/semaphore.h', 'bool uk_semaphore_trydown', 'double uk_semaphore_trydown', 'api-type'],
    [
      'uktime',
      'uk/time.h',
      'void uk_timer_stop(struct uk_timer *timer)',
      'void uk_timer_stop(void)',
      'api-arity',
    ],
  ])('of %s is told: <%s>', async (library, header, from, to, code) => {
    const path = join(KERNEL, 'lib', library, 'include', header);
    const text = workspace.files.readText(path) ?? '';
    expect(text).toContain(from);
    workspace.open(path, text.replace(from, to));
    const problems = await analysis.problemsOf(apiOf(library));
    workspace.close(path);
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(await analysis.problemsOf(apiOf(library))).toEqual([]);
  });
});
