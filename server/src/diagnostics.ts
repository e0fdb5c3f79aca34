/** Problems as LSP diagnostics, and their fixes as code actions. */
import { documentationOf } from '@unikernel-tools/kernel-sdk/analysis';
import type { Fix, Problem, Severity } from '@unikernel-tools/kernel-sdk/problem';
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type Range,
  type TextEdit,
} from 'vscode-languageserver';
import { uriOf } from './paths';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** How editors show some problems: struck through, or greyed. */
const TAGS: Readonly<Record<string, DiagnosticTag>> = {
  deprecated: DiagnosticTag.Deprecated,
  'inactive-code': DiagnosticTag.Unnecessary,
  'unused-library': DiagnosticTag.Unnecessary,
};

export function diagnosticOf({ code, severity, message, range }: Problem): Diagnostic {
  const tag = TAGS[code];
  return {
    range,
    severity: SEVERITIES[severity],
    code,
    codeDescription: { href: documentationOf(code) },
    source: 'unikernel',
    message,
    ...(tag === undefined ? {} : { tags: [tag] }),
  };
}

/** The fixes of the problems that touch a range. */
export function fixesIn(problems: readonly Problem[], range: Range, uri: string): CodeAction[] {
  return problems
    .filter((problem) => touches(problem.range, range))
    .flatMap((problem) =>
      (problem.fixes ?? []).map((fix, index) => ({
        title: fix.title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnosticOf(problem)],
        isPreferred: index === 0 && !fix.isAlternative,
        edit: { changes: changesOf(fix, uri) },
      })),
    );
}

function changesOf(fix: Fix, uri: string): Record<string, TextEdit[]> {
  const changes: Record<string, TextEdit[]> = {};
  for (const { file, range, newText } of fix.changes) {
    const at = file === undefined ? uri : uriOf(file);
    changes[at] = [...(changes[at] ?? []), { range, newText }];
  }
  return changes;
}

function touches(a: Range, b: Range): boolean {
  const before = (p: Range['end'], q: Range['start']) =>
    p.line < q.line || (p.line === q.line && p.character < q.character);
  return !before(a.end, b.start) && !before(b.end, a.start);
}
