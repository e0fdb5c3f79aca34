/** Runs one tool to its end. */
import { spawn } from 'node:child_process';

export interface ToolResult {
  readonly ok: boolean;
  /** Both streams, in the order in which they came. */
  readonly output: string;
}

/** Never through a shell. Aborting the signal kills the tool and gives `ok: false`. */
export function runTool(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly signal?: AbortSignal },
): Promise<ToolResult> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, {
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // Messages are parsed: in English, without colours.
      env: { ...process.env, LC_ALL: 'C', TERM: 'dumb' },
      ...(options.signal === undefined ? {} : { signal: options.signal, killSignal: 'SIGKILL' as const }),
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', (error) => {
      output += `${program}: ${error.message}\n`;
    });
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });
}
