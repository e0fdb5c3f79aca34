/** How the image that firmware loads is debugged from its entry on: held there, and its symbols moved to where it is. */
import {
  elfEntry,
  type HeldImage,
  holdAtEntry,
  type MachineSpec,
  reachEntry,
  type StartResult,
} from '@unikernel-tools/kernel-sdk/machine';
import { messageOf } from '@unikernel-tools/kernel-sdk/problem';
import { machineFailed } from '../errors';
import { writeMemory } from '../gdb';
import type { Target } from '../target/target';

export class EfiBoot {
  #entry: bigint | undefined;

  private constructor(
    private readonly held: HeldImage,
    /** Boots the copy that waits. */
    readonly spec: MachineSpec,
  ) {}

  static async of(spec: MachineSpec): Promise<EfiBoot> {
    const held = await holdAtEntry(spec.image, spec.architecture).catch((error: Error) => {
      throw machineFailed(`The image '${spec.image}' cannot be held at its entry: ${error.message}`);
    });
    return new EfiBoot(held, { ...spec, image: held.image });
  }

  /** Runs the firmware. Gives how far the image was moved from where its symbols say that it is. */
  async load(
    starting: Promise<StartResult>,
    symbols: string,
    signal: AbortSignal,
  ): Promise<bigint | undefined> {
    const started = await starting;
    if (!started.ok) return undefined;
    try {
      this.#entry = await reachEntry(started.machine, this.held, signal);
    } catch (error) {
      throw machineFailed(messageOf(error));
    }
    return this.#entry === undefined ? undefined : this.#entry - (await elfEntry(symbols));
  }

  /** The image gets its first instruction back, at which it stands. */
  async release(target: Target): Promise<void> {
    if (this.#entry !== undefined) await writeMemory(target.gdb, this.#entry, this.held.instruction);
  }

  dispose(): Promise<void> {
    return this.held.dispose();
  }
}
