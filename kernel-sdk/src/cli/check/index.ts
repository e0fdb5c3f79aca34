/** `unikernel check`: what the editor shows of files, in a terminal or for programs. */

import { version } from '../../project';
import type { Invocation } from '../main';
import { checkPaths } from './check-paths';
import { githubOf } from './github';
import { jsonOf } from './json';
import { mendPaths } from './mend';
import { type Report, SEVERITIES } from './report';
import { sarifOf } from './sarif';
import { mendsOf, summaryOf, textOf } from './text';

const FORMATS: Readonly<Record<string, (report: Report) => string>> = {
  json: jsonOf,
  sarif: (report) => sarifOf(report, version()),
  github: githubOf,
};

/** 1 where there are errors, 2 where a path cannot be read or an option is wrong. */
export async function checkCommand({ positionals, options, flags, streams }: Invocation): Promise<number> {
  const { format = 'text', least = 'hint' } = options;
  const { stdout, stderr } = streams;
  const wrong = (option: string, value: string, known: readonly string[]) => {
    stderr.write(`unikernel: --${option} takes ${known.join(', ')}, not '${value}'.\n`);
    return 2;
  };
  if (format !== 'text' && !Object.hasOwn(FORMATS, format)) {
    return wrong('format', format, ['text', ...Object.keys(FORMATS)]);
  }
  const severities: readonly string[] = SEVERITIES;
  const shown = severities.slice(0, severities.indexOf(least) + 1);
  if (shown.length === 0) return wrong('least', least, severities);
  const paths = positionals.length === 0 ? ['.'] : positionals;
  const folder = process.cwd();
  const mends = flags.has('fix') ? await mendPaths(paths, { folder }) : undefined;
  const found = mends?.report ?? (await checkPaths(paths, { folder }));
  const report = { ...found, problems: found.problems.filter(({ severity }) => shown.includes(severity)) };
  const { unreadable } = report;
  stdout.write(FORMATS[format]?.(report) ?? textOf(report, isColored(stdout)));
  for (const { message } of unreadable) stderr.write(`unikernel: ${message}\n`);
  if (mends !== undefined) stderr.write(`${mendsOf(mends)}\n`);
  if (format === 'text') stderr.write(`${summaryOf(report)}\n`);
  if (unreadable.length > 0) return 2;
  return report.problems.some(({ severity }) => severity === 'error') ? 1 : 0;
}

function isColored(stdout: NodeJS.WritableStream & { readonly isTTY?: boolean }): boolean {
  return stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}
