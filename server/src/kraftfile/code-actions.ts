/** One-step mends for problems whose message says what was meant. */
import { type CodeAction, CodeActionKind, type Diagnostic, TextEdit } from 'vscode-languageserver';

export function kraftfileCodeActions(uri: string, diagnostics: readonly Diagnostic[]): CodeAction[] {
  return diagnostics.flatMap((diagnostic) => {
    const words = typeof diagnostic.message === 'string' ? diagnostic.message : diagnostic.message.value;
    const meant = /(?:Did you mean|Write|first:) '([^']+)'/.exec(words)?.[1];
    const quoted = /Quote it: (".*")\.$/.exec(words)?.[1];
    const replacement = meant ?? quoted;
    if (diagnostic.source !== 'unikernel' || replacement === undefined) return [];
    return [
      {
        title: `Replace with ${quoted ?? `'${replacement}'`}`,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnostic],
        isPreferred: true,
        edit: { changes: { [uri]: [TextEdit.replace(diagnostic.range, replacement)] } },
      },
    ];
  });
}
