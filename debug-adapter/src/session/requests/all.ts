/** The requests that a table answers; those of a session's beginning and end are the session's own. */
import type { Handlers } from '../context';
import { exceptionInfo } from '../stop-events';
import { breakpointRequests } from './breakpoints';
import { consoleRequests } from './console';
import { executionRequests } from './execution';
import { imageRequests } from './image';
import { kernelRequests } from './kernel';
import { memoryRequests } from './memory';
import { snapshotRequests } from './snapshots';
import { timeTravelRequests } from './time-travel';
import { valueRequests } from './values';

export const REQUESTS = new Map(
  Object.entries<Handlers[string]>({
    ...breakpointRequests,
    ...consoleRequests,
    ...executionRequests,
    ...kernelRequests,
    ...imageRequests,
    ...memoryRequests,
    ...snapshotRequests,
    ...timeTravelRequests,
    ...valueRequests,
    exceptionInfo: async (context) => exceptionInfo(context.stopped().stop),
  }),
);
