/** The server as a process: LSP over real stdio. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { CompletionItem, Diagnostic, Hover, PublishDiagnosticsParams } from 'vscode-languageserver';

const ROOT = resolve(__dirname, '../..');
const URI = 'file:///project/Kraftfile';
const TEXT = 'spec: v0.7\nx-kernel: sdk\ntargets:\n  - qmeu/x86_64\n';

let server: ChildProcessWithoutNullStreams;
let connection: MessageConnection;
let published: PublishDiagnosticsParams[];
/** The workspace, with an error in its Config.uk. */
let folder: string;
let exited: Promise<number | null>;

beforeAll(() => void execFileSync('node', ['client/scripts/bundle.mjs'], { cwd: ROOT, stdio: 'pipe' }));
beforeEach(async () => {
  server = spawn('node', [join(ROOT, 'dist/server.js'), '--stdio']);
  exited = new Promise((done) => server.once('exit', done));
  connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  published = [];
  connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    published.push(params);
    server.emit('published');
  });
  connection.listen();
  folder = mkdtempSync(join(tmpdir(), 'workspace-'));
  writeFileSync(join(folder, 'Config.uk'), 'config APPX\n\tbool "x"\n\tdefault y if\n');
  const rootUri = pathToFileURL(folder).href;
  await connection.sendRequest('initialize', { processId: process.pid, rootUri, capabilities: {} });
  await connection.sendNotification('initialized', {});
});
afterEach(async () => {
  connection.dispose();
  server.kill();
  await exited;
  rmSync(folder, { recursive: true });
});

async function diagnosticsOf(version: number): Promise<Diagnostic[]> {
  for (;;) {
    const found = published.find((params) => params.version === version);
    if (found !== undefined) return found.diagnostics;
    await new Promise((done) => server.once('published', done));
  }
}

function open(text: string): Promise<void> {
  return connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri: URI, languageId: 'kraftfile', version: 1, text },
  });
}

describe('the server over stdio', () => {
  it('publishes problems with exact ranges, and follows edits', async () => {
    await open(TEXT);
    expect(await diagnosticsOf(1)).toMatchObject([
      {
        code: 'unknown-platform',
        range: { start: { line: 3, character: 4 }, end: { line: 3, character: 8 } },
      },
    ]);
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: URI, version: 2 },
      contentChanges: [
        { range: { start: { line: 3, character: 4 }, end: { line: 3, character: 8 } }, text: 'qemu' },
      ],
    });
    expect(await diagnosticsOf(2)).toEqual([]);
  });

  it('publishes problems of files that are not open, until the disk has them no more', async () => {
    const uri = pathToFileURL(join(folder, 'Config.uk')).href;
    const problems = async (wanted: (count: number) => boolean) => {
      for (;;) {
        const last = published.filter((params) => params.uri === uri).at(-1);
        if (last !== undefined && wanted(last.diagnostics.length)) return last.diagnostics;
        await new Promise((done) => server.once('published', done));
      }
    };
    const [problem] = await problems((count) => count > 0);
    expect(problem?.range.start.line).toBe(2);
    expect(problem?.codeDescription?.href).toContain(`#${problem?.code}`);
    writeFileSync(join(folder, 'Config.uk'), 'config APPX\n\tbool "x"\n\tdefault y\n');
    const changes = [{ uri, type: 2 }];
    await connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    expect(await problems((count) => count === 0)).toEqual([]);
  });

  it('analyses only the newest text of a burst of edits', async () => {
    await open('');
    for (let version = 2; version <= 500; version++) {
      void connection.sendNotification('textDocument/didChange', {
        textDocument: { uri: URI, version },
        contentChanges: [{ text: version === 500 ? TEXT : 'spec: '.repeat(version) }],
      });
    }
    expect((await diagnosticsOf(500)).length).toBe(1);
    expect(published.length).toBeLessThan(500);
  });

  it('completes, explains and mends', async () => {
    await open(TEXT);
    const at = { textDocument: { uri: URI }, position: { line: 3, character: 4 } };
    const items = await connection.sendRequest<CompletionItem[]>('textDocument/completion', at);
    expect(items.map(({ label }) => label)).toContain('qemu/x86_64');
    const hover = await connection.sendRequest<Hover>('textDocument/hover', {
      ...at,
      position: { line: 2, character: 2 },
    });
    expect(JSON.stringify(hover.contents)).toContain('What to build for');
    const diagnostics = await diagnosticsOf(1);
    const actions = await connection.sendRequest<{ title: string }[]>('textDocument/codeAction', {
      textDocument: { uri: URI },
      range: diagnostics[0]?.range,
      context: { diagnostics },
    });
    expect(actions.map(({ title }) => title)).toEqual(["Replace with 'qemu'"]);
  });

  it('clears problems when the document is closed', async () => {
    await open(TEXT);
    await diagnosticsOf(1);
    const closed = new Promise((done) => server.once('published', done));
    await connection.sendNotification('textDocument/didClose', { textDocument: { uri: URI } });
    await closed;
    expect(published.at(-1)?.diagnostics).toEqual([]);
  });

  it('ends when it is told to', async () => {
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    expect(await exited).toBe(0);
  });

  it('ends when its client is gone', async () => {
    server.stdin.end();
    await exited;
  });
});
