/** Holds a machine that a triple fault would reset, where it stands, for the debugger to look at. */
import type { QmpClient } from '@unikernel-tools/kernel-sdk/machine';

export class ResetHold {
  #holding = false;
  #shutDown: (reason: string) => void = () => undefined;
  #shutdown = this.#expect();

  constructor(private qmp: QmpClient) {
    this.#listen();
  }

  /** The machine may go on as another one. */
  async follow(qmp: QmpClient): Promise<void> {
    if (qmp === this.qmp) return;
    const wanted = this.#holding;
    this.qmp = qmp;
    this.#shutdown = this.#expect();
    this.#listen();
    this.#holding = false;
    await this.hold(wanted);
  }

  /** While it holds, a guest that resets stops with GDB's SIGQUIT instead; what it ends by else, still ends it. */
  async hold(wanted: boolean): Promise<void> {
    if (wanted === this.#holding) return;
    this.#holding = wanted;
    // An older QEMU without this command lets go of the machine at once, as ever.
    await this.qmp
      .execute('set-action', { reboot: 'shutdown', shutdown: wanted ? 'pause' : 'poweroff' })
      .catch(() => undefined);
  }

  /** Whether the machine that stopped with SIGQUIT had reset itself. */
  async isReset(): Promise<boolean> {
    return (await this.#shutdown) === 'guest-reset';
  }

  /** Lets QEMU go; its end is told as what the guest did. */
  quit(): void {
    this.qmp.execute('quit').catch(() => undefined);
  }

  #listen(): void {
    this.qmp.on('event', ({ name, data }) => {
      // A machine that is put back to an earlier state is reset, and may do it again.
      if (name === 'RESET') this.#shutdown = this.#expect();
      if (name !== 'SHUTDOWN') return;
      const reason = String(data.reason);
      if (this.#holding && reason !== 'guest-reset') this.quit();
      this.#shutDown(reason);
    });
  }

  #expect(): Promise<string> {
    return new Promise((resolve) => {
      this.#shutDown = resolve;
    });
  }
}
