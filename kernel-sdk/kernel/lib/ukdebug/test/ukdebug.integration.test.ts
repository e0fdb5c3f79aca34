import { expect, test } from 'vitest';
import { runGuest } from '../../../../src/testing';

const run = (name: string, manifest = 'Kraftfile', target = 'qemu/x86_64') =>
  runGuest(import.meta.dirname, { manifest, target, machine: { args: [name] } });

const MESSAGES = [
  'Crit: [appukdebug] critical 1',
  'Err: [appukdebug] error 2',
  'Warn: [appukdebug] warning 3',
  'Info: [appukdebug] information 4',
  'Debug: [appukdebug] debugging 5',
];

test.each([
  ['Kraftfile', 4],
  ['Kraftfile.debug', 5],
  ['Kraftfile.bare', 2],
])('messages up to the configured level are told (%s)', async (manifest, count) => {
  const { output } = await run('speak', manifest);
  expect(output.split('\n').filter((line) => line.includes('[appukdebug]'))).toEqual(
    MESSAGES.slice(0, count),
  );
});

test('a message that is too long is cut, and the next begins a line', async () => {
  const { output } = await run('speak-at-length');
  expect(output).toMatch(/^Crit: \[appukdebug\] x{200,255}$/m);
  expect(output).toMatch(/^Crit: \[appukdebug\] next$/m);
});

test('the last messages are kept, and read on from where a reader was', async () => {
  const { output } = await run('show-log', 'Kraftfile.debug');
  const kept = /256 bytes are kept:\n([^<]*)</.exec(output)?.[1];
  expect(kept).toHaveLength(256);
  expect(kept).toMatch(/message 98\nErr: \[appukdebug\] message 99\n$/);
  expect(output).toContain('then comes: Err: [appukdebug] one more\n<');
});

test('numbers and texts are formatted as C says', async () => {
  const { output } = await run('format');
  expect(output).toContain('[   42|42   |-0042|+42| 42|007]\n');
  expect(output).toContain('[ff|0XFF|10|4294967295|-1|-2|-9223372036854775808|7]\n');
  expect(output).toContain('[abc|   abc|abc   |ab|z|%|   5]\n');
  expect(output).toContain('[more th|14]\n');
  expect(output).toMatch(/\[0x1234\|\(null\)\]\n/);
});

test.each(['qemu/x86_64', 'qemu/arm64'])(
  'a failed assertion names its condition, its place and its callers on %s',
  async (target) => {
    const { output, end } = await run('assertion', 'Kraftfile', target);
    expect(output).toMatch(/Kernel panic: Assertion failed: number == 0\n {2}at \S*main\.c:\d+\n/);
    expect(output).toMatch(
      /Backtrace:\n.* uk_assert_failed\+.*\n.* innermost\+.*\n.* middle\+.*\n.* assertion\+.*\n.* main\+/,
    );
    expect(end).toEqual({ kind: 'panicked' });
  },
);

test('without assertions and symbols code runs on, and panics tell addresses', async () => {
  expect((await run('assertion', 'Kraftfile.bare')).output).toContain('survived');
  const { output } = await run('panic', 'Kraftfile.bare');
  expect(output).toMatch(/Kernel panic: The test wants it so\n {2}Backtrace:\n( {4}0x1\w+\n)+/);
});

test.each([
  ['qemu/x86_64', 'divide', 'Divide error'],
  ['qemu/x86_64', 'undefined', 'Invalid opcode'],
  ['qemu/x86_64', 'general', 'General protection fault'],
  ['qemu/x86_64', 'ruin-stack', 'Page fault: write to 0xfffffffffffffff8 (page not present)'],
  ['qemu/arm64', 'undefined', 'Breakpoint 1000'],
])('%s: %s is told in words, with the registers', async (target, name, sentence) => {
  const culprit = name.replace('-', '_');
  const { output, end } = await run(name, 'Kraftfile', target);
  expect(output).toContain(`Kernel panic: ${sentence}\n`);
  expect(output).toMatch(new RegExp(`(RIP|PC) 0x\\w+ ${culprit}\\+0x`));
  expect(output).toMatch(/(RAX|X0) +\S*[0-9a-f]+/i);
  expect(output).toMatch(new RegExp(`Backtrace:\n.* ${culprit}\\+.*\n.* main\\+`));
  expect(end).toEqual({ kind: 'panicked' });
});
