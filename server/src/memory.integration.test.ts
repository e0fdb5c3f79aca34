/** A second start shows what the first one found, sooner, and never anything else than a start that knows nothing. */
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver';
import { bundleServer, withClient } from './testing';
import { type GeneratedTree, writeTree } from './testing/generated-tree';

let base: string;
let cacheFolder: string;
let tree: GeneratedTree;
beforeAll(() => {
  bundleServer();
  base = mkdtempSync(join(tmpdir(), 'memory-'));
  tree = writeTree(join(base, 'tree'));
  appendFileSync(tree.manifest, 'nmae: twice\n');
  appendFileSync(tree.largeConfig, 'cnofig X\n');
  appendFileSync(join(tree.folder, 'lib/ukpart1/exportsyms.uk'), 'uk_nowhere\n');
  appendFileSync(
    join(tree.folder, 'lib/ukpart2/Makefile.uk'),
    'LIBUKPART2_SRCS-y += $(LIBUKPART2_BASE)/gone.c\n',
  );
});
beforeEach(() => {
  cacheFolder = mkdtempSync(join(base, 'cache-'));
});
afterAll(() => rmSync(base, { recursive: true }));

interface Start {
  /** The last problems of each file that has any. */
  readonly problems: Record<string, readonly Diagnostic[]>;
  /** How many files' problems were known. */
  readonly known: number;
}

/** @param folder Where the cache is; null for none. */
async function start(folder: string | null): Promise<Start> {
  const options = { folders: [tree.folder], initializationOptions: { cacheFolder: folder } };
  return withClient(options, async (client) => {
    await client.settled();
    const problems = new Map<string, readonly Diagnostic[]>();
    for (const { uri, diagnostics } of client.published) problems.set(uri, diagnostics);
    const known = Number(/problems of (\d+) files were known/.exec(client.words.join('\n'))?.[1] ?? 0);
    return {
      problems: Object.fromEntries([...problems].sort().filter(([, { length }]) => length > 0)),
      known,
    };
  });
}

const cacheFile = () => join(cacheFolder, readdirSync(cacheFolder)[0] ?? '');

describe('a start of the server with a cache', { timeout: 60_000 }, () => {
  it('shows what one without finds, and knows it all', async () => {
    const cold = await start(null);
    expect(Object.keys(cold.problems)).toHaveLength(4);
    const first = await start(cacheFolder);
    const second = await start(cacheFolder);
    expect([first.known, second.known > 500]).toEqual([0, true]);
    expect(first.problems).toEqual(cold.problems);
    expect(second.problems).toEqual(cold.problems);
  });

  it('shows what has changed since', async () => {
    const before = await start(cacheFolder);
    const config = join(tree.folder, 'lib/ukpart0/Config.uk');
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace('menuconfig LIBUKPART0\n', 'menuconfig LIBUKOTHER\n'));
    try {
      const after = await start(cacheFolder);
      expect(after.problems).toEqual((await start(null)).problems);
      expect(after.problems).not.toEqual(before.problems);
    } finally {
      writeFileSync(config, text);
    }
  });

  it('takes one that is cut off or was written by another program for none', async () => {
    const cold = await start(cacheFolder);
    const whole = readFileSync(cacheFile(), 'utf8');
    truncateSync(cacheFile(), Math.floor(whole.length / 2));
    expect(await start(cacheFolder)).toEqual(cold);
    writeFileSync(cacheFile(), whole.replace(/^\["[0-9a-f]{8}/, '["00000000'));
    expect(await start(cacheFolder)).toEqual(cold);
  });
});
