/**
 * Interrupts a guest until it stands. QEMU's stub passes a first interrupt over when it comes between two of the steps in
 * which GDB lets a guest go on, as it does from a breakpoint (gdbstub.c: a byte 3 counts while the machine runs).
 */
import { type GdbConnection, interrupt } from '../gdb';

/** A guest that has not stopped after this time is asked again, in milliseconds. */
const AGAIN_MS = 100;

export class Interruption {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly gdb: GdbConnection,
    private readonly isRunning: () => boolean,
  ) {}

  /** Resolves when GDB has passed the first interrupt on. */
  async begin(): Promise<void> {
    this.#timer ??= setInterval(() => this.#again(), AGAIN_MS);
    await interrupt(this.gdb);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #again(): void {
    if (this.isRunning()) interrupt(this.gdb).catch(() => this.end());
    else this.end();
  }
}
