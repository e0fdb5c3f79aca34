/** Requests that let the guest run, step, stop, or go on elsewhere. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DebugError, registersNotThere } from '../../errors';
import type { Step } from '../../gdb';
import { codeLines } from '../../target/code-places';
import type { Handlers, SessionContext } from '../context';

/** A machine that ends in a step is told of so late at most. */
const STEP_QUIET_MS = 100;

export const executionRequests: Handlers = {
  async pause(context) {
    await context.target().pause();
    return undefined;
  },

  async continue(context, args: DebugProtocol.ContinueArguments) {
    const stopped = context.stopped();
    // A kernel's thread goes on when its scheduler takes it: alone can only be a vCPU.
    const alone =
      args.singleThread === true && (await stopped.kernelThread(args.threadId))?.saved === undefined;
    const vcpu = alone ? await stopped.vcpuOf(args.threadId) : undefined;
    await context.go((target) => target.resume(vcpu));
    return { allThreadsContinued: !alone };
  },

  next: (context, args: DebugProtocol.NextArguments) =>
    step(context, args.granularity === 'instruction' ? 'next-instruction' : 'next', args),

  async stepIn(context, args: DebugProtocol.StepInArguments) {
    if (args.targetId !== undefined) {
      const called = context.stopped().stepInTarget(args.targetId);
      const vcpu = await context.stopped().vcpuOf(args.threadId);
      await context.go((target) => target.stepInto(called, vcpu, args.singleThread));
      return undefined;
    }
    const kind = args.granularity === 'instruction' ? 'step-instruction' : 'step';
    if (kind === 'step') await context.stopped().libraries.arrangeSkips(context.target());
    return step(context, kind, args);
  },

  stepOut: (context, args: DebugProtocol.StepOutArguments) => step(context, 'finish', args),

  async stepInTargets(context, args: DebugProtocol.StepInTargetsArguments) {
    const targets = await context.stopped().stepInTargets(args.frameId);
    return { targets: targets.map(({ id, name }) => ({ id, label: name })) };
  },

  async gotoTargets(context, args: DebugProtocol.GotoTargetsArguments) {
    const { path } = args.source;
    const line = context.line(args.line);
    const places = path === undefined ? [] : await codeLines(context.target(), path, line, line);
    return {
      targets: places.map((place) => ({
        id: context.stopped().rememberPlace(place.address),
        label: `Line ${place.line}`,
        line: place.line,
        instructionPointerReference: place.address,
      })),
    };
  },

  async goto(context, args: DebugProtocol.GotoArguments) {
    if ((await context.stopped().kernelThread(args.threadId))?.saved !== undefined) throw registersNotThere();
    const address = context.stopped().place(args.targetId);
    const vcpu = await context.stopped().vcpuOf(args.threadId);
    if (address === undefined)
      throw new DebugError(2007, 'This place belongs to an earlier stop; choose it again.', false);
    await context.go((target) => target.moveTo(address, vcpu));
    return undefined;
  },
};

async function step(
  context: SessionContext,
  kind: Step,
  { threadId: thread, singleThread }: { readonly threadId: number; readonly singleThread?: boolean },
): Promise<undefined> {
  const waiting = await context.stopped().resumption(thread, kind === 'finish');
  if (waiting !== undefined) {
    await context.go((target) => target.runTo(`*${waiting.address}`, waiting.condition));
    return undefined;
  }
  const vcpu = await context.stopped().vcpuOf(thread);
  context.run?.machine.qmp?.quiet(STEP_QUIET_MS);
  await context.go((target) => target.step(kind, vcpu, singleThread));
  return undefined;
}
