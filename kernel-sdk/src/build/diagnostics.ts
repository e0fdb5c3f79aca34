/** What compilers and linkers print, as diagnostics. */
import { isAbsolute, resolve } from 'node:path';
import type { LocatedProblem } from '../problem';
import type { BuildDiagnostic } from './model';

/** GCC, Clang and explain.ts. */
const COMPILER = /^(.+?):(\d+):(?:(\d+):)? (fatal error|error|warning): (.*)$/;

/** Problems that keep a project from being built, in the form of what a build says. */
export function problemDiagnostics(problems: readonly LocatedProblem[]): BuildDiagnostic[] {
  return problems.flatMap(({ file, range, severity, message }) =>
    severity === 'error' || severity === 'warning'
      ? [{ file, line: range.start.line + 1, column: range.start.character + 1, severity, message }]
      : [],
  );
}

/** Diagnostics in the order of the output; relative paths belong to `cwd`. */
export function parseDiagnostics(output: string, cwd: string): BuildDiagnostic[] {
  return output.split('\n').flatMap((line) => {
    const compiled = COMPILER.exec(line);
    if (compiled === null) return [];
    const [, file = '', at = '1', column = '1', kind = 'error', message = ''] = compiled;
    const severity = kind === 'warning' ? ('warning' as const) : ('error' as const);
    return [{ file: absolute(file, cwd), line: Number(at), column: Number(column), severity, message }];
  });
}

function absolute(file: string, cwd: string): string {
  return isAbsolute(file) ? file : resolve(cwd, file);
}
