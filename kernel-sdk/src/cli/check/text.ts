/** Problems as compilers write them, one on a line. */
import type { Severity } from '../../problem';
import { counts, pathFrom, type Report } from './report';

const COLORS: Readonly<Record<Severity, string>> = {
  error: '\u001b[1;31m',
  warning: '\u001b[1;35m',
  information: '\u001b[1;36m',
  hint: '\u001b[2m',
};
const BOLD = '\u001b[1m';
const PLAIN = '\u001b[0m';

export function textOf({ problems, folder }: Report, colored = false): string {
  const paint = (color: string, text: string) => (colored ? `${color}${text}${PLAIN}` : text);
  return problems
    .map(({ file, range: { start }, severity, message, code }) => {
      const place = `${pathFrom(folder, file)}:${start.line + 1}:${start.character + 1}:`;
      // A message of several lines would look like several problems.
      const words = message.replace(/\s*\n\s*/g, ' ');
      return `${paint(BOLD, place)} ${paint(COLORS[severity], `${severity}:`)} ${words} [${code}]\n`;
    })
    .join('');
}

/** `2 errors and 1 hint in 5 files.` */
export function summaryOf(report: Report): string {
  if (report.files === 0) return "There was nothing to check: no file of a unikernel's project.";
  const words = { error: 'error', warning: 'warning', information: 'note', hint: 'hint' } as const;
  const parts = Object.entries(counts(report)).flatMap(([severity, count]) =>
    count === 0 ? [] : [several(count, words[severity as Severity])],
  );
  const last = parts.pop();
  const found = last === undefined ? 'No problems' : [parts.join(', '), last].filter(Boolean).join(' and ');
  return `${found} in ${several(report.files, 'file')}.`;
}

/** `Mended 3 problems in 2 files.` */
export function mendsOf({ mended, files }: { readonly mended: number; readonly files: number }): string {
  if (mended === 0) return 'Mended nothing.';
  return `Mended ${several(mended, 'problem')} in ${several(files, 'file')}.`;
}

function several(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
