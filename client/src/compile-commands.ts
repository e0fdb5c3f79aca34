/**
 * Keeps `compile_commands.json` as the projects' configurations are, so that clangd and its like read sources as a build
 * compiles them. The `unikernel` command writes it, in a trusted workspace alone: it asks the compiler for its folders.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { parseManifest } from '@unikernel-tools/kernel-sdk/manifest';
import * as vscode from 'vscode';
import { AS_NODE, type Installation } from './installation';
import type { Output } from './output';
import { toolSettings } from './settings';
import type { TargetMemory } from './targets';
import type { WorkspaceManifests } from './workspace-manifests';

/** How long nothing changes before it is written, in milliseconds: who starts with F5 builds first. */
const QUIET_MS = 1500;
/** A workspace with more projects than these is a collection, which nobody works with all at once. */
const PROJECT_LIMIT = 20;
const LIMIT_MS = 60_000;

const LANGUAGES: ReadonlySet<string> = new Set(['kraftfile', 'kconfig', 'makefile-uk']);

export class CompileCommands implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable;
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly installation: Installation,
    private readonly manifests: WorkspaceManifests,
    private readonly memory: TargetMemory,
    private readonly output: Output,
  ) {
    const later = () => this.later();
    this.#subscriptions = vscode.Disposable.from(
      manifests.onDidChange(later),
      memory.onDidChange(later),
      vscode.workspace.onDidGrantWorkspaceTrust(later),
      vscode.workspace.onDidSaveTextDocument(({ languageId }) => {
        if (LANGUAGES.has(languageId)) later();
      }),
    );
  }

  /** The configuration may be another one. */
  later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#running = this.#running.then(() => this.#writeAll());
    }, QUIET_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#stopped.abort();
    this.#subscriptions.dispose();
  }

  async #writeAll(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    const manifests = await this.manifests.all();
    for (const manifest of manifests.slice(0, PROJECT_LIMIT)) {
      if (this.#stopped.signal.aborted) return;
      if (await isBuiltIn(manifest)) await this.#write(manifest);
    }
  }

  async #write(manifest: string): Promise<void> {
    const targets = await this.manifests.targets(manifest);
    const target = targets && this.memory.chosen(manifest, targets)?.id;
    const { compiler } = toolSettings(manifest);
    const args = [
      ...[this.installation.commandLine, 'config', manifest],
      ...(target === undefined ? [] : ['--target', target]),
      ...(compiler === undefined ? [] : ['--compiler', compiler]),
    ];
    const options = {
      env: { ...process.env, ...AS_NODE },
      signal: this.#stopped.signal,
      timeout: LIMIT_MS,
    };
    await new Promise<void>((done) => {
      execFile(process.execPath, args, options, (error, _, words) => {
        // What is wrong with the manifest stands in the Problems view already.
        if (error !== null && !this.#stopped.signal.aborted) {
          this.output.info(
            `compile_commands.json of '${manifest}' was not written: ${words.trim() || error.message}`,
          );
        }
        done();
      });
    });
  }
}

/** Whether a project is one of the built-in kernel's, which the command can build. */
async function isBuiltIn(manifest: string): Promise<boolean> {
  try {
    return parseManifest(await readFile(manifest, 'utf8')).kernel?.kind === 'sdk';
  } catch {
    return false;
  }
}
