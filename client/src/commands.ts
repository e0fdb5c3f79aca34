/** The commands of the palette and the menus. */
import { messageOf } from '@unikernel-tools/kernel-sdk/problem';
import * as vscode from 'vscode';
import type { Kernel } from './kernel/kernel';
import type { LanguageServer } from './language-client';
import { launchOf } from './launch-configuration';
import { newProject } from './new-project';
import type { Output } from './output';
import type { SnapshotCommands } from './snapshots';
import { selectTarget } from './status-bar';
import type { TargetMemory } from './targets';
import type { TaskCommand } from './task-arguments';
import { runTask } from './task-run';
import type { UnikernelTasks } from './tasks';
import { requireTrust } from './trust';
import type { WayBack } from './way-back';
import type { WorkspaceManifests } from './workspace-manifests';

export interface Services {
  readonly manifests: WorkspaceManifests;
  readonly memory: TargetMemory;
  readonly tasks: UnikernelTasks;
  readonly server: LanguageServer;
  readonly output: Output;
  readonly kernel: Kernel;
  readonly snapshots: SnapshotCommands;
  readonly wayBack: WayBack;
}

export function registerCommands(services: Services): vscode.Disposable {
  const { manifests, memory, output, server, kernel, snapshots, wayBack } = services;
  // Menus hand over the Kraftfile they were opened on.
  const commands: Readonly<Record<string, (resource: vscode.Uri | undefined, argument: unknown) => unknown>> =
    {
      'unikernel.newProject': () => newProject(output),
      'unikernel.build': (resource) => runCommand(services, 'build', resource),
      'unikernel.run': (resource) => runCommand(services, 'run', resource),
      'unikernel.clean': (resource) => runCommand(services, 'clean', resource),
      'unikernel.debug': (resource) => debug(services, resource),
      'unikernel.selectTarget': () => selectTarget(manifests, memory),
      'unikernel.restartServer': () => server.restart(),
      'unikernel.showOutput': () => output.show(),
      'unikernel.filterKernelLog': () => kernel.log.chooseLevel(),
      'unikernel.refreshKernelLog': () => kernel.log.view.refresh(),
      'unikernel.filterTrace': () => kernel.trace.chooseFilter(),
      'unikernel.refreshTrace': () => kernel.trace.view.refresh(),
      'unikernel.showTimeLine': () => kernel.timeLine.show(),
      'unikernel.explainAddress': (_, argument) => kernel.explain.run(argument),
      'unikernel.saveSnapshot': () => snapshots.save(),
      'unikernel.goToSnapshot': () => snapshots.goTo(),
      'unikernel.goToLastWrite': (_, argument) => wayBack.goToLastWrite(argument),
    };
  /** A code lens says which target of the manifest it means; that one stays chosen. */
  const choose = async (manifest: string, target: string): Promise<void> => {
    const found = (await manifests.targets(manifest))?.targets.find(({ id }) => id === target);
    if (found !== undefined) await memory.choose(manifest, found.id);
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, run]) =>
      vscode.commands.registerCommand(id, async (resource?: unknown, target?: unknown) => {
        try {
          const uri = typeof resource === 'string' ? vscode.Uri.parse(resource) : resource;
          const manifest = uri instanceof vscode.Uri ? uri : undefined;
          if (manifest !== undefined && typeof target === 'string') await choose(manifest.fsPath, target);
          await run(manifest, resource);
        } catch (error) {
          output.fail(`The command '${id}' failed: ${messageOf(error)}`, output.openAction);
        }
      }),
    ),
  );
}

const ACTIONS: Readonly<Record<TaskCommand, string>> = {
  build: 'Building a unikernel',
  run: 'Running a unikernel',
  clean: 'Cleaning a unikernel',
};

async function runCommand(
  { manifests, tasks, output }: Services,
  command: TaskCommand,
  resource?: vscode.Uri,
): Promise<void> {
  if (!requireTrust(ACTIONS[command], output)) return;
  const manifest = resource?.fsPath ?? (await manifests.pick());
  if (manifest === undefined) return;
  await vscode.workspace.saveAll(false);
  const task = await tasks.task(command, manifest);
  const code = await runTask(task);
  if (code === undefined || code === 0) return;
  const terminal = { title: 'Show Terminal', command: 'workbench.action.terminal.focus' };
  if (command === 'run') {
    // The application's own code, or that of a build or boot that failed: the terminal tells which.
    output.fail(`'${task.name}' ended with exit code ${code}. The terminal says why.`, terminal);
  } else {
    const problems = { title: 'Show Problems', command: 'workbench.actions.view.problems' };
    output.fail(`'${task.name}' failed. The Problems view or the terminal says why.`, problems, terminal);
  }
}

async function debug({ manifests, output }: Services, resource?: vscode.Uri): Promise<void> {
  if (!requireTrust('Debugging a unikernel', output)) return;
  const manifest = resource?.fsPath ?? (await manifests.pick());
  if (manifest === undefined) return;
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(manifest));
  // What fails from here on, the editor or the provider tells.
  await vscode.debug.startDebugging(folder, launchOf(manifest, (await manifests.targets(manifest))?.name));
}
