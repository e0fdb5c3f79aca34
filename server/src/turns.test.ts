import { expect, it } from 'vitest';
import { TurnMeter } from './turns';

/** Keeps this thread at work, whatever others of the machine do. */
function work(ms: number): void {
  const { user } = process.cpuUsage();
  while (process.cpuUsage().user - user < ms * 1000) Math.hypot(1, 2);
}

it('counts a turn that works, and not one that has to wait', () => {
  const meter = new TurnMeter();
  meter.longest();
  work(100);
  // A system's clock of work may be some ticks behind.
  expect(meter.longest()).toBeGreaterThan(50);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  expect(meter.longest()).toBeLessThan(50);
});
