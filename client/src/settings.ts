/** The user's settings under `unikernel.`; an empty text counts as not set. */
import * as vscode from 'vscode';

export interface ToolSettings {
  readonly qemuPath: string | undefined;
  readonly gdbPath: string | undefined;
  readonly compiler: string | undefined;
}

export interface LibrarySettings {
  readonly showLibraries: boolean | undefined;
  readonly skipLibraries: readonly string[] | undefined;
}

/** How libraries are debugged in a file's workspace folder. */
export function librarySettings(file: string): LibrarySettings {
  const settings = vscode.workspace.getConfiguration('unikernel.debug', vscode.Uri.file(file));
  return { showLibraries: settings.get('showLibraries'), skipLibraries: settings.get('skipLibraries') };
}

/** The programs that were named for a file's workspace folder. */
export function toolSettings(file: string): ToolSettings {
  const settings = vscode.workspace.getConfiguration('unikernel', vscode.Uri.file(file));
  const text = (name: keyof ToolSettings) => settings.get<string>(name)?.trim() || undefined;
  return { qemuPath: text('qemuPath'), gdbPath: text('gdbPath'), compiler: text('compiler') };
}
