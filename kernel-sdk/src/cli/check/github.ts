/** Problems as workflow commands, which GitHub shows beside the lines of a pull request. */
import type { Severity } from '../../problem';
import { pathFrom, type Report } from './report';

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'notice',
  hint: 'notice',
};

export function githubOf({ problems, unreadable, folder }: Report): string {
  const found = problems.map(({ file, range: { start, end }, severity, code, message }) => {
    const properties = [
      ['file', pathFrom(folder, file)],
      ['line', start.line + 1],
      ['endLine', end.line + 1],
      // GitHub takes columns only of what stands on one line.
      ...(start.line === end.line ? [['col', start.character + 1] as const] : []),
      ...(start.line === end.line && end.character > start.character
        ? [['endColumn', end.character + 1] as const]
        : []),
      ['title', code],
    ] as const;
    const written = properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
    return `::${COMMANDS[severity]} ${written.join(',')}::${escapeData(message)}\n`;
  });
  return [...found, ...unreadable.map(({ message }) => `::error::${escapeData(message)}\n`)].join('');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
