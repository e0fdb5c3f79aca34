/**
 * QEMU's log of a recorded run, where its own replay of it goes astray.
 *
 * While a guest waits, or a debugger stops it, a timer of QEMU's (softmmu/icount.c in 7.2) lets the guest's clock go on by the
 * time of the wait. When it expires, QEMU reads the time once more if the machine runs just then, and does not if it is
 * stopped. A replay may run where the recorded machine was stopped, and be stopped where that ran: it looks for more or for
 * less than the log holds, and stands still for good. The times in the log are changed here so that the timer does not
 * expire at all: what comes next in the log takes it away, and gives the guest's clock the same time.
 */
import { open, readFile, writeFile } from 'node:fs/promises';
import type { Architecture } from './model';

/** REPLAY_VERSION of QEMU 7.2 (replay/replay.c), which changes with the numbers and forms of events. */
const VERSION = 0xe0200c;
/** The version, and eight bytes that are not used. */
const HEADER_BYTES = 12;

/** Of ReplayEvents in replay/replay-internal.h; checkpoints are numbered on from the first. */
const INSTRUCTION = 0;
const CLOCK_VIRTUAL_RT = 29;
const WARP_START = 30;
const WARP_ACCOUNT = 31;
const VIRTUAL_TIMERS = 34;
const VIRTUAL_RT_TIMERS = 36;
const END = 39;

/** An event's data: so many bytes, and what else is there with its own length before it. */
const FORMS = new Map<number, { readonly bytes: number; readonly hasArray?: boolean }>([
  [INSTRUCTION, { bytes: 4 }],
  // Bottom halves, by their numbers.
  [3, { bytes: 8 }],
  [4, { bytes: 8 }],
  // What a character device reads.
  [7, { bytes: 1, hasArray: true }],
  // A request of a block device.
  [8, { bytes: 8 }],
  // A packet of a network.
  [9, { bytes: 5, hasArray: true }],
  // What a character device was written, what was read of it at once, and why that failed.
  [22, { bytes: 8 }],
  [23, { bytes: 0, hasArray: true }],
  [24, { bytes: 4 }],
  // Random bytes.
  [27, { bytes: 4, hasArray: true }],
  // Clocks.
  [28, { bytes: 8 }],
  [CLOCK_VIRTUAL_RT, { bytes: 8 }],
]);
const NO_DATA = { bytes: 0 };
/** Keys, the mouse and sound: machines here have none. */
const UNKNOWN: ReadonlySet<number> = new Set([5, 25, 26]);

/**
 * Whether QEMU ended the log: it writes the version last of all, and plays none without. What had no room on the host before
 * that may be missing, of which it says nothing then.
 */
export async function isWholeLog(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer: begin } = await file.read(Buffer.alloc(4), 0, 4, 0);
    const version = begin.readUInt32BE(0);
    if (version !== VERSION) return version !== 0;
    const { buffer: end } = await file.read(Buffer.alloc(1), 0, 1, (await file.stat()).size - 1);
    return end[0] === END;
  } finally {
    await file.close();
  }
}

/** Changes a finished log in its place, where needed. Rejects where the file cannot be read or written. */
export async function mendLogFile(path: string, architecture: Architecture): Promise<void> {
  const log = await readFile(path);
  if (mendLog(log, architecture) > 0) await writeFile(path, log);
}

/** Gives how many places were changed; none of a log that is not understood to its end. Offsets in it stay. */
export function mendLog(log: Buffer, architecture: Architecture): number {
  if (!isUnderstood(log)) return 0;
  const isArm = architecture === 'arm64';
  let mended = 0;
  for (let at = HEADER_BYTES; log[at] !== END; at = behind(log, at) ?? log.length) {
    if (log[at] !== WARP_START) continue;
    if ((isArm && endWait(log, at)) || mendWait(log, at)) mended++;
  }
  return mended;
}

