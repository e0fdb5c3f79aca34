/** Compiler errors of a build that a debug session started, shown in the editor. */
import * as vscode from 'vscode';
import { DEBUG_TYPE } from './launch-configuration';
import { isReadByServer, type ReportedDiagnostic, readDiagnostics } from './reported-diagnostics';
import { TASK_TYPE } from './tasks';

/** The adapter's own event: `{diagnostics: {file, line, column, severity, message}[]}`. */
const EVENT = 'unikernel.diagnostics';

export function showBuildDiagnostics(): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('unikernel-build');
  /** The files that each manifest's last build had something to say about. */
  const shown = new Map<string, vscode.Uri[]>();
  const clear = (manifest: string) => {
    for (const uri of shown.get(manifest) ?? []) collection.delete(uri);
    shown.delete(manifest);
  };
  return vscode.Disposable.from(
    collection,
    vscode.debug.onDidReceiveDebugSessionCustomEvent(({ event, session, body }) => {
      if (session.type !== DEBUG_TYPE || event !== EVENT) return;
      const manifest = String(session.configuration.manifest);
      clear(manifest);
      const byFile = new Map<string, vscode.Diagnostic[]>();
      for (const reported of readDiagnostics(body)) {
        if (isReadByServer(reported.file)) continue;
        const diagnostics = byFile.get(reported.file) ?? [];
        byFile.set(reported.file, [...diagnostics, diagnosticOf(reported)]);
      }
      const entries = [...byFile].map(([file, diagnostics]) => [vscode.Uri.file(file), diagnostics] as const);
      for (const [uri, diagnostics] of entries) collection.set(uri, diagnostics);
      shown.set(
        manifest,
        entries.map(([uri]) => uri),
      );
    }),
    // A task reports through its problem matcher: the same error would stand there twice.
    vscode.tasks.onDidStartTask(({ execution }) => {
      if (execution.task.definition.type === TASK_TYPE)
        for (const manifest of [...shown.keys()]) clear(manifest);
    }),
  );
}

function diagnosticOf({ line, column, severity, message }: ReportedDiagnostic): vscode.Diagnostic {
  const start = new vscode.Position(Math.max(line - 1, 0), Math.max(column - 1, 0));
  const diagnostic = new vscode.Diagnostic(
    // The compiler names a point; the editor marks the word there.
    new vscode.Range(start, start),
    message,
    severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning,
  );
  diagnostic.source = 'unikernel build';
  return diagnostic;
}
