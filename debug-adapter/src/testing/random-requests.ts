/** For tests: requests as a client may send them, right ones and wrong ones, in any order. */
import fc from 'fast-check';

export interface RandomRequest {
  readonly command: string;
  readonly args: unknown;
}

/** Values that fit nowhere, or almost. */
const junk = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 0, 0.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e300, '', ' ', [], {}),
  fc.constantFrom(
    '0x',
    '0xffffffffffffffff',
    '0x1ffffffffffffffff',
    '\u0000',
    'ä😀',
    '\ud800',
    '"',
    '\\',
    '%s{x}',
  ),
  fc.constantFrom('a\nb', '-', '--all', '*0', "'", '(((', 'x'.repeat(10_000), '$pc', '__proto__', '@'),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.jsonValue({ maxDepth: 2 }),
);
/** References that are good at some time, were, or never were. */
const reference = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 30 }) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 0, 10_000, 2 ** 31, 2 ** 53 - 1, 1001, 2 ** 20) },
);
const thread = fc.oneof(
  { weight: 6, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 2, 99, 1000, 2 ** 31) },
);
const frame = fc.option(reference, { nil: undefined });
const size = fc.constantFrom(0, 1, 16, 4096, 100_000, 2 ** 31, 2 ** 53 - 1);
const offset = fc.option(fc.constantFrom(0, 1, -1, -4096, 2 ** 31, -(2 ** 53 - 1)), { nil: undefined });
const address = fc.constantFrom(
  '0x100000',
  '0x101000',
  '0x0',
  '0xffffffffffffffff',
  '0x10',
  '1048576',
  'main',
  '',
);
const expression = fc.constantFrom(
  ...['what', 'calls', 'shape', 'shape.corner', '&shape', '*shape', 'argv[0]', 'argc', 'argv[argc]@3'],
  ...[
    '1 + 1',
    '1 / 0',
    '$rip',
    '$rsp',
    '$cr3',
    '*(int *) 0',
    '*(char (*)[100000]) 0',
    'nothing',
    '(((',
    '"',
    '',
  ],
  ...['calls = 3', 'calls++', '$eax = 1', 'main', 'sizeof(int)', 'ä😀', '{int} 1', '1.5e400', '$_exitcode'],
);
const consoleLine = fc.constantFrom(
  ...[
    '>info registers rip',
    '>info breakpoints',
    '-exec print 1',
    '>',
    '>nonsense',
    '>print calls',
    '>x/4i $pc',
  ],
  ...[
    ':threads',
    ':log',
    ':log x',
    ':trace',
    ':heap',
    ':where main',
    ':where 0',
    ':nonsense',
    ':',
    ':help',
    '<a',
    '<',
  ],
);
const source = (sources: readonly string[]) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...sources).map((path) => ({ path })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom({}, { path: '' }, { path: '/none"\\.c' }, { sourceReference: 1 }),
    },
  );
const line = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constantFrom(0, -1, 2 ** 31, 2 ** 53 - 1));
const conditions = {
  condition: fc.option(fc.constantFrom('calls > 1000', '1', 'nothing', '(', ''), { nil: undefined }),
  hitCondition: fc.option(fc.constantFrom('3', '% 2', '>= 2', 'x', '99999999999999999999'), {
    nil: undefined,
  }),
};
const format = fc.option(fc.record({ hex: fc.boolean() }), { nil: undefined });
const granularity = fc.constantFrom(undefined, 'line', 'statement', 'instruction');
const name = fc.constantFrom('calls', 'total', 'shape', 'name', 'corner', '0', '1', 'rip', 'what', 'ä', '');
const few = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 4 });

