/**
 * QEMU takes as long to start as a project takes to be read: the machine that the last launch like this one had is
 * started, and its symbols are loaded, before it is known what this launch boots. Where that is something else, the
 * machine ends, and nothing of it was run.
 */
import { type Machine, type StartResult, startMachine } from '@unikernel-tools/kernel-sdk/machine';
import type { Target } from '../target/target';
import { folderOf, type LaunchArguments } from './launch-arguments';
import { identityOf } from './made-run';
import type { Made } from './origin';
import { recallMachine } from './remembered-machine';

export class EarlyMachine {
  readonly #starting: Promise<StartResult | undefined>;
  /** Of what is started, as it is now. */
  readonly #identity: string;
  #loading: { readonly target: Target; readonly done: Promise<void> } | undefined;
  #taken = false;

  /** Starts it; undefined where nothing is known of one. */
  static of(launch: LaunchArguments): EarlyMachine | undefined {
    const made = launch.timeTravel ? undefined : recallMachine(launch);
    return made === undefined ? undefined : new EarlyMachine(launch, made);
  }

  private constructor(
    private readonly launch: LaunchArguments,
    private readonly made: Made,
  ) {
    this.#identity = identityOf(made);
    this.#starting = startMachine(made.spec).catch(() => undefined);
  }

  /** Whether it is the run's machine. */
  get isTaken(): boolean {
    return this.#taken;
  }

  get architecture(): string {
    return this.made.spec.architecture;
  }

  /** Loads its symbols. */
  load(target: Target): void {
    const { sourceMap } = this.launch;
    const done = target.load(this.made.image.symbols, { folder: folderOf(this.launch), sourceMap });
    // Whoever needs them sees the rejection.
    done.catch(() => undefined);
    this.#loading = { target, done };
  }

  /** The machine, the caller's from now on, where it is what is to be booted; otherwise it has ended. */
  async take(identity: string): Promise<Machine | undefined> {
    if (identity !== this.#identity) {
      await this.dispose();
      return undefined;
    }
    this.#taken = true;
    const started = await this.#starting;
    return started?.ok === true ? started.machine : undefined;
  }

  /** Whether what is to be debugged is loaded into `target`, or is being loaded. Rejects where that fails. */
  async hasLoaded(target: Target, identity: string): Promise<boolean> {
    if (this.#loading?.target !== target) return false;
    if (identity === this.#identity) await this.#loading.done;
    else await this.#loading.done.catch(() => undefined);
    return identity === this.#identity;
  }

  /** Ends it, unless it was taken. */
  async dispose(): Promise<void> {
    const started = await this.#starting;
    if (!this.#taken && started?.ok === true) await started.machine.dispose();
  }
}