/**
 * A wait that begins at `start`, if its timer expires: its end comes right behind its beginning, with the time that it had, and
 * the timer is not looked at. No time keeps it from expiring here: a guest of arm64 without a timer of its own has it expire
 * in INT64_MAX ns, and the sum with the time is a negative one, which has always passed.
 */
function endWait(log: Buffer, start: number): boolean {
  const first = start + 1;
  if (log[first] !== CLOCK_VIRTUAL_RT) return false;
  const begin = behind(log, first);
  const times: Buffer[] = [];
  const others: Buffer[] = [];
  let looks = 0;
  let at = begin;
  for (; at !== undefined && log[at] !== WARP_ACCOUNT; at = behind(log, at)) {
    const kind = log[at];
    if (kind === INSTRUCTION || kind === WARP_START || kind === VIRTUAL_TIMERS || kind === END) return false;
    const event = log.subarray(at, behind(log, at));
    if (kind === VIRTUAL_RT_TIMERS) looks++;
    else if (kind !== CLOCK_VIRTUAL_RT) others.push(Buffer.from(event));
    // What the main loop reads before it looks at the timer is nothing to the guest.
    else if (looks > 0) times.push(Buffer.from(event));
  }
  if (begin === undefined || at === undefined || log[at + 1] === CLOCK_VIRTUAL_RT) return false;
  // Looked at once more, it had not expired before.
  if (looks !== 1 || times.length === 0 || times.length > 2) return false;
  // The time that the guest's clock gets is read behind the one that the timer is looked at with; a machine that stood got none.
  const end = times[1] ?? log.subarray(first, begin);
  const rest = Buffer.concat([Buffer.from([WARP_ACCOUNT]), end, ...others]);
  log.fill(WARP_ACCOUNT, begin, at);
  rest.copy(log, begin);
  return true;
}

/** A wait that begins at `start`, if its timer expires. */
function mendWait(log: Buffer, start: number): boolean {
  const first = start + 1;
  if (log[first] !== CLOCK_VIRTUAL_RT) return false;
  const times: number[] = [];
  /** How many times had been read when the timer was looked at last. */
  let looked = 0;
  let at = behind(log, first);
  for (; at !== undefined && log[at] !== WARP_ACCOUNT; at = behind(log, at)) {
    const kind = log[at];
    // The guest, or a timer of its own, has gone on meanwhile: its clock must, too.
    if (kind === INSTRUCTION || kind === WARP_START || kind === VIRTUAL_TIMERS || kind === END) return false;
    if (kind === CLOCK_VIRTUAL_RT) times.push(at);
    if (kind === VIRTUAL_RT_TIMERS) looked = times.length + 1;
  }
  // The time is read at the end of a wait whose timer has not expired.
  if (at === undefined || looked === 0 || log[at + 1] === CLOCK_VIRTUAL_RT) return false;
  const begun = log.subarray(first + 1, first + 9);
  for (const time of times.slice(0, looked)) begun.copy(log, time + 1);
  return true;
}

function isUnderstood(log: Buffer): boolean {
  if (log.length <= HEADER_BYTES || log.readUInt32BE(0) !== VERSION) return false;
  let at: number | undefined = HEADER_BYTES;
  while (at !== undefined && at < log.length && log[at] !== END) at = behind(log, at);
  return at === log.length - 1;
}

/** Where the event behind the one at `at` is; undefined where the log ends before, or this one is not known. */
function behind(log: Buffer, at: number): number | undefined {
  const kind = log[at];
  if (kind === undefined || kind > END || UNKNOWN.has(kind)) return undefined;
  const { bytes, hasArray }: { bytes: number; hasArray?: boolean } = FORMS.get(kind) ?? NO_DATA;
  const end = at + 1 + bytes;
  if (hasArray !== true) return end <= log.length ? end : undefined;
  if (end + 4 > log.length) return undefined;
  const whole = end + 4 + log.readUInt32BE(end);
  return whole <= log.length ? whole : undefined;
}
