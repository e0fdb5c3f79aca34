/** MI commands that let the guest run. Each resolves when GDB has set it going; the stop is an event. */
import type { GdbConnection } from './connection';

export async function resume(gdb: GdbConnection): Promise<void> {
  await gdb.execute('-exec-continue --all');
}

/** A `*stopped` with SIGINT follows. */
export async function interrupt(gdb: GdbConnection): Promise<void> {
  await gdb.execute('-exec-interrupt --all');
}

export type Step = 'next' | 'step' | 'finish' | 'next-instruction' | 'step-instruction';

/** Steps `thread` (a GDB thread id: a vCPU); the others run meanwhile. */
export async function step(gdb: GdbConnection, kind: Step, thread: number): Promise<void> {
  await gdb.execute(`-exec-${kind} --thread ${thread}${kind === 'finish' ? ' --frame 0' : ''}`);
}
