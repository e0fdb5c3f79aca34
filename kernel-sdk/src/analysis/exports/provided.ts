/** What there is to know of a system call that a Makefile.uk says its library answers. */
import { dirname } from 'node:path';
import type { Workspace } from '../../project';
import { shortName } from '../c/providers';
import { providersOfSystemCall } from '../c/system-calls';
import { type SystemCallDefinition, systemCallsAt } from './system-calls';

export interface SystemCallDescription {
  /** Under conditions of the preprocessor there may be several; none where no source shows one. */
  readonly definitions: readonly SystemCallDefinition[];
  /** Short names of other libraries that say so as well. */
  readonly others: readonly string[];
}

/** @param path The Makefile.uk's. */
export function describeSystemCall(workspace: Workspace, path: string, name: string): SystemCallDescription {
  const folder = dirname(path);
  const tree = workspace.librariesOf(path);
  const providers = tree === undefined ? [] : providersOfSystemCall(workspace, tree, name);
  return {
    definitions: systemCallsAt(workspace, folder).filter((one) => one.name === name),
    others: providers.filter((library) => library.folder !== folder).map(shortName),
  };
}
