/** GDB's process, as every session starts it. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { ownedCommand } from '@unikernel-tools/kernel-sdk/program';
import { gdbArguments, gdbEnvironment } from './settings';

export interface GdbProcess {
  /** Absolute path. */
  readonly program: string;
  readonly child: ChildProcessWithoutNullStreams;
}

/** Starts `program` (an absolute path). Whoever gets it listens before the event loop's next turn. */
export function startGdb(program: string): GdbProcess {
  const command = ownedCommand(program, gdbArguments());
  const child = spawn(command.program, command.args, { env: gdbEnvironment(), windowsHide: true });
  return { program, child };
}
