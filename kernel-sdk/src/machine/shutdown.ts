/** What QMP's events say of a guest's end (qapi/run-state.json). */
import type { MachineEnd } from './model';
import type { QmpClient } from './qmp';

export class GuestEnd {
  #end: MachineEnd | undefined;

  /** @param panicked Called when the guest's kernel reports a panic. */
  constructor(qmp: QmpClient, panicked: () => void = () => undefined) {
    qmp.on('event', ({ name, data }) => {
      if (name === 'GUEST_PANICKED') {
        this.#end = { kind: 'panicked' };
        panicked();
      } else if (name === 'SHUTDOWN' && this.#end === undefined) {
        this.#end = endOfShutdown(String(data.reason));
      }
    });
  }

  /** Undefined while the guest has not ended, or QMP said nothing of it. */
  get end(): MachineEnd | undefined {
    return this.#end;
  }
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
