/**
 * What the server has found out, kept for its next start in a cache folder: problems of files that have not changed,
 * nor anything that they follow from, are shown without being looked for again.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isProblem } from '@unikernel-tools/kernel-sdk/problem';
import { KeptFile, readSnapshot, type Snapshot, type Workspace } from '@unikernel-tools/kernel-sdk/project';
import { Turns } from '@unikernel-tools/kernel-sdk/steps';

/** Families of results whose values are lists of problems. */
const KEPT: ReadonlySet<string> = new Set(['problems', 'typescript-problems']);

/** How long nothing new is found before it is written, in milliseconds. */
const QUIET_MS = 2000;

export class Memory {
  readonly #file: KeptFile;
  /** Of the workspace, when it was last written or read. */
  #revision: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param folder Absolute; holds the files of all workspaces. */
  constructor(
    private readonly workspace: Workspace,
    folder: string,
  ) {
    this.#file = new KeptFile(folder, ownDigest(), workspace.folders);
  }

  /** Gives how many files' problems are known. */
  async restore(): Promise<number> {
    const snapshot = readSnapshot(this.#file.read(), isValue);
    if (snapshot === undefined) return 0;
    const known = await new Turns().result(this.workspace.restore(snapshot));
    const all = snapshot.results.filter((result) => 'value' in result).length;
    if (known === all) this.#revision = this.workspace.revision;
    return known;
  }

  /** Something may have been found out: writes it when it is quiet. */
  later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.write(), QUIET_MS).unref();
  }

  async write(): Promise<void> {
    clearTimeout(this.#timer);
    const { revision } = this.workspace;
    if (revision === this.#revision || this.workspace.folders.length === 0) return;
    const snapshot = await new Turns().result(this.workspace.snapshot(KEPT));
    if (snapshot !== undefined && this.#file.write(snapshot satisfies Snapshot)) this.#revision = revision;
  }
}

function isValue(family: string, value: unknown): boolean {
  return KEPT.has(family) && Array.isArray(value) && value.every(isProblem);
}

/** Another server may find other problems: the version alone does not tell while one is being written. */
function ownDigest(): string {
  return createHash('sha256').update(readFileSync(__filename)).digest('hex');
}
