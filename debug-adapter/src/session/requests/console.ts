/** Requests of our own for the guest's serial line. */
import { invalidArguments, noSession } from '../../errors';
import type { Handlers } from '../context';

export const consoleRequests: Handlers = {
  /** Sends `data`, a text, to the guest as it is. */
  async 'unikernel/serialInput'(context, { data }: { data?: unknown }) {
    const serial = context.run?.machine.serial;
    if (serial === undefined || serial.destroyed) throw noSession();
    if (typeof data !== 'string') throw invalidArguments("'data' takes a text.");
    serial.write(data);
    return {};
  },
};
