/** A client of the bundled server for tests and benchmarks: LSP over a real child process' stdio. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type {
  CodeAction,
  CompletionItem,
  CompletionList,
  Diagnostic,
  Position,
  PublishDiagnosticsParams,
  Range,
  TextDocumentContentChangeEvent,
} from 'vscode-languageserver';

/** Generous: other processes may have both cores. */
const LIMIT_MS = 30_000;
/** npm starts tests and benchmarks here. */
const ROOT = process.cwd();

/** Makes what {@link LanguageClient.start} starts. */
export function bundleServer(): void {
  execFileSync('node', ['client/scripts/bundle.mjs'], { cwd: ROOT, stdio: 'pipe' });
}

export interface ClientOptions {
  /** Workspace folders, absolute. */
  readonly folders?: readonly string[];
  /** What the client can do, as LSP names it. */
  readonly capabilities?: object;
  readonly initializationOptions?: object;
  /** Node's own arguments, before the server. */
  readonly nodeArguments?: readonly string[];
  /** Variables of the environment beside the test's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

interface OpenDocument {
  readonly text: string;
  readonly version: number;
}

/** Paths are absolute; a URI is taken as it is. */
export class LanguageClient {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #connection: MessageConnection;
  readonly #documents = new Map<string, OpenDocument>();
  readonly #published: PublishDiagnosticsParams[] = [];
  readonly #listeners = new Set<() => void>();
  /** The exit code, when the process has ended. */
  readonly exited: Promise<number | null>;
  /** What the server wrote to stderr or logged. */
  readonly words: string[] = [];
  /** What the server asked of its client. */
  readonly asked: { readonly method: string; readonly params: unknown }[] = [];
  #sweeps = 0;

  /** Starts `dist/server.js` and shakes hands. */
  static async start(options: ClientOptions = {}): Promise<LanguageClient> {
    const client = new LanguageClient(options);
    const folders = (options.folders ?? []).map((folder) => ({ uri: uriOf(folder), name: folder }));
    await client.request('initialize', {
      processId: process.pid,
      rootUri: folders[0]?.uri ?? null,
      workspaceFolders: folders,
      capabilities: {
        window: { workDoneProgress: true },
        workspace: { workspaceFolders: true, didChangeWatchedFiles: { dynamicRegistration: true } },
        ...options.capabilities,
      },
      // Every test begins with nothing known, unless it says otherwise.
      initializationOptions: { cacheFolder: null, ...options.initializationOptions },
    });
    await client.notify('initialized');
    return client;
  }

