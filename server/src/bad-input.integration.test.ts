/**
 * What no editor would send, over the wire: texts that no person would write, more edits than anybody types, and files
 * that go while they are read. The server answers on, soon and right. `FUZZ_EDITS` says how many random edits are sent.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { problemsOf } from '@unikernel-tools/kernel-sdk/analysis';
import {
  anEdit,
  BAD_TEXTS,
  EDITS,
  type Edit,
  edited,
  TEXTS,
} from '@unikernel-tools/kernel-sdk/analysis/testing';
import { Workspace } from '@unikernel-tools/kernel-sdk/project';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Position } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { diagnosticOf } from './diagnostics';
import { bundleServer, LanguageClient, withClient } from './testing';
import { writeTree } from './testing/generated-tree';

const HANG_MS = 1000;
const MEMORY_MB = 600;
const EDITS_PER_BATCH = 20;

let folder: string;
let client: LanguageClient;
beforeAll(bundleServer);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bad-input-'));
  for (const [file, text] of Object.entries(TEXTS)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  client = await LanguageClient.start({
    folders: [folder],
    initializationOptions: { measuresTurns: true },
  });
});
afterEach(async () => {
  await client.dispose();
  rmSync(folder, { recursive: true });
});

function languageOf(file: string): string {
  const names = ['Kraftfile', 'Config.uk', 'Makefile.uk', 'exportsyms.uk'];
  const found = names.findIndex((name) => file.endsWith(name));
  return ['kraftfile', 'kconfig', 'makefile-uk', 'exportsyms-uk'][found] ?? 'c';
}

const longestTurn = () => client.request<number>('unikernel/longestTurn');
const memory = () =>
  Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${client.pid}/status`, 'utf8'))?.[1]) / 1024;

describe('the server, sent a bad text,', () => {
  it('answers within a second, whatever the text is', { timeout: 120_000 }, async () => {
    await client.settled();
    await longestTurn();
    const wrong: string[] = [];
    for (const [index, [name, file, text]] of BAD_TEXTS.entries()) {
      const path = join(folder, String(index), file);
      client.open(path, languageOf(file), text);
      await client.diagnostics(path);
      const fail = (error: unknown) => wrong.push(`${name} in ${file}: ${error}`);
      for (const request of ['hover', 'completion']) {
        await client.at(request, path, { line: 0, character: 1 }).catch(fail);
      }
      for (const request of ['documentSymbol', 'foldingRange', 'semanticTokens/full', 'formatting']) {
        const options = { tabSize: 2, insertSpaces: true };
        await client.about(request, path, { options }).catch(fail);
      }
      const turn = await longestTurn();
      if (turn > HANG_MS) wrong.push(`${name} in ${file}: ${Math.round(turn)} ms`);
      client.close(path);
    }
    expect(wrong).toEqual([]);
    expect(memory()).toBeLessThan(MEMORY_MB);
  });

  it.each([
    ['Config.uk', 'config A\n\tbool "a"\n'],
    ['Kraftfile', 'x-a: b\n'],
    ['Makefile.uk', 'APPX_SRCS-y += $(APPX_BASE)/a.c\n'],
    ['exportsyms.uk', 'a_symbol\n'],
    ['main.c', 'int f(void) { return g(1); }\n'],
  ])('says nothing of a %s of 10 MB but that it is one', { timeout: 120_000 }, async (file, line) => {
    await client.settled();
    const path = join(folder, 'long', file);
    client.open(path, languageOf(file), line.repeat(Math.ceil(10_000_000 / line.length)));
    await client.diagnostics(path);
    await longestTurn();
    const place = { line: 0, character: 1 };
    for (const request of ['hover', 'definition']) expect(await client.at(request, path, place)).toBeNull();
    for (const request of ['completion', 'documentHighlight'])
      expect(await client.at(request, path, place)).toEqual(request === 'completion' ? [] : null);
    const options = { tabSize: 2, insertSpaces: true };
    for (const request of ['documentSymbol', 'foldingRange', 'formatting'])
      expect(await client.about(request, path, { options })).toEqual([]);
    expect(await longestTurn()).toBeLessThan(HANG_MS);
    expect(memory()).toBeLessThan(MEMORY_MB);
  });

  it('shows what a fresh look shows, after random edits of every language', {
    timeout: 60_000 + EDITS * 50,
  }, async () => {
    await client.settled();
    const texts = new Map(Object.entries(TEXTS));
    for (const file of texts.keys()) client.open(join(folder, file), languageOf(file));
    await fc.assert(
      fc.asyncProperty(
        fc.array(anEdit, { minLength: EDITS_PER_BATCH, maxLength: EDITS_PER_BATCH }),
        async (edits) => {
          for (const edit of edits) {
            const before = texts.get(edit.file) ?? '';
            client.change(join(folder, edit.file), [changeOf(before, edit)]);
            texts.set(edit.file, edited(before, edit));
          }
          const fresh = new Workspace([folder]);
          await fresh.scan();
          for (const [file, text] of texts) fresh.open(join(folder, file), text);
          for (const file of texts.keys()) {
            const path = join(folder, file);
            const wanted = JSON.stringify(problemsOf(fresh, path).map(diagnosticOf));
            await client.diagnostics(path, (diagnostics) => JSON.stringify(diagnostics) === wanted);
          }
        },
      ),
      { numRuns: Math.ceil(EDITS / 10 / EDITS_PER_BATCH), endOnFailure: true },
    );
  });

  it('keeps up with a thousand edits in a second', { timeout: 60_000 }, async () => {
    const large = writeTree(join(folder, 'large')).largeConfig;
    const text = readFileSync(large, 'utf8');
    client.touched(1, large);
    client.open(large, 'kconfig', text);
    await client.diagnostics(large);
    await longestTurn();
    const end = { line: text.split('\n').length - 1, character: 0 };
    for (let edit = 0; edit < 1000; edit++)
      client.change(large, [{ range: { start: end, end }, text: 'cnofig X\n' }]);
    const asked = performance.now();
    await client.at('foldingRange', large, end).catch(() => undefined);
    const answered = performance.now() - asked;
    expect(await client.diagnostics(large, ({ length }) => length === 1000)).toHaveLength(1000);
    expect(await longestTurn()).toBeLessThan(HANG_MS);
    expect(answered).toBeLessThan(10 * HANG_MS);
    expect(memory()).toBeLessThan(MEMORY_MB);
  });
});

describe('the server, reading files that go meanwhile,', () => {
  it('goes on with those that are left', { timeout: 60_000 }, async () => {
    const gone = Array.from({ length: 200 }, (_, index) => join(folder, 'gone', `lib${index}`));
    for (const place of gone) {
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'Config.uk'), 'cnofig X\n');
    }
    await withClient({ folders: [join(folder, 'gone'), folder] }, async (other) => {
      rmSync(join(folder, 'gone'), { recursive: true });
      await other.settled();
      other.touched(3, ...gone.map((place) => join(place, 'Config.uk')));
      const kraftfile = join(folder, 'app/Kraftfile');
      other.open(kraftfile, 'kraftfile', 'nmae: x\n');
      expect((await other.diagnostics(kraftfile)).length).toBeGreaterThan(0);
    });
  });
});

/** What an editor sends for an edit. */
function changeOf(text: string, { at, removed, added }: Edit) {
  const document = TextDocument.create('', '', 0, text);
  const from = Math.floor(at * text.length);
  const position = (offset: number): Position => document.positionAt(offset);
  return {
    range: { start: position(from), end: position(Math.min(text.length, from + removed)) },
    text: added,
  };
}
