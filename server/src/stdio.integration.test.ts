/** The server as a process: LSP over real stdio. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Hover } from 'vscode-languageserver';
import { bundleServer, LanguageClient, uriOf } from './testing';

const URI = 'file:///project/Kraftfile';
const TEXT = 'spec: v0.7\nx-kernel: sdk\ntargets:\n  - qmeu/x86_64\n';

let client: LanguageClient;
/** The workspace, with an error in its Config.uk. */
let folder: string;

beforeAll(bundleServer);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workspace-'));
  writeFileSync(join(folder, 'Config.uk'), 'config APPX\n\tbool "x"\n\tdefault y if\n');
  client = await LanguageClient.start({ folders: [folder] });
});
afterEach(async () => {
  await client.dispose();
  rmSync(folder, { recursive: true });
});

describe('the server over stdio', () => {
  it('publishes problems with exact ranges, and follows edits', async () => {
    client.open(URI, 'kraftfile', TEXT);
    const wrong = { start: { line: 3, character: 4 }, end: { line: 3, character: 8 } };
    expect(await client.diagnostics(URI)).toMatchObject([{ code: 'unknown-platform', range: wrong }]);
    client.change(URI, [{ range: wrong, text: 'qemu' }]);
    expect(await client.diagnostics(URI)).toEqual([]);
  });

  it('publishes problems of files that are not open, until the disk has them no more', async () => {
    const file = join(folder, 'Config.uk');
    const [problem] = await client.diagnostics(file, ({ length }) => length > 0);
    expect(problem?.range.start.line).toBe(2);
    expect(problem?.codeDescription?.href).toContain(`#${problem?.code}`);
    writeFileSync(file, 'config APPX\n\tbool "x"\n\tdefault y\n');
    client.touched(2, file);
    expect(await client.diagnostics(file, ({ length }) => length === 0)).toEqual([]);
  });

  it('asks to be told of files, and follows folders that come and go', async () => {
    await client.settled();
    expect(JSON.stringify(client.asked)).toContain('Makefile.uk');
    const file = join(folder, 'Config.uk');
    const change = (event: object) => client.notify('workspace/didChangeWorkspaceFolders', { event });
    const self = { uri: uriOf(folder), name: 'self' };
    await change({ added: [], removed: [self] });
    expect(await client.diagnostics(file, ({ length }) => length === 0)).toEqual([]);
    await change({ added: [self], removed: [] });
    expect(await client.diagnostics(file, ({ length }) => length > 0)).toHaveLength(1);
  });

  it('analyses only the newest text of a burst of edits', async () => {
    client.open(URI, 'kraftfile', '');
    for (let words = 2; words < 500; words++) client.change(URI, 'spec: '.repeat(words));
    client.change(URI, TEXT);
    expect(await client.diagnostics(URI)).toHaveLength(1);
    expect(client.published.length).toBeLessThan(500);
  });

  it('completes, explains and mends', async () => {
    client.open(URI, 'kraftfile', TEXT);
    expect(await client.labels(URI, { line: 3, character: 4 })).toContain('qemu/x86_64');
    const hover = await client.at<Hover>('hover', URI, { line: 2, character: 2 });
    expect(JSON.stringify(hover.contents)).toContain('What to build for');
    const [problem] = await client.diagnostics(URI);
    if (problem === undefined) throw new Error('No problem was published.');
    const actions = await client.actions(URI, problem.range);
    expect(actions.map(({ title }) => title)).toEqual(["Replace with 'qemu'"]);
  });

  it('clears problems when the document is closed', async () => {
    client.open(URI, 'kraftfile', TEXT);
    await client.diagnostics(URI);
    client.close(URI);
    expect(await client.diagnostics(URI, ({ length }) => length === 0)).toEqual([]);
  });

  it('ends when it is told to', async () => {
    expect(await client.stop()).toBe(0);
  });

  it('ends when its client is gone', async () => {
    await client.hangUp();
  });
});