/** @param sources Paths of the program's sources. */
function wellFormed(sources: readonly string[]): Readonly<Record<string, fc.Arbitrary<object>>> {
  const step = fc.record({ threadId: thread, granularity });
  const file = source(sources);
  return {
    configurationDone: fc.constant({}),
    cancel: fc.record({ requestId: fc.option(fc.integer({ min: 1, max: 80 }), { nil: undefined }) }),
    setBreakpoints: fc.record({
      source: file,
      breakpoints: few(
        fc.record({
          line,
          ...conditions,
          logMessage: fc.option(fc.constantFrom('{calls}', '{', '{nothing} %d', 'ä'), { nil: undefined }),
        }),
      ),
    }),
    setFunctionBreakpoints: fc.record({
      breakpoints: few(
        fc.record({ name: fc.constantFrom('walk', 'main', 'nobody', '', '*0', '-x'), ...conditions }),
      ),
    }),
    setInstructionBreakpoints: fc.record({
      breakpoints: few(fc.record({ instructionReference: address, offset, ...conditions })),
    }),
    setDataBreakpoints: fc.record({
      breakpoints: few(
        fc.record({
          dataId: fc.constantFrom(
            '{"address":"0x100000","bytes":4,"name":"x"}',
            '{"address":"0x0","bytes":1,"name":"none"}',
            '{"address":"(((","bytes":-1}',
            'null',
            '{}',
            '[',
            '',
          ),
          accessType: fc.constantFrom(undefined, 'read', 'write', 'readWrite'),
        }),
      ),
    }),
    dataBreakpointInfo: fc.record({
      name: fc.oneof(name, address),
      variablesReference: frame,
      asAddress: fc.boolean(),
      bytes: fc.option(size, { nil: undefined }),
    }),
    setExceptionBreakpoints: fc.record({
      filters: few(fc.constantFrom('page-fault', 'assert', 'panic', 'triple-fault', 'x"', '')),
    }),
    breakpointLocations: fc.record({ source: file, line, endLine: fc.option(line, { nil: undefined }) }),
    pause: fc.record({ threadId: thread }),
    continue: fc.record({ threadId: thread }),
    next: step,
    stepIn: fc.record({ threadId: thread, granularity, targetId: frame }),
    stepOut: step,
    stepInTargets: fc.record({ frameId: reference }),
    gotoTargets: fc.record({ source: file, line }),
    goto: fc.record({ threadId: thread, targetId: reference }),
    threads: fc.constant({}),
    stackTrace: fc.record({
      threadId: thread,
      startFrame: fc.constantFrom(undefined, 0, 1, 2 ** 40),
      levels: fc.constantFrom(undefined, 0, 1, 20, 2 ** 40),
    }),
    scopes: fc.record({ frameId: reference }),
    variables: fc.record({
      variablesReference: reference,
      start: fc.option(size, { nil: undefined }),
      count: fc.option(size, { nil: undefined }),
      format,
    }),
    setVariable: fc.record({ variablesReference: reference, name, value: expression, format }),
    setExpression: fc.record({ expression, value: expression, frameId: frame, format }),
    evaluate: fc.oneof(
      fc.record({
        expression,
        context: fc.constantFrom('watch', 'hover', 'repl', undefined),
        frameId: frame,
        format,
      }),
      fc.record({ expression: consoleLine, context: fc.constant('repl'), frameId: frame }),
    ),
    completions: fc.record({
      text: fc.oneof(expression, consoleLine),
      column: fc.constantFrom(0, 1, 3, 2 ** 40),
      line: fc.constantFrom(undefined, 0, 1, 2 ** 40),
      frameId: frame,
    }),
    modules: fc.record({
      startModule: fc.constantFrom(undefined, 0, 5, 2 ** 40),
      moduleCount: fc.constantFrom(undefined, 0, 3),
    }),
    loadedSources: fc.constant({}),
    exceptionInfo: fc.record({ threadId: thread }),
    readMemory: fc.record({ memoryReference: address, offset, count: size }),
    writeMemory: fc.record({
      memoryReference: address,
      offset,
      data: fc.constantFrom('', 'AA==', '%%%', 'AAAA'.repeat(100)),
      allowPartial: fc.boolean(),
    }),
    disassemble: fc.record({
      memoryReference: address,
      offset,
      instructionOffset: offset,
      instructionCount: size,
    }),
    'unikernel/serialInput': fc.record({ data: fc.constantFrom('a', '\u0003', 'ä😀') }),
    'unikernel/serialShown': fc.record({ characters: fc.constantFrom(0, -1, 10, 1e300) }),
    'unikernel/kernelThreads': fc.constant({}),
    'unikernel/kernelLog': fc.constant({}),
    'unikernel/trace': fc.constant({}),
    'unikernel/heap': fc.constant({}),
    'unikernel/explainAddress': fc.record({ address: fc.oneof(expression, address), frameId: frame }),
    'unikernel/saveSnapshot': fc.record({ name: fc.constantFrom('one', 'two', 'ä "\\', '') }),
    'unikernel/snapshots': fc.constant({}),
    'unikernel/goToSnapshot': fc.record({ name: fc.constantFrom('one', 'two', 'none') }),
    'unikernel/deleteSnapshot': fc.record({ name: fc.constantFrom('one', 'two', 'none') }),
    stepBack: step,
    reverseContinue: fc.record({ threadId: thread }),
    'unikernel/goToLastWrite': fc.record({ name, variablesReference: frame, frameId: frame }),
    // What this adapter says that it does not do, and what nobody has heard of.
    restartFrame: fc.record({ frameId: reference }),
    source: fc.record({ sourceReference: reference }),
    terminateThreads: fc.record({ threadIds: few(thread) }),
    nonsense: fc.constant({}),
    constructor: fc.constant({}),
    '': fc.constant({}),
  };
}

/** Where one field is missing, or is something else, or everything is. */
function damaged(args: object): fc.Arbitrary<unknown> {
  const names = Object.keys(args);
  if (names.length === 0) return junk;
  return fc.oneof(
    junk,
    fc.constantFrom(...names).map((field) => ({ ...args, [field]: undefined })),
    fc.tuple(fc.constantFrom(...names), junk).map(([field, value]) => ({ ...args, [field]: value })),
  );
}

/** Every request that the adapter serves but those that begin or end a session, and some that it does not serve. */
export function aRequest(sources: readonly string[]): fc.Arbitrary<RandomRequest> {
  const known = Object.entries(wellFormed(sources)).map(([command, args]) =>
    fc
      .oneof({ weight: 4, arbitrary: args }, { weight: 1, arbitrary: args.chain(damaged) })
      .map((chosen) => ({ command, args: chosen })),
  );
  return fc.oneof(...known);
}

/** Requests that begin and end a session, at the wrong time. */
export function aLifecycleRequest(launch: object): fc.Arbitrary<RandomRequest> {
  return fc.oneof(
    fc.constantFrom<RandomRequest>(
      { command: 'restart', args: {} },
      { command: 'restart', args: {} },
      { command: 'launch', args: launch },
      { command: 'attach', args: { connect: '127.0.0.1:1', program: '/none' } },
      { command: 'initialize', args: { adapterID: 'x' } },
      { command: 'initialize', args: undefined },
      { command: 'terminate', args: {} },
    ),
    fc
      .tuple(fc.constantFrom('launch', 'attach', 'initialize', 'restart', 'cancel'), junk)
      .map(([command, args]) => ({ command, args })),
  );
}
