/**
 * QEMU's log of a recorded run, where its own replay of it goes astray.
 *
 * While a guest waits, or a debugger stops it, a timer of QEMU's (softmmu/icount.c in 7.2) lets the guest's clock go on by the
 * time of the wait. When it expires, QEMU reads the time once more if the machine runs just then, and does not if it is
 * stopped. A replay may run where the recorded machine was stopped, and be stopped where that ran: it looks for more or for
 * less than the log holds, and stands still for good. The times in the log are changed here so that the timer does not
 * expire at all: what comes next in the log takes it away, and gives the guest's clock the same time. On arm64, where no time
 * does that, the wait's end comes before the timer is looked at.
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
    const wait = log[at] === WARP_START ? waitAt(log, at) : undefined;
    if (wait !== undefined && ((isArm && endWait(log, wait)) || mendWait(log, wait))) mended++;
  }
  return mended;
}

/** Offsets of what belongs to a wait: the time at which it begins, what comes behind that, and its end. */
interface Wait {
  readonly begun: number;
  readonly events: readonly number[];
  readonly end: number;
}

/** The wait that begins at `start`; none where its timer does not expire, or more has happened in it. */
function waitAt(log: Buffer, start: number): Wait | undefined {
  const begun = start + 1;
  if (log[begun] !== CLOCK_VIRTUAL_RT) return undefined;
  const events: number[] = [];
  let at = behind(log, begun);
  for (; at !== undefined && log[at] !== WARP_ACCOUNT; at = behind(log, at)) {
    const kind = log[at];
    // The guest, or a timer of its own, has gone on meanwhile: its clock must, too.
    if (kind === INSTRUCTION || kind === WARP_START || kind === VIRTUAL_TIMERS || kind === END)
      return undefined;
    events.push(at);
  }
  // The time is read at the end of a wait whose timer has not expired.
  if (at === undefined || log[at + 1] === CLOCK_VIRTUAL_RT) return undefined;
  return { begun, events, end: at };
}

/**
 * Lets a wait's end come right behind its beginning, with the time that it had, and its timer not be looked at. No time keeps
 * it from expiring here: a guest of arm64 without a timer of its own has it expire in INT64_MAX ns, and the sum with the time
 * is a negative one, which has always passed.
 */
function endWait(log: Buffer, { begun, events, end }: Wait): boolean {
  const bytesAt = (at: number) => Buffer.from(log.subarray(at, behind(log, at)));
  const looks = events.filter((at) => log[at] === VIRTUAL_RT_TIMERS);
  const [look] = looks;
  // Looked at once more, it had not expired before.
  if (look === undefined || looks.length > 1) return false;
  // What the main loop reads before it looks at the timer is nothing to the guest.
  const times = events.filter((at) => log[at] === CLOCK_VIRTUAL_RT && at > look);
  if (times.length === 0 || times.length > 2) return false;
  const others = events.filter((at) => log[at] !== CLOCK_VIRTUAL_RT && at !== look);
  // The time that the guest's clock gets is read behind the one that the timer is looked at with; a machine that stood got none.
  const now = bytesAt(times[1] ?? begun);
  const rest = Buffer.concat([Buffer.of(WARP_ACCOUNT), now, ...others.map(bytesAt)]);
  log.fill(WARP_ACCOUNT, behind(log, begun), end);
  rest.copy(log, behind(log, begun));
  return true;
}

/** Keeps a wait's timer from expiring, where it does. */
function mendWait(log: Buffer, { begun, events }: Wait): boolean {
  const last = events.findLast((at) => log[at] === VIRTUAL_RT_TIMERS);
  if (last === undefined) return false;
  const times = events.filter((at) => log[at] === CLOCK_VIRTUAL_RT);
  // The one that the timer is looked at with is read behind that.
  const looked = times.filter((at) => at < last).length + 1;
  for (const at of times.slice(0, looked)) log.copy(log, at + 1, begun + 1, begun + 9);
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
