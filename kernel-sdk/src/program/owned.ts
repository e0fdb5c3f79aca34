/** Processes that end with this one, however it ends. */
import { existsSync } from 'node:fs';

export interface OwnedCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** util-linux's way to have the kernel signal a process when its parent is gone (prctl PR_SET_PDEATHSIG). */
const SETPRIV = '/usr/bin/setpriv';

/**
 * The command line that starts `program` so that a SIGKILL of this process ends it too, where the system
 * can do that; elsewhere the command as it is. The process id is the program's in either case.
 */
export function ownedCommand(program: string, args: readonly string[]): OwnedCommand {
  if (process.platform !== 'linux' || !existsSync(SETPRIV)) return { program, args };
  return { program: SETPRIV, args: ['--pdeathsig', 'KILL', '--', program, ...args] };
}

/** True when no process has this id; false also for one that belongs to somebody else. */
export function processIsGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
