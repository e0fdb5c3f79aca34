import { describe, expect, it } from 'vitest';
import { readRecord } from './mi-record';
import { breakpointHits, HitNotices, hiddenWatches, hitNumbers, watchHits } from './stop-hits';

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

describe('notices of hits', () => {
  const counted = (notices: HitNotices, bkpt: string) => {
    const record = readRecord(`=breakpoint-modified,bkpt={${bkpt}}`);
    if (record?.kind !== 'notify') throw new Error('A notification is expected.');
    notices.notify(record);
  };
  const atBreakpoint = () => stopped('reason="breakpoint-hit",disp="keep",bkptno="2"');

  it('tell what a stop at a breakpoint hides, once', () => {
    const notices = new HitNotices();
    counted(notices, 'number="2",type="breakpoint",times="1"');
    counted(notices, 'number="3",type="hw watchpoint",what="g",times="1"');
    counted(notices, 'number="4",type="breakpoint",times="5"');
    const record = notices.completed(atBreakpoint());
    expect(hiddenWatches(record)).toEqual([{ number: 3, watched: 'g' }]);
    expect(breakpointHits(record)).toEqual([2, 4]);
    expect(hitNumbers(record)).toEqual([3, 2, 4]);
    expect(hitNumbers(notices.completed(atBreakpoint()))).toEqual([2]);
  });

  it('are none where something else of a breakpoint is changed, or a logpoint is passed', () => {
    const notices = new HitNotices();
    counted(notices, 'number="3",type="breakpoint",times="1"');
    notices.completed(atBreakpoint());
    counted(notices, 'number="3",type="breakpoint",enabled="n",times="1"');
    counted(notices, 'number="4",type="dprintf",times="1"');
    expect(breakpointHits(notices.completed(atBreakpoint()))).toEqual([2]);
  });
});
