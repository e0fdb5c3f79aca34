/**
 * The language server as an editor meets it: a process that speaks LSP over stdio, on a tree of Unikraft's size and one
 * ten times as large. Times are from the request or the edit to the answer in the client.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LanguageClient, withClient } from '../src/testing';
import { type GeneratedTree, writeTree } from '../src/testing/generated-tree';

const ROUNDS = 30;
const STARTS = 5;
const TIMES = 10;
const EDITS = 1000;

const BROKEN_LINE = '    CONFIG_';

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

const median = (values: readonly number[]) => percentile(values, 0.5);

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function withTree<T>(times: number, work: (tree: GeneratedTree) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'server-bench-'));
  try {
    return await work(writeTree(folder, times));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function withServer<T>(tree: GeneratedTree, work: (client: LanguageClient) => Promise<T>): Promise<T> {
  return withClient({ folders: [tree.folder] }, async (client) => {
    await client.settled();
    return work(client);
  });
}

/** Kilobytes, as the kernel counts them, of a process' largest size so far. */
function peakMemory(pid: number): number {
  return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** From a process that starts to the last problem that is published, in ms; and its memory in MB. */
async function start(tree: GeneratedTree): Promise<{ time: number; memory: number }> {
  const began = performance.now();
  return withServer(tree, async (client) => ({
    time: performance.now() - began,
    memory: peakMemory(client.pid) / 1024,
  }));
}

/** The same with what an earlier start has kept; the process starts, and everything is published. */
async function warmStarts(tree: GeneratedTree, rounds: number): Promise<number> {
  const cacheFolder = join(tree.folder, '.cache-of-the-server');
  const times = [];
  // The first one finds everything out.
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now();
    const options = { folders: [tree.folder], initializationOptions: { cacheFolder } };
    await withClient(options, async (client) => {
      await client.settled();
      if (round > 0) times.push(performance.now() - began);
      const isWarm = client.words.some((words) => words.includes('were known'));
      if (isWarm !== round > 0) throw new Error('A start of the server knew what it should not, or did not.');
    });
  }
  return median(times);
}

/** The server's memory in MB when a thousand edits of a Config.uk have come and been looked at. */
function memoryAfterEdits(tree: GeneratedTree): Promise<number> {
  return withServer(tree, async (client) => {
    const text = readFileSync(tree.largeConfig, 'utf8');
    client.open(tree.largeConfig, 'kconfig', text);
    for (let edit = 0; edit < EDITS; edit++) {
      client.change(tree.largeConfig, `${text}config TYPED${edit}\n\tbool "typed"\n`);
      // The text of every tenth is looked at before the next one comes.
      if (edit % 10 === 0) await client.diagnostics(tree.largeConfig);
    }
    await client.diagnostics(tree.largeConfig);
    return peakMemory(client.pid) / 1024;
  });
}

async function starts(tree: GeneratedTree, rounds: number): Promise<{ time: number; memory: number }> {
  const all = [];
  for (let round = 0; round < rounds; round++) all.push(await start(tree));
  return { time: median(all.map(({ time }) => time)), memory: median(all.map(({ memory }) => memory)) };
}

/** From a keystroke in a document to its problems, in ms. Every other one makes and mends a problem. */
async function keystrokes(
  tree: GeneratedTree,
  file: string,
  languageId: string,
  broken: string,
): Promise<number> {
  return withServer(tree, async (client) => {
    const text = readFileSync(file, 'utf8');
    client.open(file, languageId, text);
    await client.diagnostics(file);
    const times = [];
    const end = { line: text.split('\n').length - 1, character: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const added = { start: end, end };
      const change =
        round % 2 === 0
          ? { range: added, text: broken }
          : { range: { start: end, end: { line: end.line, character: broken.length } }, text: '' };
      const wanted = round % 2 === 0 ? 1 : 0;
      times.push(
        await timeOf(async () => {
          client.change(file, [change]);
          await client.diagnostics(file, ({ length }) => (wanted === 0 ? length === 0 : length > 0));
        }),
      );
      // A user types no faster.
      await new Promise((done) => setTimeout(done, 60));
    }
    return median(times);
  });
}

