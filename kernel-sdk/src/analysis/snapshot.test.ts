/** What is known from an earlier run is what a fresh look finds, whatever happened to the files in between. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isProblem, type Problem } from '../problem';
import { type FileSystem, readSnapshot, realFileSystem, type Snapshot, Workspace } from '../project';
import { finish } from '../steps';
import { areKnown, problemsOf } from './index';
import { anEdit, EDITS, edited, TEXTS } from './testing';

const KEPT = new Set(['problems']);
const EDITS_PER_START = 4;

/** Tests write files faster than clocks of file systems tell. */
const fileSystem: FileSystem = { ...realFileSystem, stamp: (path) => realFileSystem.readText(path) ?? '' };

let root: string;
const put = (file: string, text: string) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};
const problems = (workspace: Workspace): Record<string, readonly Problem[]> =>
  Object.fromEntries(workspace.paths().map((path) => [path, problemsOf(workspace, path)]));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'snapshot-'));
  for (const [file, text] of Object.entries(TEXTS)) put(file, text);
});
afterEach(() => rmSync(root, { recursive: true }));

async function started(unsaved: ReadonlyMap<string, string> = new Map()): Promise<Workspace> {
  const workspace = new Workspace([root], { fileSystem });
  await workspace.scan();
  for (const [path, text] of unsaved) workspace.open(path, text);
  return workspace;
}

/** As it comes back from a disk. */
function kept(workspace: Workspace): Snapshot {
  const written = JSON.stringify(finish(workspace.snapshot(KEPT)));
  const snapshot = readSnapshot(
    JSON.parse(written),
    (family, value) => KEPT.has(family) && Array.isArray(value) && value.every(isProblem),
  );
  if (snapshot === undefined) throw new Error('A snapshot cannot be read again.');
  return snapshot;
}

describe('what was found out before', () => {
  it('is all known at the next start where nothing has changed', async () => {
    put('app/Kraftfile', `${TEXTS['app/Kraftfile']}nmae: twice\n`);
    const first = await started();
    const found = problems(first);
    const second = await started();
    expect(finish(second.restore(kept(first)))).toBe(Object.values(found).length - uncheckedIn(first));
    const checked = second.paths().filter((path) => areKnown(second, path));
    expect(checked).toContain(join(root, 'app/Kraftfile'));
    expect(problems(second)).toEqual(found);
  });

  it('is forgotten where it follows from what has changed, and nowhere else', async () => {
    const first = await started();
    problems(first);
    const snapshot = kept(first);
    put('app/main.c', 'int main(void) { return 0; }\n');
    const second = await started();
    finish(second.restore(snapshot));
    expect(areKnown(second, join(root, 'app/main.c'))).toBe(false);
    expect(areKnown(second, join(root, 'app/Kraftfile'))).toBe(true);
    expect(areKnown(second, join(root, 'unikraft/lib/ukone/Config.uk'))).toBe(true);
    put('unikraft/lib/uktwo/Config.uk', 'config LIBUKTWO\n\tbool "other"\n');
    const third = await started();
    finish(third.restore(snapshot));
    expect(areKnown(third, join(root, 'app/Kraftfile'))).toBe(false);
  });

  it('is not kept of texts that no disk has', async () => {
    const path = join(root, 'app/Kraftfile');
    const first = await started(new Map([[path, 'nmae: unsaved\n']]));
    expect(problems(first)[path]?.length).toBeGreaterThan(0);
    const second = await started();
    finish(second.restore(kept(first)));
    expect(problems(second)).toEqual(problems(await started()));
  });

  it('comes to what a fresh look finds, after random edits between one start and the next', {
    timeout: 60_000 + EDITS * 50,
  }, async () => {
    const step = fc.record({
      saved: fc.array(anEdit, { maxLength: EDITS_PER_START }),
      unsaved: fc.array(anEdit, { maxLength: 2 }),
      removed: fc.option(fc.constantFrom(...Object.keys(TEXTS)), { freq: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 5 }), async (steps) => {
        for (const [file, text] of Object.entries(TEXTS)) put(file, text);
        let before: Snapshot | undefined;
        for (const { saved, unsaved, removed } of steps) {
          for (const edit of saved) put(edit.file, edited(textOf(edit.file), edit));
          if (removed !== null) rmSync(join(root, removed), { force: true });
          const open = new Map(
            unsaved.map((edit) => [join(root, edit.file), edited(textOf(edit.file), edit)]),
          );
          const workspace = await started(open);
          if (before !== undefined) finish(workspace.restore(before));
          expect(problems(workspace)).toEqual(problems(await started(open)));
          before = kept(workspace);
        }
      }),
      { numRuns: Math.ceil(EDITS / 50) },
    );
  });

  it('is not kept where a file is there in the editor alone', async () => {
    rmSync(join(root, 'unikraft/version.mk'));
    put('unikraft/lib/ukone/Config.uk', `!${textOf('unikraft/lib/ukone/Config.uk')}`);
    const open = new Map([[join(root, 'unikraft/version.mk'), '']]);
    const first = await started();
    problems(first);
    const second = await started(open);
    finish(second.restore(kept(first)));
    expect(problems(second)).toEqual(problems(await started(open)));
    const third = await started();
    finish(third.restore(kept(second)));
    expect(problems(third)).toEqual(problems(await started()));
  });

  it('is nothing where it has another form', () => {
    const whole = { places: ['t /a'], stamps: ['1'], results: [] };
    const result = { family: 'problems', name: '/a', places: [0], parts: [] };
    const read = (value: unknown) => readSnapshot(value, () => true);
    expect(read({ ...whole, results: [result] })).toBeDefined();
    for (const wrong of [
      ...[undefined, null, 5, [], {}, { ...whole, stamps: [] }, { ...whole, results: {} }],
      ...[{ places: [1] }, { places: [-1] }, { parts: [0] }, { name: 5 }].map((part) => ({
        ...whole,
        results: [{ ...result, ...part }],
      })),
    ]) {
      expect(read(wrong)).toBeUndefined();
    }
  });
});

function textOf(file: string): string {
  return existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
}

/** Files of kinds that nothing looks at have no problems to know. */
function uncheckedIn(workspace: Workspace): number {
  return workspace.paths().filter((path) => !areKnown(workspace, path)).length;
}
