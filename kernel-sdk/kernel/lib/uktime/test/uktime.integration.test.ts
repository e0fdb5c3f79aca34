import { expect, test } from 'vitest';
import { runGuest } from '../../../../src/testing';

test.each([
  ['qemu/x86_64', 'microvm'],
  ['qemu/x86_64', 'pc'],
  ['qemu/x86_64', 'q35'],
  ['qemu/arm64', 'virt'],
] as const)('clocks go on, and timers fire in their order (%s, %s)', async (target, machine) => {
  const before = performance.now();
  const { output, end } = await runGuest(import.meta.dirname, { target, machine: { machine } });
  expect(output).toContain('the clock goes on\n');
  // The machine's clock counts whole seconds.
  const today = Number(/today is second (\d+)/.exec(output)?.[1]);
  expect(Math.abs(today - Date.now() / 1000)).toBeLessThan(5);
  expect(Number(/since boot (\d+) ms/.exec(output)?.[1])).toBeLessThan(performance.now() - before);
  expect(output).toContain('fired: ebca\n');
  expect(output).toContain('repeated for 10 ms\ndone\nnever has not come\n');
  expect(end).toEqual({ kind: 'exited', code: 0 });
});
