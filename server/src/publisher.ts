/**
 * Publishes problems: of a document at once when it changes, then of every other file whose problems may follow from
 * the change, in turns with requests, which are answered in between.
 */
import { areKnown, inactiveCode, prepare, problemsOf } from '@unikernel-tools/kernel-sdk/analysis';
import type { Problem } from '@unikernel-tools/kernel-sdk/problem';
import { type FileKind, fileKind, type Workspace } from '@unikernel-tools/kernel-sdk/project';
import { Turns, turn } from '@unikernel-tools/kernel-sdk/steps';

export interface PublisherHost {
  publish(path: string, problems: readonly Problem[]): void;
  /** Resolves when the workspace is known: what is looked at before would be looked at again. */
  ready(): Promise<void>;
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
    await this.host.ready();
    while (!this.#stopped) {
      const [urgent] = this.#urgent;
      if (urgent !== undefined) {
        const early = this.#nextUrgent - performance.now();
        if (early > 0) await new Promise((done) => setTimeout(done, early));
        this.#urgent.delete(urgent);
        // Another edit of the same document makes this one's problems nobody's business.
        const isReady = await this.#ready(urgent, new Turns(), () => !this.#urgent.has(urgent));
        if (isReady) this.#check(urgent, true);
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
    const turns = new Turns();
    for (const path of this.#ordered()) {
      const isReady = await this.#ready(path, turns, () => this.#urgent.size === 0);
      if (isReady) this.#check(path);
      if (turns.due) await turns.pass();
      if (isReady && !this.#stopped && this.#urgent.size === 0) continue;
      this.#sweepWanted = true;
      return;
    }
  }

  /** Manifests and options first: they are few, and others' problems follow from them. */
  #ordered(): readonly string[] {
    const ranks = Array.from({ length: ORDER.length + 1 }, (): string[] => []);
    for (const path of new Set([...this.workspace.paths(), ...this.#published.keys()])) {
      const kind = fileKind(path);
      const rank = kind === undefined ? -1 : ORDER.indexOf(kind);
      ranks.at(rank)?.push(path);
    }
    return ranks.flat();
  }

  /** Makes what a check of a file needs; false when that was given up. */
  async #ready(path: string, turns: Turns, goesOn: () => boolean): Promise<boolean> {
    if (areKnown(this.workspace, path)) return true;
    try {
      const steps = prepare(this.workspace, path);
      return await turns.finish(steps, () => !this.#stopped && goesOn());
    } catch (error) {
      this.#report(path, error);
      return true;
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
      const problems = problemsOf(this.workspace, path);
      // What is greyed is for who looks at it.
      const inactive = this.workspace.isOpen(path) ? inactiveCode(this.workspace, path) : [];
      return inactive.length === 0 ? problems : [...problems, ...inactive];
    } catch (error) {
      this.#report(path, error);
      return [];
    }
  }

  #report(path: string, error: unknown): void {
    const words = error instanceof Error ? error.stack : String(error);
    this.host.report(`${path} could not be checked: ${words}`);
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

/** One keystroke is answered at once; in a burst of them a document is looked at this often, in milliseconds. */
const PAUSE_MS = 20;

/** Kinds whose files are looked at before others. */
const ORDER: readonly FileKind[] = ['manifest', 'kconfig', 'makefile', 'exports'];
