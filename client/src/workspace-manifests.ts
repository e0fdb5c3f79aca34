/** The Kraftfiles of the open workspace, kept current, and the choice among them. */
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { MANIFEST_NAMES } from '@unikernel-tools/kernel-sdk/project';
import * as vscode from 'vscode';
import { type ActiveFile, chooseManifest, isInside, orderManifests } from './manifest-choice';
import type { Output } from './output';
import { type ManifestTargets, readTargets } from './targets';

const MANIFEST_GLOB = `**/{${MANIFEST_NAMES.join(',')}}`;
/** Folders of tools, which hold other people's manifests. */
const EXCLUDE_GLOB = '**/{node_modules,.unikernel,.unikraft,.git}/**';
const LIMIT = 500;

export class WorkspaceManifests implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: vscode.Disposable[] = [this.#changed];
  #found: Promise<readonly string[]> | undefined;

  /** Manifests appeared, went or have another text. */
  readonly onDidChange = this.#changed.event;

  constructor(private readonly output: Output) {
    const watcher = vscode.workspace.createFileSystemWatcher(MANIFEST_GLOB);
    const changed = () => this.#changed.fire();
    const rescan = () => {
      this.#found = undefined;
      changed();
    };
    this.#disposables.push(
      watcher,
      watcher.onDidCreate(rescan),
      watcher.onDidDelete(rescan),
      watcher.onDidChange(changed),
      vscode.workspace.onDidChangeWorkspaceFolders(rescan),
    );
  }

  /** Absolute paths; in one workspace folder, or in all of them. */
  async all(folder?: vscode.WorkspaceFolder): Promise<readonly string[]> {
    this.#found ??= findManifests();
    const found = await this.#found;
    return folder === undefined ? found : found.filter((path) => isInside(path, folder.uri.fsPath));
  }

  /** The one that the user most likely works with, without asking. */
  async current(): Promise<string | undefined> {
    const active = activeFile();
    if (active?.isManifest) return active.path;
    return orderManifests(await this.all(), active?.path)[0];
  }

  /** The manifest that a command means. Asks among several; tells the user when there is none. */
  async pick(folder?: vscode.WorkspaceFolder): Promise<string | undefined> {
    const active = activeFile();
    const inFolder = active && (!folder || isInside(active.path, folder.uri.fsPath)) ? active : undefined;
    const choice = chooseManifest(await this.all(folder), inFolder);
    switch (choice.kind) {
      case 'one':
        return choice.path;
      case 'several':
        return askForManifest(choice.paths);
      case 'none':
        this.tellMissing(
          folder === undefined && !vscode.workspace.workspaceFolders?.length
            ? 'No folder is open. Open one that holds a Kraftfile, or make a new project.'
            : `There is no Kraftfile in '${folder?.name ?? vscode.workspace.name}'. Open a folder that holds one, or make a new project.`,
        );
        return undefined;
    }
  }

  tellMissing(message: string): void {
    this.output.fail(message, { title: 'New Unikernel Project', command: 'unikernel.newProject' });
  }

  /** Name and targets; undefined when the file cannot be read. What is typed but not saved counts. */
  async targets(manifestPath: string): Promise<ManifestTargets | undefined> {
    const open = vscode.workspace.textDocuments.find(
      ({ uri }) => uri.scheme === 'file' && uri.fsPath === manifestPath,
    );
    try {
      return readTargets(manifestPath, open?.getText() ?? (await readFile(manifestPath, 'utf8')));
    } catch {
      return undefined;
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }
}

async function findManifests(): Promise<readonly string[]> {
  const found = await vscode.workspace.findFiles(MANIFEST_GLOB, EXCLUDE_GLOB, LIMIT);
  return found.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
}

function activeFile(): ActiveFile | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.uri.scheme !== 'file') return undefined;
  return { path: document.uri.fsPath, isManifest: document.languageId === 'kraftfile' };
}

async function askForManifest(paths: readonly string[]): Promise<string | undefined> {
  const items = paths.map((path) => ({
    label: basename(dirname(path)),
    description: vscode.workspace.asRelativePath(path),
    path,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Which unikernel?',
    placeHolder: 'The workspace holds several Kraftfiles',
    matchOnDescription: true,
  });
  return chosen?.path;
}