  private constructor({ nodeArguments = [], environment = {} }: ClientOptions) {
    const args = [...nodeArguments, resolve(ROOT, 'dist/server.js'), '--stdio'];
    this.#process = spawn(process.execPath, args, { env: { ...process.env, ...environment } });
    this.exited = new Promise((done) => this.#process.once('exit', done));
    this.#process.stderr.on('data', (data) => this.words.push(String(data)));
    this.#connection = createMessageConnection(
      new StreamMessageReader(this.#process.stdout),
      new StreamMessageWriter(this.#process.stdin),
    );
    for (const asked of ['window/workDoneProgress/create', 'client/registerCapability']) {
      this.#connection.onRequest(asked, (params: unknown) => {
        this.asked.push({ method: asked, params });
        return null;
      });
    }
    this.#connection.onNotification('$/progress', ({ value }: { value: { kind: string } }) => {
      if (value.kind !== 'end') return;
      this.#sweeps++;
      this.#tell();
    });
    this.#connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.words.push(message);
    });
    this.#connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.#published.push(params);
      this.#tell();
    });
    this.#connection.listen();
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Everything that was published, the oldest first. */
  get published(): readonly PublishDiagnosticsParams[] {
    return this.#published;
  }

  request<T>(method: string, params?: object): Promise<T> {
    return params === undefined
      ? this.#connection.sendRequest(method)
      : this.#connection.sendRequest(method, params);
  }

  /** A request that can be given up before its answer is there. */
  cancellable(method: string, params: object): { readonly answer: Promise<unknown>; cancel(): void } {
    const source = new CancellationTokenSource();
    const answer = this.#connection.sendRequest(method, params, source.token);
    return { answer, cancel: () => source.cancel() };
  }

  /** Resolves when it is on its way. */
  notify(method: string, params: object = {}): Promise<void> {
    return this.#connection.sendNotification(method, params);
  }

  on<T>(method: string, handler: (params: T) => void): void {
    this.#connection.onNotification(method, handler);
  }

  /** Opens a document; of a file that is on the disk with its text there. */
  open(file: string, languageId: string, text = readFileSync(file, 'utf8')): void {
    const uri = uriOf(file);
    this.#documents.set(uri, { text, version: 1 });
    void this.notify('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
  }

  /** Replaces the whole text, or what the changes say; gives the new version. */
  change(file: string, changes: string | readonly TextDocumentContentChangeEvent[]): number {
    const uri = uriOf(file);
    const version = (this.#documents.get(uri)?.version ?? 0) + 1;
    this.#documents.set(uri, { text: typeof changes === 'string' ? changes : '', version });
    void this.notify('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: typeof changes === 'string' ? [{ text: changes }] : changes,
    });
    return version;
  }

  close(file: string): void {
    const uri = uriOf(file);
    this.#documents.delete(uri);
    void this.notify('textDocument/didClose', { textDocument: { uri } });
  }

  /** Files that other programs have created (1), changed (2) or deleted (3). */
  touched(type: 1 | 2 | 3, ...files: readonly string[]): void {
    const changes = files.map((file) => ({ uri: uriOf(file), type }));
    void this.notify('workspace/didChangeWatchedFiles', { changes });
  }

  /** The first problems that are, or get, published of a file as wanted; of the newest version unless told. */
  async diagnostics(
    file: string,
    wanted: (diagnostics: readonly Diagnostic[]) => boolean = () => true,
  ): Promise<Diagnostic[]> {
    const uri = uriOf(file);
    const last = () => this.#published.findLast((params) => params.uri === uri);
    const isThere = () => {
      const version = this.#documents.get(uri)?.version;
      const found = last();
      return (
        found !== undefined &&
        (version === undefined || found.version === version) &&
        wanted(found.diagnostics)
      );
    };
    await this.#until(
      isThere,
      () => `the wanted problems of ${uri}; the last ones: ${JSON.stringify(last())}`,
    );
    return last()?.diagnostics ?? [];
  }

  /** Resolves when the whole workspace has been read and its problems published, that many times. */
  async settled(times = 1): Promise<void> {
    await this.#until(
      () => this.#sweeps >= times,
      () => 'the end of the first look at the workspace',
    );
  }

  /** Completion at a position, as labels. */
  async labels(file: string, position: Position): Promise<string[]> {
    const answer = await this.at<CompletionItem[] | CompletionList>('completion', file, position);
    return (Array.isArray(answer) ? answer : answer.items).map(({ label }) => label);
  }

  /** A request about a position: `hover`, `definition`, … */
  at<T>(method: string, file: string, position: Position, more: object = {}): Promise<T> {
    return this.request(`textDocument/${method}`, {
      textDocument: { uri: uriOf(file) },
      position,
      ...more,
    });
  }

  /** A request about a document: `documentSymbol`, `foldingRange`, … */
  about<T>(method: string, file: string, more: object = {}): Promise<T> {
    return this.request(`textDocument/${method}`, { textDocument: { uri: uriOf(file) }, ...more });
  }

  /** Quick fixes and refactorings for a range. */
  actions(file: string, range: Range, diagnostics: readonly Diagnostic[] = []): Promise<CodeAction[]> {
    return this.about('codeAction', file, { range, context: { diagnostics } });
  }

  /** Ends the process as an editor does. */
  async stop(): Promise<number | null> {
    await this.request('shutdown');
    void this.notify('exit');
    return this.exited;
  }

  /** The client is gone without a word. */
  hangUp(): Promise<number | null> {
    this.#process.stdin.end();
    return this.exited;
  }

  async dispose(): Promise<void> {
    this.#connection.dispose();
    this.#process.kill();
    await this.exited;
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** @param what Completes 'waited for …'. */
  async #until(isThere: () => boolean, what: () => string): Promise<void> {
    const end = Date.now() + LIMIT_MS;
    while (!isThere()) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`Waited ${LIMIT_MS} ms for ${what()}. ${this.words.join('')}`);
      await this.#nextNews(left);
    }
  }

  /** Resolves when the server tells something, or after a time in ms. */
  #nextNews(limit: number): Promise<void> {
    return new Promise((done) => {
      const listener = () => {
        clearTimeout(timer);
        this.#listeners.delete(listener);
        done();
      };
      const timer = setTimeout(listener, limit);
      this.#listeners.add(listener);
    });
  }
}

/** A client for as long as `act` takes, of a server that ends as it should. */
export async function withClient<T>(
  options: ClientOptions,
  act: (client: LanguageClient) => Promise<T>,
): Promise<T> {
  const client = await LanguageClient.start(options);
  try {
    const result = await act(client);
    const code = await client.stop();
    if (code !== 0) throw new Error(`The server ended with ${code}. ${client.words.join('')}`);
    return result;
  } finally {
    await client.dispose();
  }
}

/** For {@link LanguageClient.diagnostics}: one of them has a code. */
export function isWith(code: string): (found: readonly Diagnostic[]) => boolean {
  return (found) => found.some((one) => one.code === code);
}

/** For the same: there are none. */
export function isEmpty(found: readonly Diagnostic[]): boolean {
  return found.length === 0;
}

export function uriOf(file: string): string {
  return /^[a-z]+:/.test(file) ? file : pathToFileURL(file).href;
}
