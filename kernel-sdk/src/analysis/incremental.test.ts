/**
 * What a workspace makes of texts that change is what it would make of them from the beginning. `FUZZ_EDITS` says
 * how many random edits are tried; `npm run test:nightly` tries 100,000.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../problem';
import { Workspace } from '../project';
import { problemsOf } from './index';
import { anEdit, EDITS, edited, TEXTS } from './testing';

const EDITS_PER_RUN = 20;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'incremental-'));
  for (const [path, text] of Object.entries(TEXTS)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

function problems(workspace: Workspace): Record<string, readonly Problem[]> {
  return Object.fromEntries(workspace.paths().map((path) => [path, problemsOf(workspace, path)]));
}

async function scanned(): Promise<Workspace> {
  const workspace = new Workspace([root]);
  await workspace.scan();
  return workspace;
}

describe('problems of texts that change', () => {
  it(`are those of a fresh look, after each of ${EDITS} random edits`, {
    timeout: 60_000 + EDITS * 50,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anEdit, { minLength: EDITS_PER_RUN, maxLength: EDITS_PER_RUN }),
        async (edits) => {
          const workspace = await scanned();
          const texts = new Map<string, string>();
          for (const edit of edits) {
            const path = join(root, edit.file);
            const text = edited(texts.get(path) ?? TEXTS[edit.file] ?? '', edit);
            if (edit.isClosed && texts.delete(path)) workspace.close(path);
            else {
              texts.set(path, text);
              workspace.open(path, text);
            }
            const fresh = await scanned();
            for (const [open, now] of texts) fresh.open(open, now);
            expect(problems(workspace)).toEqual(problems(fresh));
          }
        },
      ),
      { numRuns: Math.ceil(EDITS / EDITS_PER_RUN) },
    );
  });
});
