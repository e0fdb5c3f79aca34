/** The language server's process: LSP on stdio, or on Node's IPC where the client starts it so. */
import {
  createConnection,
  type Diagnostic,
  ProposedFeatures,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { kraftfileCodeActions } from './kraftfile/code-actions';
import { completeKraftfile } from './kraftfile/completion';
import { kraftfileDiagnostics } from './kraftfile/diagnostics';
import { hoverKraftfile } from './kraftfile/hover';

const KRAFTFILE = 'kraftfile';
/** Edits that follow each other within this time, in milliseconds, make one analysis, of the newest text. */
const QUIET_MS = 30;

const connection = process.argv.includes('--node-ipc')
  ? createConnection(ProposedFeatures.all)
  : createConnection(ProposedFeatures.all, process.stdin, process.stdout);
const documents = new TextDocuments(TextDocument);
/** Documents whose problems are to be looked for once the burst of edits is over. */
const waiting = new Map<string, NodeJS.Timeout>();

connection.onInitialize(() => ({
  capabilities: {
    textDocumentSync: TextDocumentSyncKind.Incremental,
    completionProvider: { triggerCharacters: [' ', '/', '-'] },
    hoverProvider: true,
    codeActionProvider: { codeActionKinds: ['quickfix'] },
  },
  serverInfo: { name: 'Unikernel Tools' },
}));

documents.onDidChangeContent(({ document }) => {
  if (document.languageId !== KRAFTFILE) return;
  clearTimeout(waiting.get(document.uri));
  waiting.set(
    document.uri,
    setTimeout(() => {
      waiting.delete(document.uri);
      publish(document.uri, kraftfileDiagnostics(document.getText()), document.version);
    }, QUIET_MS),
  );
});

documents.onDidClose(({ document }) => {
  clearTimeout(waiting.get(document.uri));
  waiting.delete(document.uri);
  publish(document.uri, []);
});

connection.onCompletion(({ textDocument, position }) => {
  const document = kraftfile(textDocument.uri);
  return document === undefined ? [] : completeKraftfile(document.getText(), position);
});

connection.onHover(({ textDocument, position }) => {
  const document = kraftfile(textDocument.uri);
  return document === undefined ? undefined : hoverKraftfile(document.getText(), position);
});

connection.onCodeAction(({ textDocument, context }) =>
  kraftfile(textDocument.uri) === undefined
    ? []
    : kraftfileCodeActions(textDocument.uri, context.diagnostics),
);

documents.listen(connection);
connection.listen();

function kraftfile(uri: string): TextDocument | undefined {
  const document = documents.get(uri);
  return document?.languageId === KRAFTFILE ? document : undefined;
}

function publish(uri: string, diagnostics: Diagnostic[], version?: number): void {
  void connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) });
}
