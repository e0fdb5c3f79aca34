/** A Kraftfile's problems as LSP diagnostics. */
import { parseManifest } from '@unikernel-tools/kernel-sdk/manifest';
import type { Severity } from '@unikernel-tools/kernel-sdk/problem';
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver';

/** Where each code is explained. */
const DOCUMENTATION = 'https://github.com/unikernel-tools/unikernel-tools/blob/main/server/README.md';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export function kraftfileDiagnostics(text: string): Diagnostic[] {
  return parseManifest(text).problems.map(({ code, severity, message, range }) => ({
    range,
    severity: SEVERITIES[severity],
    code,
    codeDescription: { href: `${DOCUMENTATION}#${code}` },
    source: 'unikernel',
    message,
    ...(code === 'deprecated' ? { tags: [DiagnosticTag.Deprecated] } : {}),
  }));
}
