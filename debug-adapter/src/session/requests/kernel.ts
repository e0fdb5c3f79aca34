/** Requests of our own about what the kernel's memory means; all but the log need a stopped guest. */
import { DebugError, invalidArguments, notThere } from '../../errors';
import { createVariable, deleteVariable, evaluateNumber, hex } from '../../gdb';
import type { Kernel } from '../../kernel/kernel';
import { type KernelMessage, onlyMessages, readMessages } from '../../kernel/messages';
import { neighbourLines, placeOf, summaryOf, walkLines } from '../../target/address-words';
import { type Awareness, stateOf } from '../../target/awareness';
import { isCompound } from '../../target/rendering';
import type { Handlers, SessionContext } from '../context';

export interface KernelLog {
  readonly messages: readonly KernelMessage[];
  /** Bytes of older ones that have given way. */
  readonly lost: number;
  /** The kernel's own ring, or what was seen on the serial line. */
  readonly source: 'ring' | 'serial';
}

export const kernelRequests: Handlers = {
  async 'unikernel/kernelThreads'(context) {
    const threads = await context.stopped().kernelThreads();
    const damage = context.target().awareness?.damage;
    return {
      ...(damage === undefined ? {} : { damage }),
      threads: [...threads].map(([id, thread]) => ({
        id,
        name: thread.name,
        state: thread.state,
        description: stateOf(thread),
        ...(thread.cpu === undefined ? {} : { cpu: thread.cpu }),
        ...(thread.stack === undefined
          ? {}
          : { stack: { start: hex(thread.stack.start), end: hex(thread.stack.end) } }),
      })),
    };
  },

  'unikernel/kernelLog': (context) => kernelLog(context),

  async 'unikernel/trace'(context) {
    return traceOf(context);
  },

  async 'unikernel/heap'(context) {
    const summary = await (await awarenessOf(context).heap())?.summary();
    if (summary === undefined) throw missing(context, 'heap');
    return { ...summary };
  },

  /** Of `address`, an expression that a frame may give its meaning. */
  async 'unikernel/explainAddress'(context, args: { address?: unknown; frameId?: unknown }) {
    if (typeof args.address !== 'string' || args.address.trim() === '') {
      throw invalidArguments("'address' takes an expression, such as '0x1000' or '&variable'.");
    }
    return explain(context, args.address, typeof args.frameId === 'number' ? args.frameId : undefined);
  },
};

export async function explain(context: SessionContext, expression: string, frameId: number | undefined) {
  const stopped = context.stopped();
  const address = await addressOf(context, expression, frameId);
  const facts = await awarenessOf(context).factsOf(address, (await stopped.kernelThreads()).values());
  const place = placeOf(facts);
  const { page, note, steps = [] } = facts.translation ?? {};
  return {
    address: hex(address),
    summary: summaryOf(facts),
    ...(place === undefined ? {} : { place }),
    neighbours: neighbourLines(facts),
    walk: walkLines(steps),
    ...(note === undefined ? {} : { note }),
    ...(page === undefined ? {} : { page: { ...page, physical: hex(page.physical) } }),
    ...(facts.library === undefined ? {} : { library: facts.library }),
    ...(facts.line === undefined ? {} : { line: facts.line }),
  };
}

export async function kernelLog(context: SessionContext): Promise<KernelLog> {
  const { run } = context;
  const target = run?.target;
  const ring = target?.isStopped ? await (await target.awareness?.log())?.read() : undefined;
  if (ring !== undefined) return { ...ring, source: 'ring' };
  return { messages: onlyMessages(readMessages(run?.tail.text ?? '')), lost: 0, source: 'serial' };
}

export async function traceOf(context: SessionContext) {
  const reader = await awarenessOf(context).trace();
  if (reader === undefined) throw missing(context, 'trace');
  const { events, lost } = await reader.read((await context.stopped().kernelThreads()).values());
  return {
    events: events.map((event) => ({ ...event, arguments: event.arguments.map(String) })),
    lost,
  };
}

export function awarenessOf(context: SessionContext): Awareness {
  context.stopped();
  const awareness = context.target().awareness;
  if (awareness === undefined)
    throw new DebugError(2010, 'The image’s kernel is not one that is known here.');
  return awareness;
}

/** The sentence for what this image does not have, with how it gets it. */
export function missing(context: SessionContext, what: keyof Kernel['hints']): DebugError {
  return notThere(what, awarenessOf(context).kernel.hints[what]);
}

/** A structure means the place where it is. */
async function addressOf(
  context: SessionContext,
  expression: string,
  frameId: number | undefined,
): Promise<bigint> {
  const at = context.stopped().context(frameId);
  const { gdb } = context.target();
  const object = await createVariable(gdb, expression, at);
  await deleteVariable(gdb, object.handle);
  const meant = isCompound(object.value) ? `&(${expression})` : `(${expression})`;
  return evaluateNumber(gdb, meant, at);
}
