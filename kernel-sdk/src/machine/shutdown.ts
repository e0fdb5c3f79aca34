/** What QMP's events say of a guest's end (qapi/run-state.json). */
import type { MachineEnd } from './model';
import type { QmpClient } from './qmp';

export class GuestEnd {
  #end: MachineEnd | undefined;

  /**
   * @param mayGiveUp Whether the accelerator can give a guest up. KVM can; asking at each stop of another's guest would
   * cost each step of a debugger a question.
   * @param over Called when the guest will not go on, though QEMU stays: its kernel panicked, or KVM gave it up.
   */
  constructor(qmp: QmpClient, mayGiveUp: boolean, over: () => void = () => undefined) {
    qmp.on('event', ({ name, data }) => {
      if (name === 'GUEST_PANICKED') {
        this.#end = { kind: 'panicked' };
        // One that ends by itself may stay for good when it is asked to while it does (monitor.c, monitor_cleanup).
        if (data.action === 'pause') over();
      } else if (name === 'SHUTDOWN' && this.#end === undefined) {
        this.#end = endOfShutdown(String(data.reason));
      } else if (name === 'RESET') {
        // It was brought back.
        this.#end = undefined;
      } else if (name === 'STOP' && mayGiveUp) {
        void isGivenUp(qmp).then((given) => {
          if (!given || this.#end !== undefined) return;
          this.#end = { kind: 'died', message: GIVEN_UP };
          over();
        });
      }
    });
  }

  /** Undefined while the guest has not ended, or QMP said nothing of it. */
  get end(): MachineEnd | undefined {
    return this.#end;
  }
}

const GIVEN_UP =
  "KVM could not run the unikernel's instructions on this host and gave it up. Set the accelerator to 'tcg'.";

/** Whether a machine that stopped did so for the accelerator's own fault: RunState `internal-error`. */
async function isGivenUp(qmp: QmpClient): Promise<boolean> {
  const answer = await qmp.execute('query-status').catch(() => null);
  return (
    answer !== null &&
    typeof answer === 'object' &&
    !Array.isArray(answer) &&
    answer.status === 'internal-error'
  );
}

/** By ShutdownCause. */
function endOfShutdown(reason: string): MachineEnd {
  switch (reason) {
    case 'guest-panic':
      return { kind: 'panicked' };
    case 'guest-reset':
      return { kind: 'reset' };
    case 'guest-shutdown':
      return { kind: 'poweredOff' };
    default:
      return { kind: 'stopped' };
  }
}
