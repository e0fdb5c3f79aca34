/** Tasks of type `unikernel`: build, run and clean, as processes of the `unikernel` command. */
import { isAbsolute, join, relative, sep } from 'node:path';
import { findManifest } from '@unikernel-tools/kernel-sdk/project';
import * as vscode from 'vscode';
import { AS_NODE, type Installation } from './installation';
import type { Output } from './output';
import { toolSettings } from './settings';
import type { TargetMemory } from './targets';
import { isTaskCommand, TASK_COMMANDS, type TaskCommand, taskArguments } from './task-arguments';
import { requireTrust } from './trust';
import type { WorkspaceManifests } from './workspace-manifests';

export const TASK_TYPE = 'unikernel';

const TITLES: Readonly<Record<TaskCommand, string>> = { build: 'Build', run: 'Run', clean: 'Clean' };

/** The command line, with the paths of the editor's own program, says nothing to a user. */
const QUIET = { echo: false };

export interface UnikernelTaskDefinition extends vscode.TaskDefinition {
  readonly command: TaskCommand;
  /** Absolute, or relative to the workspace folder, whose own manifest is meant when it is left out. */
  readonly manifest?: string;
  readonly target?: string;
}

export class UnikernelTasks implements vscode.TaskProvider {
  constructor(
    private readonly installation: Installation,
    private readonly manifests: WorkspaceManifests,
    private readonly memory: TargetMemory,
    private readonly output: Output,
  ) {}

  register(): vscode.Disposable {
    return vscode.tasks.registerTaskProvider(TASK_TYPE, this);
  }

  async provideTasks(): Promise<vscode.Task[]> {
    // The editor asks for a list, not for a run: in an untrusted workspace it is empty.
    if (!vscode.workspace.isTrusted) return [];
    const manifests = await this.manifests.all();
    const tasks = manifests.flatMap((path) => TASK_COMMANDS.map((command) => this.task(command, path)));
    return Promise.all(tasks);
  }

  /** A task of tasks.json, with its own definition; undefined when it cannot run. */
  async resolveTask(task: vscode.Task): Promise<vscode.Task | undefined> {
    const { command, manifest, target }: Record<string, unknown> = task.definition;
    if (!requireTrust('Running a unikernel task', this.output)) return undefined;
    if (!isTaskCommand(command)) {
      this.output.fail(
        `The task '${task.name}' names the command '${String(command)}'. Write one of ${TASK_COMMANDS.join(', ')}.`,
      );
      return undefined;
    }
    const folder = folderOf(task.scope);
    const path = this.#manifestOf(typeof manifest === 'string' ? manifest : '', folder);
    if (path === undefined) return undefined;
    const definition = task.definition as UnikernelTaskDefinition;
    return this.#create(definition, path, folder, typeof target === 'string' ? target : undefined);
  }

  /** A task for one manifest, and the target that was chosen for it. */
  task(command: TaskCommand, manifest: string): Promise<vscode.Task> {
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(manifest));
    const shared = folder && relative(folder.uri.fsPath, manifest).split(sep).join('/');
    const definition = { type: TASK_TYPE, command, manifest: shared ?? manifest };
    return this.#create(definition, manifest, folder);
  }

  async #create(
    definition: UnikernelTaskDefinition,
    manifest: string,
    folder: vscode.WorkspaceFolder | undefined,
    target?: string,
  ): Promise<vscode.Task> {
    const { command } = definition;
    const targets = await this.manifests.targets(manifest);
    const chosen = target || (targets && this.memory.chosen(manifest, targets)?.id);
    const task = new vscode.Task(
      definition,
      folder ?? vscode.TaskScope.Workspace,
      `${command} ${targets?.name ?? manifest}`,
      TASK_TYPE,
      new vscode.ProcessExecution(
        process.execPath,
        [
          this.installation.commandLine,
          ...taskArguments({ ...toolSettings(manifest), command, manifest, target: chosen }),
        ],
        { env: { ...AS_NODE }, ...(folder ? { cwd: folder.uri.fsPath } : {}) },
      ),
      ['$unikernel'],
    );
    task.detail = `${TITLES[command]} ${vscode.workspace.asRelativePath(manifest)}${chosen ? ` for ${chosen}` : ''}`;
    if (command === 'build') task.group = vscode.TaskGroup.Build;
    if (command === 'clean') task.group = vscode.TaskGroup.Clean;
    task.presentationOptions =
      command === 'run'
        ? {
            ...QUIET,
            reveal: vscode.TaskRevealKind.Always,
            focus: true,
            panel: vscode.TaskPanelKind.Dedicated,
          }
        : { ...QUIET, reveal: vscode.TaskRevealKind.Silent, clear: true };
    return task;
  }

  #manifestOf(stated: string, folder: vscode.WorkspaceFolder | undefined): string | undefined {
    if (isAbsolute(stated)) return stated;
    const root = (folder ?? vscode.workspace.workspaceFolders?.[0])?.uri.fsPath;
    if (root === undefined) {
      this.output.fail('A unikernel task needs an open folder. Open the one that holds its Kraftfile.');
      return undefined;
    }
    if (stated.startsWith('${workspaceFolder}')) return join(root, stated.slice('${workspaceFolder}'.length));
    if (stated !== '') return join(root, stated);
    const found = findManifest(root);
    if (found.ok) return found.path;
    this.manifests.tellMissing(found.message);
    return undefined;
  }
}

function folderOf(scope: vscode.Task['scope']): vscode.WorkspaceFolder | undefined {
  return typeof scope === 'object' ? scope : undefined;
}
