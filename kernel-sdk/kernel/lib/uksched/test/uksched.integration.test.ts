import { expect, test } from 'vitest';
import { runGuest } from '../../../../src/testing';

const MACHINES = [
  ['qemu/x86_64', 'microvm'],
  ['qemu/x86_64', 'pc'],
  ['qemu/x86_64', 'q35'],
  ['qemu/arm64', 'virt'],
] as const;

test.each(
  MACHINES.flatMap(([target, machine]) =>
    ['Kraftfile', 'Kraftfile.preempt'].map((manifest) => [manifest, target, machine] as const),
  ),
)('threads count, sleep and time out (%s, %s, %s)', async (manifest, target, machine) => {
  const { output, end } = await runGuest(import.meta.dirname, { manifest, target, machine: { machine } });
  expect(output).toContain('counted to 4000');
  expect(output).toContain('slept long enough');
  expect(output).toContain('the semaphore timed out');
  expect(output).not.toContain('two threads hold the mutex');
  expect(end).toEqual({ kind: 'exited', code: 0 });
});

test.each(MACHINES)(
  'a thread that never waits is interrupted where preemption is on (%s, %s)',
  async (target, machine) => {
    const { output } = await runGuest(import.meta.dirname, {
      manifest: 'Kraftfile.preempt',
      target,
      machine: { machine },
    });
    expect(output).toContain('the spinner was interrupted');
  },
);
