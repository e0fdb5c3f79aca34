/** Which vCPUs go on: all of them, or one while the others stand still. */
import { type GdbConnection, holdOthers, resume, resumeThread, type Step, step } from '../gdb';

export class Going {
  /** The vCPU that goes on alone, by GDB's thread id. */
  #alone: number | undefined;

  constructor(private readonly gdb: GdbConnection) {}

  /** All of them, or `alone` alone. */
  async resume(alone?: number): Promise<void> {
    await this.#hold(alone);
    await this.resumeAgain();
  }

  /** As the last time: after a stop that nobody is told of. */
  resumeAgain(): Promise<void> {
    return this.#alone === undefined ? resume(this.gdb) : resumeThread(this.gdb, this.#alone);
  }

  async step(kind: Step, thread: number, alone: boolean): Promise<void> {
    await this.#hold(alone ? thread : undefined);
    await step(this.gdb, kind, thread);
  }

  async #hold(alone: number | undefined): Promise<void> {
    // GDB is told of changes alone: most sessions have none.
    if ((alone === undefined) !== (this.#alone === undefined))
      await holdOthers(this.gdb, alone !== undefined);
    this.#alone = alone;
  }
}
