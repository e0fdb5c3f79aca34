/** Requests about breakpoints of every kind. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { invalidRequest } from '../../errors';
import { EXCEPTION_KINDS } from '../../kernel/exceptions';
import type { BreakpointGroup } from '../../target/breakpoints';
import { codeLines } from '../../target/code-places';
import type { WantedBreakpoint, WatchedPlace } from '../../target/wanted-breakpoint';
import type { Handlers, SessionContext } from '../context';
import { addressOf } from '../memory-views';
import { presentBreakpoint } from '../presentation';
import { placeToWatch } from './watched-place';

export const breakpointRequests: Handlers = {
  setBreakpoints(context, args: DebugProtocol.SetBreakpointsArguments) {
    const file = args.source.path;
    if (file === undefined) return Promise.resolve({ breakpoints: [] });
    const wanted = (args.breakpoints ?? []).map(({ line, logMessage, ...rest }) => ({
      kind: 'line' as const,
      file,
      line: context.line(line),
      ...(logMessage ? { logMessage } : {}),
      ...conditions(rest),
    }));
    return set(context, `file:${file}`, wanted);
  },

  setFunctionBreakpoints(context, args: DebugProtocol.SetFunctionBreakpointsArguments) {
    const wanted = args.breakpoints.map(({ name, ...rest }) => ({
      kind: 'function' as const,
      name,
      ...conditions(rest),
    }));
    return set(context, 'functions', wanted);
  },

  setInstructionBreakpoints(context, args: DebugProtocol.SetInstructionBreakpointsArguments) {
    const wanted = args.breakpoints.map(({ instructionReference, offset, ...rest }) => ({
      kind: 'instruction' as const,
      address: `0x${(addressOf(instructionReference) + BigInt(offset ?? 0)).toString(16)}`,
      ...conditions(rest),
    }));
    return set(context, 'instructions', wanted);
  },

  setDataBreakpoints(context, args: DebugProtocol.SetDataBreakpointsArguments) {
    const wanted = args.breakpoints.map(({ dataId, accessType, ...rest }) => ({
      kind: 'data' as const,
      place: watchedPlace(dataId),
      access: accessType ?? ('write' as const),
      ...conditions(rest),
    }));
    return set(context, 'data', wanted);
  },

  async dataBreakpointInfo(context, args: DebugProtocol.DataBreakpointInfoArguments) {
    const found = await placeToWatch(context, args);
    if ('refusal' in found) return { dataId: null, description: found.refusal };
    return {
      dataId: JSON.stringify(found),
      description: `${found.name} (${found.bytes} bytes at ${found.address})`,
      accessTypes: ['read', 'write', 'readWrite'],
      canPersist: false,
    };
  },

  async setExceptionBreakpoints(context, args: DebugProtocol.SetExceptionBreakpointsArguments) {
    const chosen = [...args.filters, ...(args.filterOptions ?? []).map(({ filterId }) => filterId)];
    await context.stopForPanics(new Set(chosen));
    return {
      breakpoints: chosen.map((id) => ({ verified: EXCEPTION_KINDS.some((kind) => kind.id === id) })),
    };
  },

  async breakpointLocations(context, args: DebugProtocol.BreakpointLocationsArguments) {
    const { path } = args.source;
    // Before the image is built nobody knows its lines.
    if (path === undefined || context.run?.target === undefined) return { breakpoints: [] };
    const first = context.line(args.line);
    const last = args.endLine === undefined ? first : context.line(args.endLine);
    const lines = await codeLines(context.run.target, path, first, last);
    return { breakpoints: lines.map(({ line }) => ({ line })) };
  },
};

async function set(context: SessionContext, group: BreakpointGroup, wanted: readonly WantedBreakpoint[]) {
  const placed = await context.breakpoints.set(group, wanted);
  return { breakpoints: placed.map(presentBreakpoint) };
}

/** What `dataBreakpointInfo` gave. Throws a DebugError for another text. */
function watchedPlace(dataId: string): WatchedPlace {
  try {
    const { address, bytes, name, typed, frame }: Record<string, unknown> = JSON.parse(dataId);
    if (isAddress(address) && Number.isInteger(bytes) && Number(bytes) > 0 && typeof name === 'string') {
      return {
        ...{ address, bytes: Number(bytes), name },
        ...(typeof typed === 'string' ? { typed } : {}),
        ...(isFrame(frame) ? { frame } : {}),
      };
    }
  } catch {
    // No JSON, or null.
  }
  throw invalidRequest("'setDataBreakpoints': 'dataId' takes what 'dataBreakpointInfo' gave.");
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && /^0x[0-9a-f]+$/.test(value);
}

function isFrame(value: unknown): value is { readonly returns: string; readonly stack: string } {
  const { returns, stack }: { returns?: unknown; stack?: unknown } = value ?? {};
  return isAddress(returns) && isAddress(stack);
}

/** Editors send empty texts for what was left out. */
function conditions(from: { condition?: string; hitCondition?: string }) {
  return {
    ...(from.condition ? { condition: from.condition } : {}),
    ...(from.hitCondition ? { hitCondition: from.hitCondition } : {}),
  };
}
