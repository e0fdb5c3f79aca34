/** What the arguments of each request are, so that a handler meets no type that it was not made for. */
import { invalidRequest, notServed } from '../errors';
import {
  count,
  type Fields,
  flag,
  list,
  misfit,
  object,
  oneOf,
  optional,
  type Shape,
  text,
  whole,
  withoutNulls,
} from './shapes';

const source = object({ path: optional(text) });
const format = optional(object({ hex: optional(flag) }));
const frameFormat = optional(
  object({
    parameters: optional(flag),
    parameterTypes: optional(flag),
    parameterNames: optional(flag),
    parameterValues: optional(flag),
    line: optional(flag),
    module: optional(flag),
  }),
);
const thread = { threadId: whole };
const step = { ...thread, granularity: optional(oneOf('statement', 'line', 'instruction')) };
const frame = { frameId: optional(whole) };
const conditions = { condition: optional(text), hitCondition: optional(text) };
const memory = { memoryReference: text, offset: optional(whole) };

const place = {
  name: text,
  variablesReference: optional(whole),
  bytes: optional(count),
  asAddress: optional(flag),
  ...frame,
};

/** Requests that are not here look at their arguments themselves. */
const FIELDS: readonly (readonly [command: string, fields: Fields])[] = [
  [
    'initialize',
    { pathFormat: optional(oneOf('path')), linesStartAt1: optional(flag), columnsStartAt1: optional(flag) },
  ],
  ['configurationDone', {}],
  ['restart', {}],
  ['terminate', {}],
  ['disconnect', { terminateDebuggee: optional(flag), suspendDebuggee: optional(flag) }],
  ['cancel', { requestId: optional(whole), progressId: optional(text) }],
  [
    'setBreakpoints',
    {
      source,
      breakpoints: optional(list(object({ line: whole, logMessage: optional(text), ...conditions }))),
    },
  ],
  ['setFunctionBreakpoints', { breakpoints: list(object({ name: text, ...conditions })) }],
  [
    'setInstructionBreakpoints',
    { breakpoints: list(object({ instructionReference: text, offset: optional(whole), ...conditions })) },
  ],
  [
    'setDataBreakpoints',
    {
      breakpoints: list(
        object({ dataId: text, accessType: optional(oneOf('read', 'write', 'readWrite')), ...conditions }),
      ),
    },
  ],
  ['dataBreakpointInfo', place],
  ['unikernel/goToLastWrite', place],
  [
    'setExceptionBreakpoints',
    { filters: list(text), filterOptions: optional(list(object({ filterId: text }))) },
  ],
  ['breakpointLocations', { source, line: whole, endLine: optional(whole) }],
  ['pause', {}],
  ['continue', {}],
  ['next', step],
  ['stepIn', { ...step, targetId: optional(whole) }],
  ['stepOut', step],
  ['stepBack', step],
  ['reverseContinue', {}],
  ['stepInTargets', { frameId: whole }],
  ['gotoTargets', { source, line: whole }],
  ['goto', { ...thread, targetId: whole }],
  ['threads', {}],
  ['stackTrace', { ...thread, startFrame: optional(count), levels: optional(count), format: frameFormat }],
  ['scopes', { frameId: whole }],
  [
    'variables',
    {
      variablesReference: whole,
      filter: optional(oneOf('indexed', 'named')),
      start: optional(count),
      count: optional(count),
      format,
    },
  ],
  ['setVariable', { variablesReference: whole, name: text, value: text, format }],
  ['setExpression', { expression: text, value: text, format, ...frame }],
  ['evaluate', { expression: text, context: optional(text), format, ...frame }],
  ['completions', { text, column: count, line: optional(whole), ...frame }],
  ['modules', { startModule: optional(count), moduleCount: optional(count) }],
  ['loadedSources', {}],
  ['exceptionInfo', {}],
  ['readMemory', { ...memory, count }],
  ['writeMemory', { ...memory, data: text, allowPartial: optional(flag) }],
  [
    'disassemble',
    {
      ...memory,
      instructionCount: count,
      instructionOffset: optional(whole),
      resolveSymbols: optional(flag),
    },
  ],
];
const SHAPES: ReadonlyMap<string, Shape> = new Map(
  FIELDS.map(([command, fields]) => [command, object(fields)]),
);
const ANY_OBJECT = object({});

/**
 * The arguments of a request as its handler may take them: without nulls, which some clients send for what they leave
 * out. Throws a DebugError that names what does not fit.
 */
export function checkedArguments(command: string, args: unknown): object {
  const present = args ?? {};
  const shape = SHAPES.get(command) ?? ANY_OBJECT;
  const wrong = misfit(present, shape, '');
  if (wrong !== undefined) {
    const { place, takes } = wrong;
    throw invalidRequest(
      place === ''
        ? `'${command}' takes its arguments in an object.`
        : `'${command}': '${place}' takes ${takes}.`,
    );
  }
  return withoutNulls(present, shape) as object;
}

/** Throws a DebugError for a request that nobody here answers. */
export function requireServed(command: unknown, served: boolean): void {
  if (!served) throw notServed(command);
}
