import { expect, test } from 'vitest';
import { runGuest } from '../../../../src/testing';

const run = (manifest: string, name: string, target = 'qemu/x86_64') =>
  runGuest(import.meta.dirname, { manifest, target, machine: { args: [name], memory: '16M' } });

const VARIANTS = [
  ['Kraftfile', 'qemu/x86_64'],
  ['Kraftfile.checks', 'qemu/x86_64'],
  ['Kraftfile', 'qemu/arm64'],
] as const;

test.each(VARIANTS)('random use leaves the heap as it was (%s, %s)', async (manifest, target) => {
  const { output, end } = await run(manifest, 'random', target);
  expect(output).toContain(
    'all blocks are counted\nwhat is used is counted\nthe peak stays\nnothing is left\nthe heap is one piece again\n',
  );
  expect(end).toEqual({ kind: 'exited', code: 0 });
});

test.each(VARIANTS)('what cannot be had is refused (%s, %s)', async (manifest, target) => {
  const { output, end } = await run(manifest, 'refuse', target);
  expect(output).toContain(
    [
      'more than there is: 0x0',
      'everything: 0x0',
      'too aligned: 0x0',
      'a product that overflows: 0x0',
      'growing for ever: 0x0, and the old block is kept\n',
    ].join('\n'),
  );
  expect(end).toEqual({ kind: 'exited', code: 0 });
});

test.each(VARIANTS)('a block that shrinks gives memory back (%s, %s)', async (manifest, target) => {
  const { output } = await run(manifest, 'shrink', target);
  expect(output).toContain('a shrunk block gives memory back\nwhat it held is kept\n');
});

test.each(VARIANTS)('an exhausted heap gives NULL (%s, %s)', async (manifest, target) => {
  const { output, end } = await run(manifest, 'exhaust', target);
  expect(output).toMatch(/the heap is exhausted after 1\d MiB/);
  expect(end).toEqual({ kind: 'exited', code: 0 });
});

test.each([
  ['double-free', 'Double free: block of 24 bytes at'],
  ['overflow', 'Heap overflow, written beyond the end: block of 24 bytes at'],
  ['overflow-then-grow', 'Heap overflow, written beyond the end: block of 24 bytes at'],
  ['wild-free', 'Free of what was never allocated, or written before its start: block at'],
])('a checked heap ends %s in a panic that names the block', async (fault, sentence) => {
  const { output, end } = await run('Kraftfile.checks', fault);
  const block = /^block (0x[0-9a-f]+)$/m.exec(output)?.[1];
  expect(output).toContain(`Kernel panic: ${sentence} ${block}\n`);
  expect(output).toMatch(new RegExp(`Backtrace:[^]* ${fault.replaceAll('-', '_')}\\+0x`));
  expect(end).toEqual({ kind: 'panicked' });
});
