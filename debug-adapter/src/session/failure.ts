/** Whatever went wrong, as the failure that a client is told. */
import { messageOf } from '@unikernel-tools/kernel-sdk/problem';
import { DebugError, gdbFailed, gdbRefused, notStopped } from '../errors';
import { GdbGone, GdbRefusal } from '../gdb';

export function toDebugError(error: unknown): DebugError {
  if (error instanceof DebugError) return error;
  if (error instanceof GdbRefusal) {
    return error.isOvertaken ? notStopped('That') : gdbRefused(error.message);
  }
  if (error instanceof GdbGone) return gdbFailed(error.message);
  return new DebugError(9000, messageOf(error));
}
