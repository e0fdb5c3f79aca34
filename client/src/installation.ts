/** Where the extension's own programs are. */
import { join } from 'node:path';

export interface Installation {
  /** The `unikernel` command, which tasks run. */
  readonly commandLine: string;
  readonly languageServer: string;
  readonly debugAdapter: string;
}

/** @param folder The folder of the extension's package.json. */
export function installationAt(folder: string): Installation {
  const bundle = (name: string) => join(folder, 'dist', name);
  return {
    commandLine: bundle('unikernel.js'),
    languageServer: bundle('server.js'),
    debugAdapter: bundle('debug-adapter.js'),
  };
}

/** Makes the editor's own program, which is Electron on a desktop, run a script as plain Node does. */
export const AS_NODE: Readonly<Record<string, string>> = { ELECTRON_RUN_AS_NODE: '1' };
