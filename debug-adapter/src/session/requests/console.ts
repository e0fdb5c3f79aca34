/** Requests of our own for the guest's serial line. */
import { invalidArguments, noSerialLine } from '../../errors';
import type { Handlers, SessionContext } from '../context';

export const consoleRequests: Handlers = {
  /** Sends `data`, a text, to the guest as it is. */
  async 'unikernel/serialInput'(context, { data }: { data?: unknown }) {
    if (typeof data !== 'string') throw invalidArguments("'data' takes a text.");
    type(context, data);
    return {};
  },

  /** `characters` of the events `unikernel.serial` have been shown: as many more may come. */
  async 'unikernel/serialShown'(context, { characters }: { characters?: unknown }) {
    if (typeof characters !== 'number') throw invalidArguments("'characters' takes a number.");
    context.console?.acknowledge(characters);
    return {};
  },
};

export function type(context: SessionContext, text: string): void {
  if (context.console?.type(text) !== true) throw noSerialLine();
}
