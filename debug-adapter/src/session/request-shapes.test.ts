import { describe, expect, it } from 'vitest';
import { checkedArguments } from './request-shapes';

describe('arguments of a request', () => {
  it.each([
    ['threads', 'text', "'threads' takes its arguments in an object."],
    ['threads', [], "'threads' takes its arguments in an object."],
    ['stackTrace', {}, "'stackTrace': 'threadId' takes a whole number."],
    ['stackTrace', { threadId: 1, levels: -1 }, "'stackTrace': 'levels' takes a whole number from 0 on."],
    [
      'readMemory',
      { memoryReference: '0x0', count: 1e300 },
      "'readMemory': 'count' takes a whole number from 0 on.",
    ],
    [
      'next',
      { threadId: 1, granularity: 'mile' },
      "'next': 'granularity' takes 'statement', 'line', 'instruction'.",
    ],
    [
      'setBreakpoints',
      { source: { path: '/a' }, breakpoints: [{ line: 1 }, { line: '2' }] },
      "'setBreakpoints': 'breakpoints[1].line' takes a whole number.",
    ],
    ['setBreakpoints', { source: 5 }, "'setBreakpoints': 'source' takes an object."],
  ])('%s %j are refused in a sentence', (command, args, sentence) => {
    expect(() => checkedArguments(command, args)).toThrow(sentence);
  });

  it('may be left out where none are needed, and null stands for what is left out', () => {
    expect(checkedArguments('threads', undefined)).toEqual({});
    expect(checkedArguments('disconnect', null)).toEqual({});
    const breakpoints = [{ line: 1, condition: null }];
    expect(checkedArguments('setBreakpoints', { source: { path: '/a', name: null }, breakpoints })).toEqual({
      source: { path: '/a' },
      breakpoints: [{ line: 1 }],
    });
  });

  it('of our own requests are theirs to look at', () => {
    expect(checkedArguments('unikernel/serialInput', { data: 5 })).toEqual({ data: 5 });
  });
});
