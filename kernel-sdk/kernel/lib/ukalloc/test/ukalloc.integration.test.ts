import { expect, test } from 'vitest';
import { runGuest } from '../../../../src/testing';

const folder = import.meta.dirname;

test.each([
  ['Kraftfile', 'qemu/x86_64'],
  ['Kraftfile', 'qemu/arm64'],
  ['Kraftfile.checks', 'qemu/x86_64'],
])('keeps what was stored, and loses nothing (%s, %s)', async (manifest, target) => {
  const { output, end } = await runGuest(folder, { manifest, target });
  expect(output).toContain('random use: as the shadow\nafterwards: whole\ntoo much: 0x0\n');
  expect(end).toEqual({ kind: 'exited', code: 0 });
});

test.each([
  ['double-free', /Kernel panic: Double free: block of 100 bytes at 0x[0-9a-f]+/],
  ['overflow', /Kernel panic: Heap overflow, written beyond the end: block of 100 bytes at 0x[0-9a-f]+/],
  ['wild-free', /Kernel panic: Free of what was never allocated/],
])('a checked heap ends %s in a panic that says so', async (mistake, sentence) => {
  const { output, end } = await runGuest(folder, {
    manifest: 'Kraftfile.checks',
    machine: { args: [mistake] },
  });
  expect(output).toMatch(sentence);
  expect(output).toMatch(/Backtrace:[\s\S]*make_mistake/);
  expect(end).toEqual({ kind: 'panicked' });
});

test('an exhausted heap gives NULL', async () => {
  const { output, end } = await runGuest(folder, { machine: { args: ['exhaust'] } });
  expect(output).toMatch(/the heap is exhausted after 1[12]\d MiB/);
  expect(end).toEqual({ kind: 'exited', code: 0 });
});
