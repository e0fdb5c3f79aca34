import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isWholeLog, mendLog } from './replay-log';

const VERSION = 0xe0200c;

function header(version = VERSION): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(version, 0);
  return bytes;
}

function instructions(count: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(count, 1);
  return bytes;
}

function clock(kind: number, time: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = kind;
  bytes.writeBigUInt64BE(BigInt(time), 1);
  return bytes;
}

const host = (time: number) => clock(28, time);
/** QEMU's own time since the start, in nanoseconds. */
const time = (at: number) => clock(29, at);
const event = (kind: number) => Buffer.of(kind);
const [WAITS, GOES_ON, GUEST_TIMERS, HOST_TIMERS, TIMERS, END] = [30, 31, 34, 35, 36, 39].map(event) as [
  Buffer,
  Buffer,
  Buffer,
  Buffer,
  Buffer,
  Buffer,
];

/** As QEMU logs a stop after three instructions, whose end, and what comes before that, are given. */
function stop(...rest: Buffer[]): Buffer {
  const begin = [instructions(3), WAITS, time(1_000), HOST_TIMERS, host(7), TIMERS, time(1_600)];
  return Buffer.concat([header(), ...begin, host(8), time(1_900), HOST_TIMERS, host(8), ...rest, END]);
}

/** What a stop was mended to. */
function mended(...rest: Buffer[]): Buffer {
  const begin = [instructions(3), WAITS, time(1_000), HOST_TIMERS, host(7), TIMERS, time(1_000)];
  return Buffer.concat([header(), ...begin, host(8), time(1_000), HOST_TIMERS, host(8), ...rest, END]);
}

describe('a timer that expires while the guest is stopped', () => {
  it('and the machine with it, does not in the replay, which runs', () => {
    const log = stop(TIMERS, time(1_900), host(9), HOST_TIMERS, host(9), GOES_ON, GOES_ON, instructions(2));
    expect(mendLog(log, 'x86_64')).toBe(1);
    const after = [host(9), HOST_TIMERS, host(9), GOES_ON, GOES_ON, instructions(2)];
    expect(log).toEqual(mended(TIMERS, time(1_000), ...after));
  });

  it('while the machine runs on, does not in the replay, which may be stopped; the guest gets its time', () => {
    const after = [host(9), HOST_TIMERS, host(9), GOES_ON, GUEST_TIMERS, GOES_ON, instructions(2)];
    const log = stop(TIMERS, time(5_800), time(5_900), ...after);
    expect(mendLog(log, 'x86_64')).toBe(1);
    expect(log).toEqual(mended(TIMERS, time(1_000), time(5_900), ...after));
  });
});

describe('a timer of arm64 that expires at once, whatever the time', () => {
  /** As QEMU logs a stop after three instructions; filled up with ends of no wait. */
  const stopped = (...events: Buffer[]) =>
    Buffer.concat([
      header(),
      instructions(3),
      WAITS,
      time(1_000),
      ...events,
      GOES_ON,
      GOES_ON,
      instructions(2),
      END,
    ]);
  const ends = (count: number) => Array.from({ length: count }, () => GOES_ON);

  it('is not looked at in the replay; the guest gets the time that it got', () => {
    const log = stopped(HOST_TIMERS, host(7), TIMERS, time(1_600), time(1_900), host(8));
    expect(mendLog(log, 'arm64')).toBe(1);
    const after = [HOST_TIMERS, host(7), host(8), ...ends(9)];
    expect(log).toEqual(stopped(GOES_ON, time(1_900), ...after));
  });

  it('gives none where the machine stood', () => {
    const log = stopped(TIMERS, time(1_600));
    expect(mendLog(log, 'arm64')).toBe(1);
    expect(log).toEqual(stopped(GOES_ON, time(1_000)));
  });
});

describe.each([
  ['a stop whose timer does not expire', stop(TIMERS, time(1_900), GOES_ON, time(1_950), GOES_ON)],
  [
    'a wait in which the guest has timers of its own',
    stop(TIMERS, time(5_800), time(5_900), host(9), GUEST_TIMERS, GOES_ON, instructions(1)),
  ],
  ['a stop that the log ends in', stop(TIMERS, time(5_800))],
  [
    'a log of another version',
    Buffer.concat([header(VERSION + 1), stop(TIMERS, time(1_900), GOES_ON).subarray(12)]),
  ],
  ['a log with events that are not known', stop(event(25), TIMERS, time(1_900), host(9), GOES_ON)],
  ['a log that was cut off', stop(TIMERS, time(1_900), host(9), GOES_ON).subarray(0, -1)],
  ['a log with more behind its end', Buffer.concat([stop(TIMERS, time(1_900), host(9), GOES_ON), END])],
  ['what holds a length that is none', Buffer.concat([header(), Buffer.of(23, 255, 255, 255, 255), END])],
  ['an empty file', Buffer.alloc(0)],
])('%s', (_, log) => {
  it('stays as it is', () => {
    const before = Buffer.from(log);
    expect(mendLog(log, 'x86_64')).toBe(0);
    expect(log).toEqual(before);
  });
});

it.each([
  ['whole', Buffer.concat([header(), instructions(3), END]), true],
  ['another version’s', Buffer.concat([header(VERSION + 1), instructions(3)]), true],
  ['not closed', Buffer.concat([header(0), instructions(3), END]), false],
  ['closed, though its end had no room', Buffer.concat([header(), instructions(3)]), false],
  ['empty', Buffer.alloc(0), false],
])('a log that is %s', async (_, log, isWhole) => {
  const folder = mkdtempSync(join(tmpdir(), 'log-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'log');
  writeFileSync(path, log);
  expect(await isWholeLog(path)).toBe(isWhole);
});
