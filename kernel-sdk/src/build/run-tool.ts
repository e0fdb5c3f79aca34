/** Runs one tool to its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../problem';
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

/** What is ended gets this long to clear up, in milliseconds. */
const TERM_LIMIT_MS = 1_000;
/** A group of its own, which is ended as one: a compiler is a driver and what it starts. */
const OWN_GROUP = { detached: process.platform !== 'win32', windowsHide: true };

/** Never through a shell. Aborting the signal ends the tool and gives `ok: false`. */
export function runTool(program: string, args: readonly string[], options: ToolOptions): Promise<ToolResult> {
  return new Promise((resolve) => {
    let output = '';
    const scratch = scratchFolder(options.signal);
    if (!scratch.ok) return resolve({ ok: false, output: scratch.message });
    const child = spawn(program, args, {
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...PLAIN, ...scratch.env },
      ...OWN_GROUP,
    });
    endWith(options.signal, child);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', (error) => {
      output += `${program}: ${error.message}\n`;
    });
    child.once('close', (code) => {
      scratch.remove();
      resolve({ ok: code === 0 && options.signal?.aborted !== true, output });
    });
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
    const scratch = scratchFolder(signal);
    if (!scratch.ok) return resolve({ ok: false, output: scratch.message });
    const child = spawn(owned.program, owned.args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...PLAIN, ...scratch.env, ...env },
      ...OWN_GROUP,
    });
    endWith(signal, child);
    const say = (text: string) => {
      output += text;
      onOutput?.(text);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', say);
    child.once('error', (error) => say(`${program}: ${error.message}\n`));
    child.once('close', (code) => {
      scratch.remove();
      resolve({ ok: code === 0 && signal?.aborted !== true, output });
    });
  });
}

type Scratch =
  | { readonly ok: true; readonly env: NodeJS.ProcessEnv; remove(): void }
  | { readonly ok: false; readonly message: string };

/**
 * Where a tool that can be cancelled keeps its temporary files: a compiler that is told to end between making one and
 * noting it leaves it behind.
 */
function scratchFolder(signal: AbortSignal | undefined): Scratch {
  if (signal === undefined) return { ok: true, env: {}, remove() {} };
  const parent = tmpdir();
  try {
    const folder = mkdtempSync(join(parent, 'unikernel-build-'));
    return {
      ok: true,
      env: { TMPDIR: folder, TMP: folder, TEMP: folder },
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  } catch (error) {
    const reason = messageOf(error);
    return {
      ok: false,
      message: `There is no room for temporary files in '${parent}' (${reason}). Free some space there, or set TMPDIR to a folder that you can write to.`,
    };
  }
}

/** By SIGTERM first, upon which compilers remove their temporary files. */
function endWith(signal: AbortSignal | undefined, child: ChildProcess): void {
  if (signal === undefined) return;
  let kill: NodeJS.Timeout | undefined;
  const end = () => {
    send(child, 'SIGTERM');
    kill = setTimeout(() => send(child, 'SIGKILL'), TERM_LIMIT_MS);
  };
  child.once('close', () => {
    signal.removeEventListener('abort', end);
    clearTimeout(kill);
  });
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
}

function send(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch {
    // It has ended by itself just then.
  }
}
