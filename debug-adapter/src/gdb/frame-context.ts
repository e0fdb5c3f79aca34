/**
 * Which frame a command is about. GDB knows frames of vCPUs alone; for a thread of the guest's kernel that
 * does not run, a vCPU lends its registers: they get what the thread has saved, GDB unwinds from there and
 * reads variables, and the vCPU gets its own back before anything else is asked.
 */
import type { GdbConnection } from './connection';
import type { MiTuple } from './mi-value';

/** What a thread that does not run goes on with: registers by GDB's names, `pc` and `sp` among them. */
export type SavedRegisters = readonly (readonly [name: string, value: bigint])[];

export interface ThreadContext {
  /** GDB's id of a vCPU. */
  readonly thread: number;
  /** Of a kernel thread that does not run; absent for the vCPU's own frames. */
  readonly saved?: SavedRegisters;
}

/** A thread and one of its frames: what an expression is evaluated in. */
export interface FrameContext extends ThreadContext {
  readonly level: number;
}

/** Executes a command that is about a frame; `command` is given MI's options that name it. */
export function executeAt(
  gdb: GdbConnection,
  at: FrameContext,
  command: (where: string) => string,
): Promise<MiTuple> {
  return lending(gdb, at, () => gdb.execute(command(`--thread ${at.thread} --frame ${at.level}`)));
}

/** Executes a command that is about a thread's whole stack. */
export function executeOn(
  gdb: GdbConnection,
  on: ThreadContext,
  command: (where: string) => string,
): Promise<MiTuple> {
  return lending(gdb, on, () => gdb.execute(command(`--thread ${on.thread}`)));
}

/** The three go out together: GDB works them off in order, with nothing of anybody else's between. */
async function lending(
  gdb: GdbConnection,
  { thread, saved }: ThreadContext,
  work: () => Promise<MiTuple>,
): Promise<MiTuple> {
  if (saved === undefined) return work();
  const keep = saved.map(([name]) => `$unikernel_${name} = $${name}`);
  const lend = saved.map(([name, value]) => `$${name} = 0x${value.toString(16)}`);
  const giveBack = saved.map(([name]) => `$${name} = $unikernel_${name}`);
  const onCpu = (expressions: readonly string[]) =>
    gdb.execute(`-data-evaluate-expression --thread ${thread} --frame 0 "${expressions.join(', ')}"`);
  // An expression that calls a function would let the guest run on registers that are not its own.
  const calls = (allowed: 'on' | 'off') => gdb.execute(`-gdb-set may-call-functions ${allowed}`);
  const [barred, lent, done, back, allowed] = await Promise.allSettled([
    calls('off'),
    onCpu([...keep, ...lend]),
    work(),
    onCpu(giveBack),
    calls('on'),
  ]);
  for (const step of [barred, lent, back, allowed]) if (step.status === 'rejected') throw step.reason;
  if (done.status === 'rejected') throw done.reason;
  return done.value;
}
