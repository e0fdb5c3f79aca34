/**
 * Publishes the problems of TypeScript files, when everything else is published: a compiler works them out elsewhere,
 * and nobody waits for it.
 */
import { type ModuleReader, prepare, TypeScriptAnalysis } from '@unikernel-tools/kernel-sdk/analysis';
import type { Problem } from '@unikernel-tools/kernel-sdk/problem';
import { messageOf } from '@unikernel-tools/kernel-sdk/problem';
import { fileKind, type Workspace } from '@unikernel-tools/kernel-sdk/project';
import { Turns, turn } from '@unikernel-tools/kernel-sdk/steps';
import type { PublisherHost } from '../publisher';

export class TypeScriptPublisher {
  readonly #analysis: TypeScriptAnalysis;
  readonly #published = new Map<string, readonly Problem[]>();
  /** Documents whose text is newer than what was published. */
  readonly #newer = new Set<string>();
  #isWanted = false;
  #running: Promise<void> | undefined;
  #stopped = false;

  /** @param others What is waited for first. */
  constructor(
    private readonly workspace: Workspace,
    private readonly reader: ModuleReader,
    private readonly others: { settled(): Promise<void> },
    private readonly host: PublisherHost,
  ) {
    this.#analysis = new TypeScriptAnalysis(workspace, reader);
  }

  /** The problems that an editor shows of a file. */
  problemsOf(path: string): readonly Problem[] {
    return this.#published.get(path) ?? [];
  }

  /** A document opened or changed: others' problems may follow from it, whatever it is. */
  changed(path: string): void {
    if (fileKind(path) === 'typescript') this.#newer.add(path);
    this.sweep();
  }

  /** Files on the disk changed. */
  sweep(): void {
    this.#isWanted = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#isWanted && !this.#stopped) this.sweep();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.reader.close();
  }

  async #run(): Promise<void> {
    await turn();
    await this.others.settled();
    this.#isWanted = false;
    const paths = new Set([...this.workspace.paths('typescript'), ...this.#published.keys()]);
    const turns = new Turns();
    const goesOn = () => !this.#stopped && !this.#isWanted;
    for (const path of paths) {
      const problems = await this.#problemsOf(path, turns, goesOn);
      // A change sweeps again.
      if (!goesOn()) return;
      this.#publish(path, problems);
      if (turns.due) await turns.pass();
    }
  }

  #publish(path: string, problems: readonly Problem[]): void {
    const before = this.#published.get(path) ?? [];
    const isNewer = this.#newer.delete(path) && this.workspace.isOpen(path);
    if (!isNewer && JSON.stringify(before) === JSON.stringify(problems)) return;
    if (problems.length === 0) this.#published.delete(path);
    else this.#published.set(path, problems);
    this.host.publish(path, problems);
  }

  async #problemsOf(path: string, turns: Turns, goesOn: () => boolean): Promise<readonly Problem[]> {
    try {
      await turns.finish(prepare(this.workspace, path), goesOn);
      return await this.#analysis.problemsOf(path);
    } catch (error) {
      if (!this.#stopped) {
        const words = messageOf(error);
        this.host.report(`${path} could not be checked as TypeScript: ${words}.`);
      }
      return [];
    }
  }
}
