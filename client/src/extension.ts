/** The extension's entry point: makes the parts, hands them to each other, and to the editor for disposal. */
import type * as vscode from 'vscode';
import { showBuildDiagnostics } from './build-diagnostics';
import { registerCommands } from './commands';
import { CompileCommands } from './compile-commands';
import { registerDebugAdapter } from './debug-adapter';
import { DebugConfigurations } from './debug-configurations';
import { installationAt } from './installation';
import { Kernel } from './kernel/kernel';
import { LanguageServer } from './language-client';
import { Output } from './output';
import { SerialTerminals } from './serial-terminal';
import { SnapshotCommands } from './snapshots';
import { TargetStatus } from './status-bar';
import { TargetMemory } from './targets';
import { UnikernelTasks } from './tasks';
import { WayBack } from './way-back';
import { WorkspaceManifests } from './workspace-manifests';

let server: LanguageServer | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const installation = installationAt(context.extensionPath);
  const output = new Output();
  const manifests = new WorkspaceManifests(output);
  const memory = new TargetMemory(context.workspaceState);
  const tasks = new UnikernelTasks(installation, manifests, memory, output);
  const kernel = new Kernel(output);
  const snapshots = new SnapshotCommands(output);
  const wayBack = new WayBack(output);
  const status = new TargetStatus(manifests, memory);
  const compileCommands = new CompileCommands(installation, manifests, memory, output);
  server = new LanguageServer(installation, output, context.globalStorageUri);
  context.subscriptions.push(
    output,
    manifests,
    status,
    kernel,
    registerDebugAdapter(installation),
    new DebugConfigurations(manifests, memory, output).register(),
    new SerialTerminals().register(),
    wayBack.register(),
    tasks.register(),
    registerCommands({ manifests, memory, tasks, server, output, kernel, snapshots, wayBack }),
    showBuildDiagnostics(),
    compileCommands,
  );
  // F5 waits for none of these.
  void server.start();
  void status.update();
  compileCommands.later();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
