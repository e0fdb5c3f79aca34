import { expect, test } from 'vitest';
import { runGuest } from '../../../../src/testing/guest';

test.each(['Kraftfile', 'Kraftfile.preempt'])('threads count, sleep and time out (%s)', async (manifest) => {
  const { output, end } = await runGuest(import.meta.dirname, { manifest });
  expect(output).toContain('counted to 4000');
  expect(output).toContain('slept long enough');
  expect(output).toContain('the semaphore timed out');
  expect(output).not.toContain('two threads hold the mutex');
  expect(end).toEqual({ kind: 'exited', code: 0 });
});

test('a thread that never waits is interrupted where preemption is on', async () => {
  const { output } = await runGuest(import.meta.dirname, { manifest: 'Kraftfile.preempt' });
  expect(output).toContain('the spinner was interrupted');
});
