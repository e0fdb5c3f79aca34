import { expect, it } from 'vitest';
import { readRecord } from './mi-record';
import { hitNumbers, watchHits } from './stop-hits';

const stopped = (line: string) => {
  const record = readRecord(`*stopped,${line},thread-id="1"`);
  if (record?.kind !== 'exec') throw new Error('A record is expected.');
  return record;
};

it('a watchpoint is told with its values', () => {
  const record = stopped('reason="watchpoint-trigger",wpt={number="2",exp="g"},value={old="0",new="1"}');
  expect(watchHits(record)).toEqual([{ number: 2, old: '0', new: '1' }]);
});

it('several of different kinds are told each with its own values, as GDB 13 writes them', () => {
  const record = stopped(
    'reason="watchpoint-trigger",wpt={number="2",exp="g"},value={old="{a = 0}",new="{a = 1}"},' +
      'reason="watchpoint-trigger",wpt={number="3",exp="g.a"},value={old="0",new="1"},' +
      'hw-awpt={number="4",exp="g.a"},reason="access-watchpoint-trigger",value={new="1"},' +
      'reason="read-watchpoint-trigger",hw-rwpt={number="5",exp="g.a"},value={value="1"}',
  );
  expect(watchHits(record)).toEqual([
    { number: 2, old: '{a = 0}', new: '{a = 1}' },
    { number: 3, old: '0', new: '1' },
    { number: 4, new: '1' },
    { number: 5, new: '1' },
  ]);
});

it('a breakpoint behind a watchpoint is one of the hits', () => {
  const record = stopped(
    'reason="watchpoint-trigger",wpt={number="2",exp="g"},value={old="0",new="1"},' +
      'reason="breakpoint-hit",disp="keep",bkptno="7"',
  );
  expect(hitNumbers(record)).toEqual([2, 7]);
});

it('another stop hits nothing', () => {
  expect(hitNumbers(stopped('reason="end-stepping-range"'))).toEqual([]);
});
