/** Launch configurations: what F5 means without a launch.json, and what settings add to one. */
import { isAbsolute, join } from 'node:path';

/** A `vscode.DebugConfiguration`. */
export interface LaunchConfiguration {
  type: string;
  request: string;
  name: string;
  [attribute: string]: unknown;
}

export const DEBUG_TYPE = 'unikernel';

/** A configuration for one manifest. */
export function launchOf(manifest: string, project?: string): LaunchConfiguration {
  return {
    type: DEBUG_TYPE,
    request: 'launch',
    name: nameOf(project),
    manifest,
    stopOnEntry: true,
  };
}

/**
 * The identity that a configuration lacks when F5 is pressed without a launch.json; the rest stays. With the
 * project's name sessions, and their terminals, can be told apart.
 */
export function withIdentity(
  configuration: Partial<LaunchConfiguration>,
  project?: string,
): LaunchConfiguration {
  return {
    ...configuration,
    type: configuration.type || DEBUG_TYPE,
    request: configuration.request || 'launch',
    name: configuration.name || nameOf(project),
  };
}

function nameOf(project: string | undefined): string {
  return project === undefined ? 'Debug unikernel' : `Debug ${project}`;
}

/** Whether it says what is to be debugged without a manifest: an image, or the symbols of what runs. */
export function isWithoutProject({ request, program, symbols }: Partial<LaunchConfiguration>): boolean {
  return !isEmpty(program) || (request === 'attach' && !isEmpty(symbols));
}

/** The attributes that are paths, made absolute; a folder that is not known leaves them as they are. */
export function withAbsolutePaths(
  configuration: LaunchConfiguration,
  folder: string | undefined,
): LaunchConfiguration {
  const absolute = { ...configuration };
  for (const attribute of ['manifest', 'program', 'symbols']) {
    const path = absolute[attribute];
    // A value of another type is the adapter's to refuse, which names the attribute.
    if (folder === undefined || typeof path !== 'string' || path === '' || isAbsolute(path)) continue;
    absolute[attribute] = join(folder, path);
  }
  return absolute;
}

/** Values for attributes that a configuration leaves out or empty; an undefined or empty value adds none. */
export function withDefaults(
  configuration: LaunchConfiguration,
  defaults: Readonly<Record<string, unknown>>,
): LaunchConfiguration {
  const filled = { ...configuration };
  for (const [attribute, value] of Object.entries(defaults)) {
    if (isEmpty(filled[attribute]) && !isEmpty(value)) filled[attribute] = value;
  }
  return filled;
}

export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
