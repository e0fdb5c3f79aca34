/** New Unikernel Project: a template, a place, a name. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createProject, describeTemplate, listTemplates } from '@unikernel-tools/kernel-sdk/project';
import * as vscode from 'vscode';
import type { Output } from './output';
import { projectNameProblem } from './project-name';

const TITLE = 'New Unikernel Project';

export async function newProject(output: Output): Promise<void> {
  const chosen = await vscode.window.showQuickPick(templates(), {
    title: TITLE,
    placeHolder: 'Template to start from',
    matchOnDetail: true,
    // The walkthrough, where it may be asked from, takes the keyboard when a step of it is done.
    ignoreFocusOut: true,
  });
  if (chosen === undefined) return;
  const template = chosen.label;
  const [parent] =
    (await vscode.window.showOpenDialog({
      title: `${TITLE}: folder to make it in`,
      defaultUri: vscode.Uri.file(besideTheWorkspace()),
      openLabel: 'Make Project Here',
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  if (parent === undefined) return;
  const name = await vscode.window.showInputBox({
    title: TITLE,
    prompt: `Name of the project and of its folder in ${parent.fsPath}`,
    value: template,
    ignoreFocusOut: true,
    validateInput: (value) => projectNameProblem(value, (entry) => existsSync(join(parent.fsPath, entry))),
  });
  if (name === undefined) return;
  const created = createProject(template, join(parent.fsPath, name));
  if (!created.ok) {
    output.fail(created.message);
    return;
  }
  output.info(`Made '${created.folder}' from the template '${template}'.`);
  await offerToOpen(created.folder);
}

/** The smallest one first, the others by their names. */
function templates(): vscode.QuickPickItem[] {
  const names = listTemplates().sort((a, b) => Number(b === 'hello') - Number(a === 'hello'));
  return names.map((label) => ({ label, detail: describeTemplate(label) }));
}

/** A project seldom belongs into another one. */
function besideTheWorkspace(): string {
  const open = vscode.workspace.workspaceFolders?.[0]?.uri;
  return open?.scheme === 'file' ? dirname(open.fsPath) : homedir();
}

async function offerToOpen(folder: string): Promise<void> {
  const open = 'Open';
  const inNewWindow = 'Open in New Window';
  const answer = await vscode.window.showInformationMessage(`Made '${folder}'.`, open, inNewWindow);
  if (answer === undefined) return;
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder), {
    forceNewWindow: answer === inNewWindow,
  });
}
