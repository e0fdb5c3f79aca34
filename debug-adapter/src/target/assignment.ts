/** Assignments of what a user types to a place that an expression names. */
import { registersNotThere } from '../errors';
import { evaluate, type FrameContext, type GdbConnection, GdbRefusal } from '../gdb';
import { readings } from './shown-value';

const REGISTER = /^\$\w+$/;

/** Rejects with what GDB says of the text as it is. */
export async function assignText(
  gdb: GdbConnection,
  expression: string,
  value: string,
  at: FrameContext,
): Promise<void> {
  const refusals: GdbRefusal[] = [];
  // A register with flags takes a number of its own size alone.
  const sizes = REGISTER.test(expression) ? ['unsigned long', 'unsigned int'] : [];
  const tried = [...readings(value), ...sizes.map((size) => `(${size}) (${value})`)];
  for (const reading of tried) {
    try {
      await evaluate(gdb, `${expression} = ${reading}`, at);
      return;
    } catch (error) {
      if (!(error instanceof GdbRefusal)) throw error;
      refusals.push(error);
    }
  }
  throw refusals[0];
}

/** A thread that does not run has its registers in memory; GDB would write to the vCPU's. */
export function refuseForeignRegisters(expression: string, at: FrameContext): void {
  if (at.saved !== undefined && /\$[a-z]/i.test(expression)) throw registersNotThere();
}
