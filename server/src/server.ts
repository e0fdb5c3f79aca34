/** Requests of an LSP client, answered by the language of the document that they are about. */
import { isAbsolute, join } from 'node:path';
import { prepare, WorkerReader } from '@unikernel-tools/kernel-sdk/analysis';
import { cacheFolder } from '@unikernel-tools/kernel-sdk/program';
import { WATCHED_NAMES, Workspace } from '@unikernel-tools/kernel-sdk/project';
import { type Steps, Turns } from '@unikernel-tools/kernel-sdk/steps';
import {
  type CancellationToken,
  type ClientCapabilities,
  type CodeAction,
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  ResponseError,
  SemanticTokensBuilder,
  type TextDocumentPositionParams,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { diagnosticOf, fixesIn } from './diagnostics';
import {
  type Language,
  type PositionRequest,
  type Request,
  SEMANTIC_TOKEN_TYPES,
  type SemanticToken,
} from './language';
import { languageOfDocument, languageOfFile } from './languages';
import { Memory } from './memory';
import { Navigation } from './navigation';
import { understandingSteps } from './options/values';
import { pathOf, uriOf } from './paths';
import { Publisher, type PublisherHost } from './publisher';
import { TurnMeter } from './turns';
import { TypeScriptPublisher } from './typescript/publisher';
import { workspaceSymbols } from './workspace-symbols';

/** A client may ask for some kinds alone: `refactor` is every kind of refactoring. */
function isWanted({ kind = '' }: CodeAction, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((one) => kind === one || kind.startsWith(`${one}.`));
}

export function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const navigation = new Navigation(languageOfFile);
  let workspace = new Workspace([]);
  let publisher = new Publisher(workspace, host());
  let typescript = typescriptFor(workspace, publisher);
  let client: ClientCapabilities = {};
  /** The client has the commands that code lenses call. */
  let runsTargets = false;
  /** Where to keep what was found out; undefined for nowhere. */
  let keptIn: string | undefined;
  let memory: Memory | undefined;

  function host(): PublisherHost {
    return {
      publish(path, problems) {
        const document = documents.get(uriFor(path));
        const version = document === undefined ? {} : { version: document.version };
        const diagnostics = problems.map(diagnosticOf);
        void connection.sendDiagnostics({ uri: uriFor(path), diagnostics, ...version });
      },
      ready: () => scanned,
      report: (words) => connection.console.error(words),
    };
  }

  function typescriptFor(of: Workspace, others: Publisher): TypeScriptPublisher {
    return new TypeScriptPublisher(of, new WorkerReader(), others, host());
  }

  /** URIs as the client writes them, by path. */
  const uris = new Map<string, string>();
  const uriFor = (path: string) => uris.get(path) ?? uriOf(path);

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    const uriList =
      params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri ? [params.rootUri] : []);
    client = params.capabilities;
    runsTargets = params.initializationOptions?.runsTargets === true;
    keptIn = keptFolder(params.initializationOptions?.cacheFolder);
    workspace = new Workspace(foldersOf(uriList));
    publisher = new Publisher(workspace, host());
    typescript = typescriptFor(workspace, publisher);
    if (params.initializationOptions?.measuresTurns === true) {
      const meter = new TurnMeter();
      connection.onRequest('unikernel/longestTurn', () => meter.longest());
    }
    return {
      serverInfo: { name: 'Unikernel Tools' },
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        completionProvider: { triggerCharacters: [' ', '/', '-', '$', '(', '"', '<', '_'] },
        hoverProvider: true,
        definitionProvider: true,
        declarationProvider: true,
        referencesProvider: true,
        documentHighlightProvider: true,
        renameProvider: { prepareProvider: true },
        documentSymbolProvider: true,
        workspaceSymbolProvider: true,
        foldingRangeProvider: true,
        selectionRangeProvider: true,
        documentFormattingProvider: true,
        documentLinkProvider: {},
        codeActionProvider: { codeActionKinds: ['quickfix', 'refactor.rewrite'] },
        codeLensProvider: {},
        inlayHintProvider: true,
        semanticTokensProvider: {
          legend: { tokenTypes: [...SEMANTIC_TOKEN_TYPES], tokenModifiers: [] },
          full: true,
        },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });

  connection.onInitialized(() => {
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      const watchers = [{ globPattern: `**/{${WATCHED_NAMES.join(',')}}` }];
      void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    }
    if (client.workspace?.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(foldersOf(removed.map(({ uri }) => uri)));
        const kept = workspace.folders.filter((folder) => !gone.has(folder));
        workspace.setFolders([...kept, ...foldersOf(added.map(({ uri }) => uri))]);
        void readWorkspace();
      });
    }
    void readWorkspace();
  });

  /** Resolves when the workspace's files are known: no request is answered from a part of them. */
  let scanned: Promise<void> = Promise.resolve();

  async function scan(): Promise<void> {
    memory = keptIn === undefined ? undefined : new Memory(workspace, keptIn);
    await workspace.scan();
    const known = await memory?.restore();
    if (known) connection.console.info(`The problems of ${known} files were known.`);
  }

  /** Every file of the folders, with progress for a client that shows it. */
  async function readWorkspace(): Promise<void> {
    const progress = connection.window.createWorkDoneProgress();
    void progress.then((shown) => shown.begin('Unikernel: reading the workspace'));
    scanned = scan();
    publisher.sweep();
    await publisher.settled();
    (await progress).done();
    typescript.sweep();
    memory?.later();
  }

  documents.onDidChangeContent(({ document }) => {
    const path = pathOf(document.uri);
    uris.set(path, document.uri);
    workspace.open(path, document.getText());
    publisher.changed(path);
    typescript.changed(path);
    memory?.later();
  });
  documents.onDidClose(({ document }) => {
    const path = pathOf(document.uri);
    workspace.close(path);
    uris.delete(path);
    publisher.changed(path);
    typescript.changed(path);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri } of changes) workspace.changed(pathOf(uri));
    publisher.sweep();
    typescript.sweep();
  });
  connection.onShutdown(async () => {
    publisher.stop();
    await typescript.stop();
    await memory?.write();
  });

  /**
   * What a request is about, once that has been read; undefined where the server has nothing to say. A request that
   * the client gave up, or whose text is not what it was, ends here.
   */
  async function subject(
    uri: string,
    token: CancellationToken,
  ): Promise<{ language: Language; request: Request } | undefined> {
    const document = documents.get(uri);
    // Of what nobody can have written there is nothing to ask.
    if (document === undefined || document.getText().length > TEXT_LIMIT) return undefined;
    const path = pathOf(uri);
    const language = languageOfDocument(document.languageId, path);
    if (language === undefined) return undefined;
    const { version } = document;
    const isCurrent = () => documents.get(uri)?.version === version;
    await scanned;
    await new Turns().finish(ready(workspace, path), () => isCurrent() && !token.isCancellationRequested);
    if (token.isCancellationRequested) {
      throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The client gave the request up.');
    }
    if (!isCurrent()) {
      throw new ResponseError(LSPErrorCodes.ContentModified, `'${path}' has changed since the request.`);
    }
    return { language, request: { document, path, workspace } };
  }

  async function about(params: TextDocumentPositionParams, token: CancellationToken) {
    const found = await subject(params.textDocument.uri, token);
    if (found === undefined) return undefined;
    const request: PositionRequest = { ...found.request, position: params.position };
    return { ...found, request };
  }

  connection.onCompletion(async (params, token) => {
    const found = await about(params, token);
    return [...((await found?.language.completion?.(found.request)) ?? [])];
  });
  connection.onHover(async (params, token) => {
    const found = await about(params, token);
    return found?.language.hover?.(found.request);
  });
  connection.onDefinition(async (params, token) => {
    const found = await about(params, token);
    return found && navigation.definition(found.request);
  });
  connection.onDeclaration(async (params, token) => {
    const found = await about(params, token);
    return found && navigation.declaration(found.request);
  });
  connection.onReferences(async (params, token) => {
    const found = await about(params, token);
    return found && navigation.references(found.request, params.context.includeDeclaration);
  });
  connection.onDocumentHighlight(async (params, token) => {
    const found = await about(params, token);
    return found && (await navigation.highlights(found.request)).map((range) => ({ range }));
  });
  connection.onPrepareRename(async (params, token) => {
    const found = await about(params, token);
    return found && navigation.renamable(found.request);
  });
  connection.onRenameRequest(async (params, token) => {
    const found = await about(params, token);
    return found && navigation.rename(found.request, params.newName);
  });
  connection.onDocumentSymbol(async ({ textDocument: { uri } }, token) => {
    const found = await subject(uri, token);
    return [...((await found?.language.symbols?.(found.request)) ?? [])];
  });
  connection.onWorkspaceSymbol(async ({ query }, token) => {
    await scanned;
    return workspaceSymbols(workspace, query, token);
  });
  connection.onFoldingRanges(async ({ textDocument: { uri } }, token) => {
    const found = await subject(uri, token);
    return [...((await found?.language.folding?.(found.request)) ?? [])];
  });
  connection.onSelectionRanges(async ({ textDocument: { uri }, positions }, token) => {
    const found = await subject(uri, token);
    if (found === undefined) return [];
    const ranges = positions.map((position) => found.language.selection?.({ ...found.request, position }));
    return (await Promise.all(ranges)).flatMap((range) => range ?? []);
  });
  connection.onDocumentFormatting(async ({ textDocument: { uri } }, token) => {
    const found = await subject(uri, token);
    return [...((await found?.language.formatting?.(found.request)) ?? [])];
  });
  connection.onDocumentLinks(async ({ textDocument: { uri } }, token) => {
    const found = await subject(uri, token);
    return [...((await found?.language.links?.(found.request)) ?? [])];
  });
  connection.onCodeAction(async ({ textDocument: { uri }, range, context: { only } }, token) => {
    const path = pathOf(uri);
    const fixes = fixesIn([...publisher.problemsOf(path), ...typescript.problemsOf(path)], range, uri);
    const found = await subject(uri, token);
    const all = [...fixes, ...((await found?.language.refactorings?.(found.request, range)) ?? [])];
    const showsReasons = client.textDocument?.codeAction?.disabledSupport === true;
    return all.filter((action) => isWanted(action, only) && (showsReasons || action.disabled === undefined));
  });
  connection.onCodeLens(async ({ textDocument: { uri } }, token) => {
    const found = runsTargets ? await subject(uri, token) : undefined;
    return [...((await found?.language.lenses?.(found.request)) ?? [])];
  });
  connection.languages.inlayHint.on(async ({ textDocument: { uri }, range }, token) => {
    const found = await subject(uri, token);
    return [...((await found?.language.hints?.(found.request, range)) ?? [])];
  });
  connection.languages.semanticTokens.on(async ({ textDocument: { uri } }, token) => {
    const found = await subject(uri, token);
    return encode((await found?.language.semanticTokens?.(found.request)) ?? []);
  });

  documents.listen(connection);
  connection.listen();
}

/** In UTF-16 code units: a Kconfig file can have that many. */
const TEXT_LIMIT = 2_000_000;

/** @param named By the client: an absolute path, or null for nowhere. */
function keptFolder(named: unknown): string | undefined {
  if (named === null) return undefined;
  return typeof named === 'string' && isAbsolute(named) ? named : join(cacheFolder(), 'analysis');
}

/** Makes, in steps, what answers about a file are made of. */
function* ready(workspace: Workspace, path: string): Steps<void> {
  yield* prepare(workspace, path);
  yield* understandingSteps(workspace, path);
}

/** Folders that are on a disk. */
function foldersOf(uris: readonly string[]): string[] {
  return uris.filter((uri) => uri.startsWith('file:')).map(pathOf);
}

function encode(tokens: readonly SemanticToken[]) {
  const builder = new SemanticTokensBuilder();
  for (const { line, character, length, type } of tokens) {
    builder.push(line, character, length, SEMANTIC_TOKEN_TYPES.indexOf(type), 0);
  }
  return builder.build();
}
