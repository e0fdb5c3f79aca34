/** The states of a run that one can go back to: by name, with where and when they were taken. */
import type { Snapshots, SnapshotTag } from '@unikernel-tools/kernel-sdk/machine';
import { noSnapshots, snapshotTaken, snapshotUnknown } from '../errors';
import { type GdbFrame, listFrames } from '../gdb';
import { OneByOne } from '../one-by-one';
import type { Stop, Target } from '../target/target';

/** As a client is told of it. */
export interface Snapshot {
  readonly name: string;
  /** Absent for code without symbols. */
  readonly function?: string;
  /** Absolute path. */
  readonly file?: string;
  /** One-based. */
  readonly line?: number;
  /** ISO 8601. */
  readonly taken: string;
}

interface Kept {
  readonly shown: Snapshot;
  readonly tag: SnapshotTag;
  /** The vCPU that stood there. */
  readonly thread: number;
  readonly frame: GdbFrame | undefined;
}

export class RunSnapshots {
  readonly #kept = new Map<string, Kept>();
  #entry: Kept | undefined;
  #hasStopped = false;
  #returns = 0;
  /** One after the other, and before the guest goes on. */
  readonly #work = new OneByOne();

  constructor(
    private readonly target: Target,
    private readonly states: Snapshots,
  ) {}

  /**
   * To be called after each stop that was told. The first one at the entry is kept; a guest that has stopped before it is
   * not brought back to its beginning by that.
   */
  stopped(stop: Stop): void {
    const isFirst = !this.#hasStopped;
    this.#hasStopped = true;
    if (!isFirst || !this.target.isAtEntry(stop) || this.states.obstacle !== undefined) return;
    const keep = async () => {
      this.#entry = await this.#keep(stop.frame?.function ?? 'entry', stop.thread, stop.frame);
    };
    // Where it fails, a restart boots, and a snapshot that the user asks for fails with the reason.
    this.#work.run(keep).catch(() => undefined);
  }

  /** Resolves when nothing is being kept that the guest must not change meanwhile. */
  async settled(): Promise<void> {
    await this.#work.settled();
  }

  /** Keeps the state of a stopped machine. Rejects with a DebugError. */
  save(name: string, { thread }: Stop): Promise<Snapshot> {
    return this.#work.run(async () => {
      if (this.#kept.has(name)) throw snapshotTaken(name);
      const [frame] = await listFrames(this.target.gdb, { thread }, 0, 0);
      return (await this.#keep(name, thread, frame)).shown;
    });
  }

  /** The oldest first. Throws a DebugError where there can be none. */
  async list(): Promise<readonly Snapshot[]> {
    await this.settled();
    if (this.states.obstacle !== undefined) throw noSnapshots(this.states.obstacle);
    return [...this.#kept.values()].map(({ shown }) => shown);
  }

  /** Rejects with a DebugError where there is none of this name. */
  async require(name: string): Promise<void> {
    await this.settled();
    this.#find(name);
  }

  /** The machine is as it was; its stop is given and not told. Rejects with a DebugError. */
  goTo(name: string): Promise<Stop> {
    return this.#work.run(async () => {
      const kept = this.#find(name);
      return { reason: 'snapshot', name, ...(await this.#load(kept)) };
    });
  }

  /** How often the machine was put back to its first stop at the entry. */
  get returns(): number {
    return this.#returns;
  }

  /** Whether the machine can be put back to its first stop at the entry. */
  async hasEntry(): Promise<boolean> {
    await this.settled();
    return this.#entry !== undefined;
  }

  /** The same for its first stop at the entry. */
  goToEntry(): Promise<Stop> {
    return this.#work.run(async () => {
      if (this.#entry === undefined) throw noSnapshots('The entry is not kept.');
      const place = await this.#load(this.#entry);
      this.#returns++;
      return { reason: 'entry', ...place };
    });
  }

  delete(name: string): Promise<void> {
    return this.#work.run(async () => {
      const kept = this.#find(name);
      this.#kept.delete(name);
      if (kept === this.#entry) this.#entry = undefined;
      await this.states.delete(kept.tag).catch(asDebugError);
    });
  }

  async #keep(name: string, thread: number, frame: GdbFrame | undefined): Promise<Kept> {
    const tag = await this.states.save().catch(asDebugError);
    const shown: Snapshot = {
      name,
      taken: new Date().toISOString(),
      ...(frame?.function === undefined ? {} : { function: frame.function }),
      ...(frame?.file === undefined ? {} : { file: frame.file }),
      ...(frame?.line === undefined ? {} : { line: frame.line }),
    };
    const kept = { shown, tag, thread, frame };
    this.#kept.set(name, kept);
    return kept;
  }

  async #load({ tag, thread, frame }: Kept): Promise<{ thread: number; frame?: GdbFrame }> {
    await this.target
      .rewind(async () => {
        await this.states.load(tag);
        return undefined;
      })
      .catch(asDebugError);
    return { thread, ...(frame === undefined ? {} : { frame }) };
  }

  #find(name: string): Kept {
    const kept = this.#kept.get(name);
    if (kept === undefined) {
      throw this.states.obstacle === undefined
        ? snapshotUnknown(name, [...this.#kept.keys()])
        : noSnapshots(this.states.obstacle);
    }
    return kept;
  }
}

/** What QEMU refuses is told in its sentence. */
function asDebugError(error: unknown): never {
  throw error instanceof Error && error.constructor === Error ? noSnapshots(error.message) : error;
}
