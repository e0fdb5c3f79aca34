/** Requests that look at a stop, while the machine is on its way from there to another one. */
import type { Handler, SessionContext } from './context';

/** What they get of a stop that is gone where nothing takes its place: editors show an error as if it were a value. */
const NOTHING: ReadonlyMap<string, object> = new Map<string, object>([
  ['scopes', { scopes: [] }],
  ['variables', { variables: [] }],
  ['stepInTargets', { targets: [] }],
]);

/** Those that mean the same at the next stop. */
const SAME: ReadonlySet<string> = new Set([
  ...['threads', 'stackTrace', 'evaluate', 'completions', 'readMemory', 'disassemble'],
  ...['unikernel/kernelThreads', 'unikernel/kernelLog', 'unikernel/trace', 'unikernel/heap'],
]);

/**
 * Answers such a request when the machine stands again, and every other one at once. One that the machine has gone away
 * from in the middle is answered like one that came later.
 */
export async function answer(
  command: string,
  handler: Handler,
  context: SessionContext,
  args: object,
): Promise<object | undefined> {
  if (!NOTHING.has(command) && !SAME.has(command)) return handler(context, args);
  const { ways } = context;
  if (ways.current === undefined) {
    try {
      return await handler(context, args);
    } catch (error) {
      if (ways.count === context.ways.count) throw error;
    }
  }
  await context.ways.current;
  const { frameId: _, ...rest } = args as { readonly frameId?: number };
  return NOTHING.get(command) ?? handler(context, rest);
}
