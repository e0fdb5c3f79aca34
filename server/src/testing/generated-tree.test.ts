import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemsOf } from '@unikernel-tools/kernel-sdk/analysis';
import { Workspace } from '@unikernel-tools/kernel-sdk/project';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeTree } from './generated-tree';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tree-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the generated tree', () => {
  it("has Unikraft's size and nothing wrong in it", async () => {
    const { counts } = writeTree(folder);
    expect({ ...counts, lines: Math.round(counts.lines / 1000) }).toEqual({
      configs: 101,
      exports: 61,
      headers: 482,
      lines: 195,
      sources: 315,
    });
    const workspace = new Workspace([folder]);
    await workspace.scan();
    const problems = workspace.paths().flatMap((path) => problemsOf(workspace, path));
    expect(problems).toEqual([]);
  });
});
