/** F5: finds the manifest, and fills in what a launch configuration leaves out. */
import { existsSync } from 'node:fs';
import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import {
  DEBUG_TYPE,
  isEmpty,
  isWithoutProject,
  type LaunchConfiguration,
  launchOf,
  withAbsolutePaths,
  withDefaults,
  withIdentity,
} from './launch-configuration';
import type { Output } from './output';
import { librarySettings, toolSettings } from './settings';
import type { TargetMemory } from './targets';
import { requireTrust } from './trust';
import type { WorkspaceManifests } from './workspace-manifests';

/** The serial line has a terminal, unless the user wants it elsewhere. */
const CONSOLE = { console: 'terminal' };

export class DebugConfigurations implements vscode.DebugConfigurationProvider {
  constructor(
    private readonly manifests: WorkspaceManifests,
    private readonly memory: TargetMemory,
    private readonly output: Output,
  ) {}

  register(): vscode.Disposable {
    const { Initial, Dynamic } = vscode.DebugConfigurationProviderTriggerKind;
    // A provider for `Initial` also resolves; one for `Dynamic` must not do so a second time.
    return vscode.Disposable.from(
      vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, this, Initial),
      vscode.debug.registerDebugConfigurationProvider(
        DEBUG_TYPE,
        { provideDebugConfigurations: (folder) => this.provideDebugConfigurations(folder) },
        Dynamic,
      ),
    );
  }

  /** One for each manifest of the folder; for launch.json and for the list that the editor offers. */
  async provideDebugConfigurations(
    folder: vscode.WorkspaceFolder | undefined,
  ): Promise<LaunchConfiguration[]> {
    const found = await this.manifests.all(folder);
    const configurations = await Promise.all(
      found.map(async (path) =>
        launchOf(portablePath(path, folder), (await this.manifests.targets(path))?.name),
      ),
    );
    return configurations.length > 0 ? configurations : [launchOf('${workspaceFolder}/Kraftfile')];
  }

  /** Undefined ends the start; the user then has the reason. */
  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<LaunchConfiguration | undefined> {
    if (!requireTrust('Debugging a unikernel', this.output)) return undefined;
    const complete = withIdentity(configuration);
    if (!isEmpty(complete.manifest) || isWithoutProject(complete)) return complete;
    // Without a launch.json the editor names a folder, the first one, that nobody has chosen.
    const manifest = await this.manifests.pick(configuration.type ? folder : undefined);
    if (manifest === undefined) return undefined;
    const project = (await this.manifests.targets(manifest))?.name;
    return { ...withIdentity(configuration, project), manifest };
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<LaunchConfiguration | undefined> {
    const root = folder ?? vscode.workspace.workspaceFolders?.[0];
    const complete = withAbsolutePaths(withIdentity(configuration), root?.uri.fsPath);
    const { manifest, program } = complete;
    if (typeof manifest !== 'string' || isWithoutProject(complete)) {
      const place = typeof program === 'string' ? program : root?.uri.fsPath;
      return place === undefined
        ? withDefaults(complete, CONSOLE)
        : withDefaults(complete, { ...CONSOLE, ...toolSettings(place), ...librarySettings(place) });
    }
    if (!existsSync(manifest)) {
      this.manifests.tellMissing(
        `There is no manifest '${manifest}', which the launch configuration '${configuration.name}' names. Correct its 'manifest', or make a new project.`,
      );
      return undefined;
    }
    const targets = await this.manifests.targets(manifest);
    return withDefaults(complete, {
      target: targets && this.memory.chosen(manifest, targets)?.id,
      ...CONSOLE,
      ...toolSettings(manifest),
      ...librarySettings(manifest),
    });
  }
}

/** With `${workspaceFolder}`, so that a launch.json can be shared. */
function portablePath(path: string, folder: vscode.WorkspaceFolder | undefined): string {
  if (folder === undefined) return path;
  return `\${workspaceFolder}/${relative(folder.uri.fsPath, path).split(sep).join('/')}`;
}
