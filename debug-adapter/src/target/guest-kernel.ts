/** The kernel that an image was found to have: where it panics, and what its memory means. */
import { type GdbConnection, insertAt } from '../gdb';
import { builtInKernel } from '../kernel/built-in/built-in';
import type { Kernel } from '../kernel/kernel';
import { unikraft } from '../kernel/unikraft/unikraft';
import { Awareness } from './awareness';
import { inspectorOf, type Stop } from './stops';

/** The kernels that this debugger understands; the first whose symbols are there serves. */
const KERNELS: readonly Kernel[] = [builtInKernel, unikraft];

export class GuestKernel {
  private constructor(
    private readonly gdb: GdbConnection,
    readonly kernel: Kernel,
    /** GDB's number. */
    readonly panicBreakpoint: number,
    readonly awareness: Awareness,
  ) {}

  /** Places a breakpoint on its panics; undefined for an image whose kernel is not known. `symbols` is the image's ELF file. */
  static async find(gdb: GdbConnection, symbols: string): Promise<GuestKernel | undefined> {
    for (const kernel of KERNELS) {
      const placed = await insertAt(gdb, kernel.panicFunction).catch(() => undefined);
      if (placed === undefined) continue;
      return new GuestKernel(gdb, kernel, placed.number, new Awareness(kernel, inspectorOf(gdb, 1, symbols)));
    }
    return undefined;
  }

  /** GDB's condition for panics of these kinds (kernel/exceptions.ts); undefined for all. */
  panicCondition(kinds: ReadonlySet<string>): Promise<string | undefined> {
    return this.kernel.panicCondition(inspectorOf(this.gdb), kinds);
  }

  /** A panic by a memory access says what is there. */
  async explained(stop: Stop): Promise<Stop> {
    if (stop.reason !== 'panic' || stop.panic.fault === undefined) return stop;
    const explanation = await this.awareness.explainFault(stop.panic.fault).catch(() => undefined);
    return explanation === undefined ? stop : { ...stop, panic: { ...stop.panic, explanation } };
  }
}
