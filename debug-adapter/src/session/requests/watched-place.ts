/** Which bytes of memory a client means by a variable, an expression or an address. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { WatchedPlace } from '../../target/wanted-breakpoint';
import { watchable, watchableRange } from '../../target/watchable';
import type { SessionContext } from '../context';
import { addressOf } from '../memory-views';

/** The place, or the sentence why it cannot be watched. */
export async function placeToWatch(
  context: SessionContext,
  args: DebugProtocol.DataBreakpointInfoArguments,
): Promise<WatchedPlace | { readonly refusal: string }> {
  if (args.asAddress) {
    const address = `0x${addressOf(args.name).toString(16)}`;
    return watchableRange({ address, bytes: args.bytes || 1, name: address });
  }
  const stopped = context.stopped();
  if (args.variablesReference === undefined) {
    return watchable(context.target(), args.name, stopped.context(args.frameId));
  }
  const { variable, at } = await stopped.variables.child(args.variablesReference, args.name);
  if (variable.expression === undefined)
    return { refusal: `'${args.name}' has no place in memory to watch.` };
  return watchable(context.target(), variable.expression, at);
}
