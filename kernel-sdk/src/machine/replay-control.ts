/** Where in a run a QEMU that records or replays is, and how it is taken elsewhere: watched, as a replay of its may hang. */
import { setTimeout } from 'node:timers/promises';
import { isQmpObject, type QmpClient, type QmpEvent } from './qmp';

/** QEMU answers within this time, in milliseconds, whatever it does: in replay it may hang with a state it loads. */
const HANG_LIMIT_MS = 2_000;
/**
 * The thread of the vCPU comes to rest within this time after a stop, in milliseconds. While it does not, a replay that is set
 * going or given a state at once may stand still for ever: QEMU's main thread and it wait for each other.
 */
const REST_MS = 3;
/** A replay that goes no further for so long, in milliseconds, never does. */
const STILL_MS = 1_000;
/** QEMU is asked whether it is there in this interval, in milliseconds. */
const HEARTBEAT_MS = 250;

/** A number of instructions since the start. */
export async function positionOf(qmp: QmpClient): Promise<number> {
  const answer = await qmp.execute('query-replay');
  const found = isQmpObject(answer) ? answer.icount : undefined;
  if (typeof found !== 'number')
    throw new Error(
      "QEMU does not say how far the recorded run is ('icount' of 'query-replay'). Restart to record another one.",
    );
  return found;
}

/** To be waited for between a stop of what is played and what it is to do next. */
export async function rest(): Promise<void> {
  await setTimeout(REST_MS);
}

/** The guest that is played stands at a position. Rejects with a sentence when it does not come there. */
export async function seekReplay(qmp: QmpClient, position: number): Promise<void> {
  if ((await withLimit(positionOf(qmp), HANG_LIMIT_MS)) === position) return;
  let over: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    over = resolve;
  });
  const listen = ({ name }: QmpEvent) => {
    if (name === 'STOP') over();
  };
  qmp.on('event', listen);
  qmp.once('closed', over);
  try {
    await rest();
    await withLimit(qmp.execute('replay-seek', { icount: position }), HANG_LIMIT_MS);
    await watchReplay(qmp, stopped);
  } finally {
    qmp.off('event', listen);
    qmp.off('closed', over);
  }
  if ((await positionOf(qmp)) !== position)
    throw new Error('QEMU stopped elsewhere in the recording. Go back again, or restart.');
}

/** Waits for something that comes of a replay which runs; rejects when that stands still, or QEMU listens to nobody meanwhile. */
export async function watchReplay<T>(qmp: QmpClient, work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  work.then(over, over);
  let last = -1;
  let since = performance.now();
  while (!isOver) {
    await withLimit(work, HEARTBEAT_MS).catch(() => undefined);
    const at = isOver ? last : await withLimit(positionOf(qmp), HANG_LIMIT_MS);
    if (at !== last) since = performance.now();
    else if (performance.now() - since > STILL_MS)
      throw new Error('The replay does not go on. Go back again, or restart.');
    last = at;
  }
  return work;
}

/** @param limitMs In milliseconds; rejects behind it. */
export async function withLimit<T>(work: Promise<T>, limitMs: number): Promise<T> {
  const over = new AbortController();
  const late = setTimeout(limitMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`QEMU did not answer within ${limitMs / 1000} s. Try again, or restart.`);
  });
  late.catch(() => undefined);
  return Promise.race([work, late]).finally(() => over.abort());
}
