/** Problems for programs: a shape of our own, which the README describes. Lines and columns count from 1. */
import { documentationOf } from '../../analysis';
import type { Range } from '../../problem';
import { counts, pathFrom, type Report } from './report';

export function jsonOf(report: Report): string {
  const { problems, files, unreadable, folder } = report;
  const value = {
    version: 1,
    files,
    counts: counts(report),
    problems: problems.map(({ file, range, severity, code, message, fixes = [] }) => ({
      file: pathFrom(folder, file),
      ...placeOf(range),
      severity,
      code,
      message,
      documentation: documentationOf(code),
      fixes: fixes.map(({ title, changes }) => ({
        title,
        changes: changes.map((change) => ({
          file: pathFrom(folder, change.file ?? file),
          ...placeOf(change.range),
          newText: change.newText,
        })),
      })),
    })),
    unreadable: unreadable.map(({ path, message }) => ({ path: pathFrom(folder, path), message })),
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function placeOf({ start, end }: Range) {
  return {
    line: start.line + 1,
    column: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}
