import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Guest } from '../../../../src/testing';

const RING_SIZE = 64;

/** What a debugger shows for expressions, while the guest is stopped. */
async function evaluate(guest: Guest, expressions: readonly string[]): Promise<string[]> {
  const { gdb } = guest.machine;
  const symbols = join(import.meta.dirname, '.unikernel/build/uktrace-test_qemu-x86_64.dbg');
  const remote = gdb.transport === 'unix' ? gdb.path : `127.0.0.1:${gdb.port}`;
  const commands = [`target remote ${remote}`, ...expressions.map((text) => `print ${text}`)];
  const args = ['-batch', '-nx', symbols, ...commands.flatMap((text) => ['-ex', text])];
  const { stdout } = await promisify(execFile)('gdb', args);
  return [...stdout.matchAll(/^\$\d+ = (.*)$/gm)].map(([, value]) => value ?? '');
}

test('the ring holds the last events, which a debugger reads by symbol', async () => {
  const guest = await Guest.boot(import.meta.dirname);
  try {
    await guest.sees(/traced/);
    const [count, name, thread] = await evaluate(guest, [
      'uk_trace_count',
      'early_event.name',
      'early_event.thread',
    ]);
    expect(Number(count)).toBeGreaterThan(100);
    expect(name).toMatch(/"early"$/);
    expect(thread).toBe('0');
    const events = Array.from({ length: RING_SIZE }, (_, i) => `uk_trace_ring[${i}].arguments`);
    const arguments_ = await evaluate(guest, events);
    for (let i = 100 - RING_SIZE / 2; i < 100; i++) expect(arguments_).toContain(`{${i}, ${i * i}}`);
    expect(arguments_).not.toContain('{1, 1}');
    const at = arguments_.indexOf('{99, 9801}');
    const [last, time, before, main] = await evaluate(guest, [
      `uk_trace_ring[${at}].name`,
      `uk_trace_ring[${at}].time > uk_trace_ring[${(at + RING_SIZE - 1) % RING_SIZE}].time`,
      `uk_trace_ring[${at}].time > 0`,
      `uk_trace_ring[${at}].thread`,
    ]);
    expect(last).toMatch(/"step"$/);
    expect([time, before]).toEqual(['1', '1']);
    expect(Number(main)).toBeGreaterThan(0);
  } finally {
    await guest.dispose();
  }
});

test('threads that begin, switch and end are traced', async () => {
  const guest = await Guest.boot(import.meta.dirname);
  try {
    const [, names] = await guest.sees(/traced: (.*)\n/);
    expect(names?.split(' ')).toEqual(expect.arrayContaining(['thread', 'switch', 'work', 'exit']));
  } finally {
    await guest.dispose();
  }
});
