/** Requests that go back in a run that is recorded. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { cannotGoBack, DebugError, noTimeTravel } from '../../errors';
import type { Stop } from '../../target/stops';
import type { TimeTravel } from '../../target/time-travel';
import type { Handlers, SessionContext } from '../context';
import { placeToWatch } from './watched-place';

export const timeTravelRequests: Handlers = {
  async stepBack(context, args: DebugProtocol.StepBackArguments) {
    const travel = travelOf(context);
    const vcpu = await context.stopped().vcpuOf(args.threadId);
    const what = args.granularity === 'instruction' ? 'instruction' : 'line';
    const level = await context.stopped().shownLevel(vcpu);
    const { breakpoints } = context;
    const { stop } = context.stopped();
    goBack(context, () => travel.stepBack(what, vcpu, level, { stop, breakpoints }));
    return undefined;
  },

  async reverseContinue(context) {
    const travel = travelOf(context);
    const { breakpoints } = context;
    const { stop } = context.stopped();
    goBack(context, () => travel.reverseContinue({ stop, breakpoints }));
    return undefined;
  },

  /** To where a variable, named as for a data breakpoint, got the value that it has. */
  async 'unikernel/goToLastWrite'(context, args: DebugProtocol.DataBreakpointInfoArguments) {
    const travel = travelOf(context);
    const { breakpoints } = context;
    const { stop } = context.stopped();
    const place = await placeToWatch(context, args);
    if ('refusal' in place) throw new DebugError(2044, place.refusal);
    await context.rewind(() => travel.lastWrite(place, { stop, breakpoints }));
    return {};
  },
};

/** Editors take the answer for the beginning of the way, and the stop for its end: it comes behind the answer. */
function goBack(context: SessionContext, work: () => Promise<Stop>): void {
  const { thread } = context.stopped().stop;
  const stay = (error: unknown) =>
    context.rewind(async () => ({ thread, reason: 'stay', words: cannotGoBack(error).message }));
  // Where there is no machine any more, its end is told.
  context
    .rewind(work)
    .catch(stay)
    .catch(() => undefined);
}

function travelOf(context: SessionContext): TimeTravel {
  context.stopped();
  const travel = context.run?.travel;
  if (travel === undefined) throw noTimeTravel();
  return travel;
}
