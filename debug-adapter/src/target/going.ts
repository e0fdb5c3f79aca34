/** Which vCPUs go on: all of them, or one while the others stand still. */
import { type GdbConnection, holdOthers, resume, resumeThread, type Step, step } from '../gdb';

export class Going {
  /** The vCPU that goes on alone, by GDB's thread id. */
  #alone: number | undefined;

  constructor(private readonly gdb: GdbConnection) {}

  /** All of them, or `alone` alone. */
  async resume(alone?: number): Promise<void> {
    await this.#hold(alone);
    await this.resumeAgain().catch((error: unknown) => this.#refused(error));
  }

  /** As the last time: after a stop that nobody is told of. */
  resumeAgain(): Promise<void> {
    return this.#alone === undefined ? resume(this.gdb) : resumeThread(this.gdb, this.#alone);
  }

  async step(kind: Step, thread: number, alone: boolean, level = 0): Promise<void> {
    await this.#hold(alone ? thread : undefined);
    await step(this.gdb, kind, thread, level).catch((error: unknown) => this.#refused(error));
  }

  /** What did not go holds nobody: a command of the user's own would run on with it. */
  async #refused(error: unknown): Promise<never> {
    await this.#hold(undefined).catch(() => undefined);
    throw error;
  }

  async #hold(alone: number | undefined): Promise<void> {
    // GDB is told of changes alone: most sessions have none.
    if ((alone === undefined) !== (this.#alone === undefined))
      await holdOthers(this.gdb, alone !== undefined);
    this.#alone = alone;
  }
}
