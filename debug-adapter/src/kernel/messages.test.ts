import { expect, it } from 'vitest';
import { lastWords, onlyMessages, readMessages } from './messages';

it('reads the built-in kernel’s messages', () => {
  expect(readMessages('Info: [ukboot] 12 MiB free\nWarn: [virtio-net] no carrier\n')).toEqual([
    { level: 'info', library: 'ukboot', text: '12 MiB free' },
    { level: 'warning', library: 'virtio-net', text: 'no carrier' },
  ]);
});

it('reads Unikraft’s, with their time, thread, place and colours', () => {
  const text = [
    '[    0.105637] Info: [libkvmplat] Memory 00fd00000000',
    '[    1.000002] dbg:  <main> [libukboot] <boot.c @  312> Call constructors',
    '\u001b[0m\u001b[1mERR:  \u001b[0m[libukbus] bad\r',
    'CRIT: [libukboot] gone',
  ].join('\n');
  expect(readMessages(text)).toEqual([
    { level: 'info', library: 'kvmplat', time: 105_637_000, text: 'Memory 00fd00000000' },
    { level: 'debug', library: 'ukboot', time: 1_000_002_000, text: 'Call constructors' },
    { level: 'error', library: 'ukbus', text: 'bad' },
    { level: 'critical', library: 'ukboot', text: 'gone' },
  ]);
});

it('has the last words of a kernel that gives up', () => {
  expect(lastWords('CRIT: [libukboot] gone\nERR: [libukbus] bad\nHello\n')).toBe('gone');
  expect(lastWords('ERR: [libukbus] bad\n')).toBeUndefined();
});

it('tells messages from what an application prints', () => {
  const read = readMessages('Hello\nInfo: [a] b\nInfo about nothing\n');
  expect(read.map(({ text }) => text)).toEqual(['Hello', 'b', 'Info about nothing']);
  expect(onlyMessages(read)).toEqual([{ level: 'info', library: 'a', text: 'b' }]);
});
