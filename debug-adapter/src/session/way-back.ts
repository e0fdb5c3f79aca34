/** What a client is offered where a guest has panicked: to go back into the run that led there. */
import { Event, OutputEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Stop } from '../target/stops';
import type { Run } from './run';

const BACK =
  'Step Back goes to the line that led here, and further back from there; Reverse to the last breakpoint before it.';
const RECORD =
  'Launch with "timeTravel": true to go back from here, line by line, into the run that led to it.';

/** Events behind those of the stop; the one of our own says whether the way is there, or a restart would bring it. */
export function wayBackEvents(stop: Stop, run: Run | undefined): DebugProtocol.Event[] {
  // A machine of somebody else's has no identity, and is not started again here.
  if (stop.reason !== 'panic' || run?.identity === undefined || run.travel?.isReplay === true) return [];
  const recorded = run.travel !== undefined;
  if (!recorded && run.canBeRecorded !== true) return [];
  return [
    new OutputEvent(`${recorded ? BACK : RECORD}\n`, 'console'),
    new Event('unikernel.wayBack', { recorded, threadId: stop.thread }),
  ];
}
