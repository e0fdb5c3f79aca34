/** MI commands that let the guest run. Each resolves when GDB has set it going; the stop is an event. */
import type { GdbConnection } from './connection';

export async function resume(gdb: GdbConnection): Promise<void> {
  await gdb.execute('-exec-continue --all');
}

/** The same of one vCPU. */
export async function resumeThread(gdb: GdbConnection, thread: number): Promise<void> {
  await gdb.execute(`-exec-continue --thread ${thread}`);
}

/** To the last breakpoint that was passed, where the stub can go back. */
export async function resumeBack(gdb: GdbConnection): Promise<void> {
  await gdb.execute('-exec-continue --reverse');
}

/** To the instruction before, where the stub can go back. */
export async function stepBack(gdb: GdbConnection, thread: number): Promise<void> {
  await gdb.execute(`-exec-step-instruction --reverse --thread ${thread}`);
}

/** Whether the other vCPUs stand still while one goes on or is stepped. */
export async function holdOthers(gdb: GdbConnection, hold: boolean): Promise<void> {
  // GDB's own choice otherwise: they run.
  await gdb.execute(`-gdb-set scheduler-locking ${hold ? 'on' : 'replay'}`);
}

/** A `*stopped` with SIGINT follows. */
export async function interrupt(gdb: GdbConnection): Promise<void> {
  await gdb.execute('-exec-interrupt --all');
}

export type Step = 'next' | 'step' | 'finish' | 'next-instruction' | 'step-instruction';

/** Steps `thread` (a GDB thread id: a vCPU); the others run meanwhile. @param level Of the frame that `finish` ends. */
export async function step(gdb: GdbConnection, kind: Step, thread: number, level = 0): Promise<void> {
  await gdb.execute(`-exec-${kind} --thread ${thread}${kind === 'finish' ? ` --frame ${level}` : ''}`);
}
