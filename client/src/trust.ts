/** Workspace Trust: what starts programs needs a trusted workspace; the language features do not. */
import * as vscode from 'vscode';
import type { Output } from './output';

/** True in a trusted workspace; else tells the user what was refused and how to allow it. */
export function requireTrust(action: string, output: Output): boolean {
  if (vscode.workspace.isTrusted) return true;
  output.fail(
    `${action} starts programs that the workspace's files control, so it needs a trusted workspace. This one is not trusted.`,
    { title: 'Manage Workspace Trust', command: 'workbench.trust.manage' },
  );
  return false;
}
