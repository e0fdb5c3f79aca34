/** Starts the debug adapter as a process of its own. */
import * as vscode from 'vscode';
import { AS_NODE, type Installation } from './installation';
import { DEBUG_TYPE } from './launch-configuration';

export function registerDebugAdapter(installation: Installation): vscode.Disposable {
  return vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, {
    createDebugAdapterDescriptor: () =>
      // The editor adds `env` to its own environment.
      new vscode.DebugAdapterExecutable(process.execPath, [installation.debugAdapter], {
        env: { ...AS_NODE },
      }),
  });
}
