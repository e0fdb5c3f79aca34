/** Whether something that was kept outside of memory is a problem. */
import type { Position, Problem, Range, Severity, TextChange } from './index';

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

export function isProblem(value: unknown): value is Problem {
  if (!isRecord<keyof Problem>(value)) return false;
  const { code, severity, message, range, fixes } = value;
  return (
    typeof code === 'string' &&
    SEVERITIES.some((one) => one === severity) &&
    typeof message === 'string' &&
    isRange(range) &&
    (fixes === undefined || (Array.isArray(fixes) && fixes.every(isFix)))
  );
}

function isFix(value: unknown): boolean {
  if (!isRecord<'title' | 'changes'>(value)) return false;
  const { title, changes } = value;
  return typeof title === 'string' && Array.isArray(changes) && changes.every(isChange);
}

function isChange(value: unknown): boolean {
  if (!isRecord<keyof TextChange>(value)) return false;
  const { file, range, newText } = value;
  return (file === undefined || typeof file === 'string') && isRange(range) && typeof newText === 'string';
}

function isRange(value: unknown): value is Range {
  return isRecord<keyof Range>(value) && isPosition(value.start) && isPosition(value.end);
}

function isPosition(value: unknown): value is Position {
  if (!isRecord<keyof Position>(value)) return false;
  return [value.line, value.character].every((at) => Number.isInteger(at) && Number(at) >= 0);
}

function isRecord<K extends string>(value: unknown): value is Partial<Record<K, unknown>> {
  return typeof value === 'object' && value !== null;
}
