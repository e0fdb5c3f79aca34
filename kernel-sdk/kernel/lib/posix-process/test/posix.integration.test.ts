import { describe, expect, test } from 'vitest';
import { runGuest } from '../../../../src/testing';

const folder = import.meta.dirname;
const LIMIT_MS = 400_000;
const MORE = `once: 1
own values that were destroyed: 4
barrier: 1 of 4 came last
semaphore: 0, then Operation timed out
readers: 2 at once, and a writer alone
condition: Operation timed out, 50 ms later
locked by another: Resource busy, then Operation timed out
waiting for ever: still
sleeping for ever: still
polling for ever: still
a time that is none: Invalid argument
a clock that is none: Invalid argument
in the past: 0
handled: 10 with 10
ignored: 0
no such signal: Invalid argument
all of memory: Out of memory
nothing: Invalid argument
executable: Permission denied
read-only, then written: x
threads until memory is short: Resource temporarily unavailable
threads afterwards: 0
`;

describe.each(['qemu/x86_64', 'qemu/arm64'])('on %s', (target) => {
  test(
    'a POSIX program finds threads, errno, time, environment and memory as it expects them',
    async () => {
      const { output, end } = await runGuest(folder, {
        target,
        machine: { env: [{ name: 'COLOUR', value: 'dark blue' }] },
      });
      expect(output).toContain('threads: 200 turns, 5100 and 6101, errno 7, own 5\n');
      // The last one that was joined may still be there.
      expect(output).toMatch(/joined: \d{1,3} bytes more\ndetached: \d{1,3} bytes more\n/);
      expect(output).toContain('sorted: 1 3 5 9\njumped back\nmath: 0.841471 2500.000 1.41421\n');
      expect(output).toContain('date: 1970-01-02\nenvironment: dark blue\n');
      expect(output).toContain('fork: -1, Function not implemented\n');
      expect(output.match(/is supplied by no library of this image/g)).toHaveLength(1);
      expect(output).toContain('mmap: zeroed, 0\nmalloc: NULL, Out of memory\n');
      expect(output.endsWith('goodbye\n')).toBe(true);
      expect(end).toEqual({ kind: 'exited', code: 42 });
    },
    LIMIT_MS,
  );

  test(
    'threads wait for each other in every way, time has no end, and memory runs out in order',
    async () => {
      const { output, end } = await runGuest(folder, { target, machine: { args: ['more'] } });
      expect(output.slice(output.indexOf('once:'))).toBe(MORE);
      expect(end).toEqual({ kind: 'exited', code: 127 });
    },
    LIMIT_MS,
  );

  test.each([
    ['abort', /Kernel panic: The application called abort\(\)/],
    ['wild-pointer', /Kernel panic: Page fault: write to 0x123456789000 /],
    ['null-call', /Kernel panic: Page fault: instruction fetch from 0x0 [\s\S]*Backtrace:\n.*\n.* main\+/],
    ['terminate', /Kernel panic: The application was ended by signal 15/],
    ['kernel-thread', /Kernel panic: Stack overflow in thread 'miner' at 0x/],
    ['crash', /Kernel panic: (Assertion failed|Page fault)/],
    ['overflow', /Kernel panic: Stack overflow in thread '(greedy|pthread)' at 0x/],
  ])('%s ends in a panic that says so', async (argument, sentence) => {
    const { output, end } = await runGuest(folder, { target, machine: { args: [argument] } });
    expect(output).toMatch(sentence);
    expect(end).toEqual({ kind: 'panicked' });
  });
});

test.each(['qemu/x86_64', 'qemu/arm64'])(
  'threads that are interrupted behave the same, on a checked heap (%s)',
  async (target) => {
    const options = { target, manifest: 'Kraftfile.preempt' };
    for (let i = 0; i < 2; i++) {
      const { output, end } = await runGuest(folder, options);
      expect(output).toContain('threads: 200 turns, 5100 and 6101, errno 7, own 5\n');
      expect(end, output).toEqual({ kind: 'exited', code: 42 });
    }
    const more = await runGuest(folder, { ...options, machine: { args: ['more'] } });
    expect(more.output.slice(more.output.indexOf('once:'))).toBe(MORE);
  },
  LIMIT_MS,
);
