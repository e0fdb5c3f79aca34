/**
 * Publishes problems: of a document at once when it changes, then of every other file whose problems may follow from
 * the change, a few at a time, so that requests in between are answered.
 */
import { problemsOf } from '@unikernel-tools/kernel-sdk/analysis';
import type { Problem } from '@unikernel-tools/kernel-sdk/problem';
import { fileKind, type Workspace } from '@unikernel-tools/kernel-sdk/project';

export interface PublisherHost {
  publish(path: string, problems: readonly Problem[]): void;
  /** Something in a check that should not happen. */
  report(words: string): void;
}

export class Publisher {
  /** What was published last, by path; nothing for files without problems that were never open. */
  readonly #published = new Map<string, readonly Problem[]>();
  /** Documents that changed, to be looked at first. */
  readonly #urgent = new Set<string>();
  /** When the next document may be looked at, by the process' own clock. */
  #nextUrgent = 0;
  #sweepWanted = false;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(
    private readonly workspace: Workspace,
    private readonly host: PublisherHost,
  ) {}

  /** The problems that an editor shows of a file. */
  problemsOf(path: string): readonly Problem[] {
    return this.#published.get(path) ?? [];
  }

  /** A document opened or changed. */
  changed(path: string): void {
    this.#urgent.add(path);
    this.#sweepWanted = true;
    this.#start();
  }

  /** Files on the disk changed. */
  sweep(): void {
    this.#sweepWanted = true;
    this.#start();
  }

  /** Resolves when everything is published that follows from changes so far. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  stop(): void {
    this.#stopped = true;
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (!this.#stopped && (this.#urgent.size > 0 || this.#sweepWanted)) this.#start();
    });
  }

  async #run(): Promise<void> {
    // Messages that have arrived already are handled first: of a burst of edits only the last counts.
    await turn();
    while (!this.#stopped) {
      const [urgent] = this.#urgent;
      if (urgent !== undefined) {
        const early = this.#nextUrgent - performance.now();
        if (early > 0) await new Promise((done) => setTimeout(done, early));
        this.#urgent.delete(urgent);
        this.#check(urgent, true);
        this.#nextUrgent = performance.now() + PAUSE_MS;
      } else if (this.#sweepWanted) {
        this.#sweepWanted = false;
        await this.#sweepAll();
      } else return;
      await turn();
    }
  }

  /** Given up when another change comes: that one sweeps again. */
  async #sweepAll(): Promise<void> {
    const paths = new Set([...this.workspace.paths(), ...this.#published.keys()]);
    // Manifests and options first: they are few, and others' problems follow from them.
    const ordered = [...paths].sort((a, b) => rank(a) - rank(b));
    let until = Date.now() + SLICE_MS;
    for (const path of ordered) {
      this.#check(path);
      if (Date.now() < until) continue;
      await turn();
      if (this.#stopped || this.#urgent.size > 0) {
        this.#sweepWanted = true;
        return;
      }
      until = Date.now() + SLICE_MS;
    }
  }

  /** @param always Also where nothing is new: a client holds problems against the version of its text. */
  #check(path: string, always = false): void {
    // These are another publisher's.
    if (fileKind(path) === 'typescript') return;
    const problems = this.#problemsOf(path);
    const before = this.#published.get(path);
    const isOpen = this.workspace.isOpen(path);
    if (!(always && isOpen) && isSame(before, problems, isOpen)) return;
    if (problems.length === 0 && !isOpen) this.#published.delete(path);
    else this.#published.set(path, problems);
    this.host.publish(path, problems);
  }

  #problemsOf(path: string): readonly Problem[] {
    if (!this.workspace.has(path)) return [];
    try {
      return problemsOf(this.workspace, path);
    } catch (error) {
      const words = error instanceof Error ? error.stack : String(error);
      this.host.report(`${path} could not be checked: ${words}`);
      return [];
    }
  }
}

/** Whether a client shows these problems already: none, of a file that was never open. */
function isSame(
  before: readonly Problem[] | undefined,
  problems: readonly Problem[],
  isOpen: boolean,
): boolean {
  if (before === undefined) return problems.length === 0 && !isOpen;
  return before === problems || JSON.stringify(before) === JSON.stringify(problems);
}

/** Checks hold up other work for this long, in milliseconds. */
const SLICE_MS = 8;
/** One keystroke is answered at once; in a burst of them a document is looked at this often, in milliseconds. */
const PAUSE_MS = 20;

function rank(path: string): number {
  const order = ['manifest', 'kconfig', 'makefile', 'exports'];
  const place = order.indexOf(fileKind(path) ?? '');
  return place < 0 ? order.length : place;
}

function turn(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
