/** Tells a client how far a build and a boot are. */
import { ProgressEndEvent, ProgressStartEvent, ProgressUpdateEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';

/** Updates come no closer than this, in milliseconds: a build has hundreds of steps. */
const UPDATE_INTERVAL_MS = 100;

export class BootProgress {
  #last = 0;

  /** `send` is left out for a client that shows no progress. */
  constructor(
    readonly id: string,
    private readonly send: ((event: DebugProtocol.Event) => void) | undefined,
    /** A machine that runs already is neither built nor booted. */
    private readonly runs: boolean,
  ) {
    const begins = runs ? 'Connecting' : 'Building';
    const start = new ProgressStartEvent(id, 'Unikernel', begins) as DebugProtocol.ProgressStartEvent;
    start.body.cancellable = true;
    this.send?.(start);
  }

  buildStep({ label, done, total }: { label: string; done: number; total: number }): void {
    const now = performance.now();
    if (now - this.#last < UPDATE_INTERVAL_MS && done < total) return;
    this.#last = now;
    const update = new ProgressUpdateEvent(this.id, label) as DebugProtocol.ProgressUpdateEvent;
    if (total > 0) update.body.percentage = Math.round((done / total) * 100);
    this.send?.(update);
  }

  booting(): void {
    if (!this.runs) this.send?.(new ProgressUpdateEvent(this.id, 'Booting'));
  }

  end(): void {
    this.send?.(new ProgressEndEvent(this.id));
  }
}
