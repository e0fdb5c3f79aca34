import { describe, expect, test } from 'vitest';
import { runGuest } from '../../../../src/testing';

const folder = import.meta.dirname;

describe.each(['qemu/x86_64', 'qemu/arm64'])('on %s', (target) => {
  test('code is executed, constants are read, data is written, and guards do nothing', async () => {
    const { output, end } = await runGuest(folder, { target });
    expect(output).toContain('code 5, constant 1, data 3, null 0, stack 3, guard 0\ngiven back 3\n');
    expect(output).toContain('beside 3, changed 1, beside 3\nstill a, now c\nmany stacks: 0 bytes more\n');
    expect(end).toEqual({ kind: 'exited', code: 0 });
  });

  test.each([
    ['null-read', /Page fault: read from 0x0 \(page not present\)/],
    ['null-write', /Page fault: write to 0x0 \(page not present\)/],
    ['null-call', /Page fault: instruction fetch from 0x0 \(page not present\)/],
    ['write-code', /Page fault: write to 0x[0-9a-f]+ \(not allowed by the page's protection\)/],
    ['write-constant', /Page fault: write to 0x[0-9a-f]+ \(not allowed by the page's protection\)/],
    [
      'execute-data',
      /Page fault: instruction fetch from 0x[0-9a-f]+ \(not allowed by the page's protection\)/,
    ],
    ['wild-pointer', /Page fault: write to 0x123456789000/],
    ['stack-overflow', /Stack overflow in thread 'boot' at 0x[0-9a-f]+/],
    ['write-and-execute', /Assertion failed: !\(rights & UK_PAGE_WRITE && rights & UK_PAGE_EXECUTE\)/],
  ])('%s ends in a panic that says so', async (argument, sentence) => {
    const { output, end } = await runGuest(folder, { target, machine: { args: [argument] } });
    expect(output).toMatch(sentence);
    expect(output).toMatch(/Backtrace:[\s\S]*\b(main|dig)\b/);
    expect(end).toEqual({ kind: 'panicked' });
  });
});
