import { expect, it } from 'vitest';
import { echoed, LogReader, type LogText } from './log-text';

function read(feed: (reader: LogReader) => void): LogText[] {
  const logs: LogText[] = [];
  feed(new LogReader((log) => logs.push(log)));
  return logs;
}

it('puts a logpoint’s pieces together and gives everything else back', () => {
  let rest = '';
  const logs = read((reader) => {
    for (const text of [
      'before\n',
      '\u00017\u0002',
      'name ',
      '\u0002',
      '0x10 "a\\"b"',
      '\u0002',
      '\u0003after',
    ]) {
      rest += reader.console(text);
    }
  });
  expect(logs).toEqual([{ breakpoint: 7, text: 'name a"b' }]);
  expect(rest).toBe('before\nafter');
});

it('ends a text where GDB says why it cannot go on', () => {
  const logs = read((reader) => {
    reader.log('not ours\n');
    reader.console('\u00017\u0002n is \u0002');
    reader.log('Cannot access memory at address 0x0\n');
  });
  expect(logs).toEqual([
    {
      breakpoint: 7,
      text: 'n is <Cannot access memory at address 0x0>',
      failure: 'Cannot access memory at address 0x0',
    },
  ]);
});

it('hides from GDB what it would take for its own', () => {
  expect(echoed(' "é\\\n')).toBe('\\040\\042\\303\\251\\134\\012');
});
