/** What the debug adapter reports of a build, checked at the process boundary. */
import { basename } from 'node:path';
import { MANIFEST_NAMES } from '@unikernel-tools/kernel-sdk/project';

export interface ReportedDiagnostic {
  /** Absolute path. */
  readonly file: string;
  /** One-based. */
  readonly line: number;
  /** One-based. */
  readonly column: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** The language server reads these files, and tells their problems while they are typed. */
export function isReadByServer(file: string): boolean {
  const name = basename(file);
  return /\.uk$/.test(name) || /^Kraftfile\./.test(name) || MANIFEST_NAMES.includes(name);
}

/** The entries that have the right form. */
export function readDiagnostics(body: unknown): ReportedDiagnostic[] {
  const { diagnostics } = fields(body);
  return Array.isArray(diagnostics) ? diagnostics.flatMap(readOne) : [];
}

function readOne(value: unknown): ReportedDiagnostic[] {
  const { file, line, column, severity, message } = fields(value);
  if (typeof file !== 'string' || typeof message !== 'string') return [];
  if (typeof line !== 'number' || typeof column !== 'number') return [];
  return [{ file, line, column, message, severity: severity === 'error' ? 'error' : 'warning' }];
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
