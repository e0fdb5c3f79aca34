import { describe, expect, it } from 'vitest';
import type { GdbFrame } from '../gdb';
import { panicFrames, presentFrame } from './presentation';

function frame(level: number, name: string, file?: string): GdbFrame {
  return { level, address: '0x1', function: name, ...(file === undefined ? {} : { file, line: 1 }) };
}

describe('panicFrames', () => {
  it('are those down to the exception frame', () => {
    const stack = [
      frame(0, 'uk_panic', '/k/panic.c'),
      frame(1, 'ukplat_trap', '/k/traps.c'),
      frame(2, '<signal handler called>'),
      frame(3, 'main', '/a/main.c'),
    ];
    expect(panicFrames(stack)).toBe(3);
  });

  it('are those of the panic’s own folder where there was no exception', () => {
    expect(
      panicFrames([
        frame(0, 'uk_panic', '/k/panic.c'),
        frame(1, 'uk_assert_failed', '/k/panic.c'),
        frame(2, 'main', '/a/main.c'),
      ]),
    ).toBe(2);
  });
});

it('a frame whose source is not on this machine is greyed, not broken', () => {
  expect(presentFrame(1, frame(0, 'f', '/nowhere/f.c'), { subtle: false }).source).toEqual({
    name: 'f.c',
    presentationHint: 'deemphasize',
  });
  expect(presentFrame(1, frame(0, 'f', __filename), { subtle: false }).source).toMatchObject({
    path: __filename,
  });
});

it('a frame without a function is called by its address, as short as it can be', () => {
  const { function: _, ...nameless } = frame(0, 'f');
  expect(presentFrame(1, { ...nameless, address: '0x000000000000fff0' }, { subtle: false }).name).toBe(
    '0xfff0',
  );
});
