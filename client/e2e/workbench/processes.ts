/** The processes that a workbench started, found by a mark in their environment; read from Linux's /proc. */
import { readdir, readFile } from 'node:fs/promises';

/** The environment variable that marks them. */
export const RUN_MARK = 'UNIKERNEL_TOOLS_WORKBENCH';

const END_LIMIT_MS = 5_000;

export interface MarkedProcess {
  readonly pid: number;
  /** The program's path or name, as it was started. */
  readonly program: string;
  readonly commandLine: readonly string[];
}

export async function processesOf(mark: string): Promise<MarkedProcess[]> {
  const entry = `${RUN_MARK}=${mark}`;
  const found: MarkedProcess[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const environment = await readFile(`/proc/${name}/environ`, 'utf8');
      if (!environment.split('\0').includes(entry)) continue;
      const commandLine = (await readFile(`/proc/${name}/cmdline`, 'utf8')).split('\0').slice(0, -1);
      // A process that has ended and waits for its parent has no command line.
      if (commandLine[0] !== undefined)
        found.push({ pid: Number(name), program: commandLine[0], commandLine });
    } catch {
      // It ended meanwhile, or belongs to somebody else.
    }
  }
  return found;
}

/** QEMU and GDB: what a debug session leaves behind when it does not clean up. */
export async function debuggeesOf(mark: string): Promise<MarkedProcess[]> {
  const all = await processesOf(mark);
  return all.filter(({ program }) =>
    /(?:^|\/)(?:qemu-system-[^/]+|(?:[\w-]+-)?gdb(?:-multiarch)?)$/.test(program),
  );
}

/** Ends a process group, and what left the group but carries the mark; resolves when nothing is left. */
export async function endGroup(leader: number, mark: string): Promise<void> {
  const limit = Date.now() + END_LIMIT_MS;
  let signal: NodeJS.Signals = 'SIGTERM';
  for (;;) {
    send(-leader, signal);
    const left = await processesOf(mark);
    if (left.length === 0) return;
    if (Date.now() > limit) {
      throw new Error(`Still running: ${left.map(({ pid, program }) => `${program} (${pid})`).join(', ')}`);
    }
    // The extension host needs a moment for its own clean-up; after half of the limit there is no more of it.
    if (Date.now() > limit - END_LIMIT_MS / 2) {
      signal = 'SIGKILL';
      for (const { pid } of left) send(pid, signal);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** At once and without waiting, for when the own process is about to end. */
export function killGroup(leader: number | undefined): void {
  if (leader !== undefined) send(-leader, 'SIGKILL');
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Ended meanwhile.
  }
}