/** From an edit of a Config.uk to the problems of the manifest that sets the option which is gone, in ms. */
function followers(tree: GeneratedTree): Promise<number> {
  return withServer(tree, async (client) => {
    const config = join(tree.folder, 'lib/ukpart0/Config.uk');
    const text = readFileSync(config, 'utf8');
    client.open(config, 'kconfig', text);
    await client.diagnostics(config);
    const times = [];
    for (let round = 0; round < ROUNDS; round++) {
      const gone = round % 2 === 0;
      times.push(
        await timeOf(async () => {
          client.change(
            config,
            gone ? text.replace('menuconfig LIBUKPART0\n', 'menuconfig LIBUKOTHER\n') : text,
          );
          await client.diagnostics(tree.manifest, ({ length }) => (gone ? length > 0 : length === 0));
        }),
      );
      await new Promise((done) => setTimeout(done, 200));
    }
    return median(times);
  });
}

/** Completion in a manifest, a Config.uk, a Makefile.uk and a C source: 95th percentile in ms. */
function completions(tree: GeneratedTree): Promise<number> {
  return withServer(tree, async (client) => {
    const open = (file: string, languageId: string, added: string) => {
      const text = `${readFileSync(file, 'utf8')}${added}`;
      client.open(file, languageId, text);
      const lines = text.split('\n');
      return { file, position: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } };
    };
    const places = [
      open(tree.manifest, 'kraftfile', `unikraft:\n  kconfig:\n${BROKEN_LINE}`),
      open(tree.largeConfig, 'kconfig', 'config NEW\n\tbool "new"\n\tdepends on LIB'),
      open(join(tree.folder, 'lib/ukpart7/Makefile.uk'), 'makefile-uk', 'LIBUKPART7_SRCS-$(CONFIG_'),
      open(tree.source, 'c', '#if CONFIG_LIB'),
    ];
    for (const { file } of places) await client.diagnostics(file);
    const times = [];
    for (let round = 0; round < ROUNDS; round++) {
      for (const { file, position } of places) {
        times.push(await timeOf(() => client.at('completion', file, position)));
      }
    }
    return percentile(times, 0.95);
  });
}

const row = (name: string, unit: string, goal: number, run: () => Promise<number>) => ({
  group: 'server',
  ...{ name, unit, goal, run: async () => ({ value: await run() }) },
});

export const benchmarks = [
  row('keystroke in a Kraftfile to its problems', 'ms', 10, () =>
    withTree(1, (tree) => keystrokes(tree, tree.manifest, 'kraftfile', 'nmae: twice')),
  ),
  row('keystroke in a Config.uk of 500 lines to its problems', 'ms', 20, () =>
    withTree(1, (tree) => keystrokes(tree, tree.largeConfig, 'kconfig', 'cnofig X')),
  ),
  row("edit of a Config.uk to others' problems", 'ms', 100, () => withTree(1, followers)),
  row('completion, 95th percentile', 'ms', 20, () => withTree(1, completions)),
  row('cold start to all problems', 'ms', 1500, () =>
    withTree(1, async (tree) => (await starts(tree, STARTS)).time),
  ),
  row('warm start to all problems', 'ms', 300, () => withTree(1, (tree) => warmStarts(tree, STARTS))),
  row('memory after a thousand edits', 'MB', 250, () => withTree(1, memoryAfterEdits)),
  row('memory after a cold start', 'MB', 250, () =>
    withTree(1, async (tree) => (await starts(tree, 3)).memory),
  ),
  row(`cold start of ${TIMES} times the tree`, 'times', 12, async () => {
    const once = await withTree(1, (tree) => starts(tree, STARTS));
    const many = await withTree(TIMES, (tree) => starts(tree, 3));
    return many.time / once.time;
  }),
];
