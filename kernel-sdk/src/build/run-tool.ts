/** Runs one tool to its end. */
import { spawn } from 'node:child_process';
import { ownedCommand } from '../program';

export interface ToolResult {
  readonly ok: boolean;
  /** Both streams, in the order in which they came. */
  readonly output: string;
}

export interface ToolOptions {
  readonly cwd: string;
  readonly signal?: AbortSignal;
}

/** Messages are parsed: in English, without colours. */
const PLAIN = { LC_ALL: 'C', TERM: 'dumb' };

/** Never through a shell. Aborting the signal kills the tool and gives `ok: false`. */
export function runTool(program: string, args: readonly string[], options: ToolOptions): Promise<ToolResult> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, {
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      env: { ...process.env, ...PLAIN },
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

export interface BuildToolOptions extends ToolOptions {
  /** Added to this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** What it prints, as it prints it. */
  readonly onOutput?: (text: string) => void;
}

/** A tool that starts others, such as make: aborting the signal ends all of them, and so does the end of this process. */
export function runBuildTool(
  program: string,
  args: readonly string[],
  { cwd, signal, env, onOutput }: BuildToolOptions,
): Promise<ToolResult> {
  return new Promise((resolve) => {
    let output = '';
    const owned = ownedCommand(program, args);
    const child = spawn(owned.program, owned.args, {
      cwd,
      // A group of its own, which is ended as one.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      env: { ...process.env, ...PLAIN, ...env },
    });
    const say = (text: string) => {
      output += text;
      onOutput?.(text);
    };
    const end = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself just then.
      }
    };
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) end();
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', say);
    child.once('error', (error) => say(`${program}: ${error.message}\n`));
    child.once('close', (code) => {
      signal?.removeEventListener('abort', end);
      resolve({ ok: code === 0 && signal?.aborted !== true, output });
    });
  });
}
