/** What compilers and linkers print, as diagnostics. */
import { isAbsolute, resolve } from 'node:path';
import type { BuildDiagnostic } from './model';

/** GCC and Clang: `FILE:LINE:COLUMN: error: MESSAGE`; GNU ld: `FILE:LINE: undefined reference …`. */
const COMPILER = /^(.+?):(\d+):(?:(\d+):)? (fatal error|error|warning): (.*)$/;
const LINKER =
  /^(?:\S*ld(?:\.\w+)?: )?(?:\S+\.o: in function `.*': ?)?(.+?):(\d+): (undefined reference to .*|multiple definition of .*)$/;

/** Diagnostics in the order of the output; relative paths belong to `cwd`. */
export function parseDiagnostics(output: string, cwd: string): BuildDiagnostic[] {
  return output.split('\n').flatMap((line) => {
    const compiled = COMPILER.exec(line);
    if (compiled !== null) {
      const [, file = '', at = '1', column = '1', kind = 'error', message = ''] = compiled;
      const severity = kind === 'warning' ? ('warning' as const) : ('error' as const);
      return [{ file: absolute(file, cwd), line: Number(at), column: Number(column), severity, message }];
    }
    const linked = LINKER.exec(line);
    if (linked === null) return [];
    const [, file = '', at = '1', message = ''] = linked;
    const severity = 'error' as const;
    return [
      {
        file: absolute(file, cwd),
        line: Number(at),
        column: 1,
        severity,
        message: message.replace(/[`']/g, "'"),
      },
    ];
  });
}

function absolute(file: string, cwd: string): string {
  return isAbsolute(file) ? file : resolve(cwd, file);
}
