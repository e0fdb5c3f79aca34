/** What there is to know of a C function that a TypeScript file names. */
import type { Workspace } from '../../project';
import { describeFunction, type FunctionDescription, providerOf } from '../c/describe';
import { exporters } from '../c/providers';
import { libraryNamed } from './check-imports';
import { type HeaderFunction, libraryHeaders } from './headers';

export interface ForeignDescription extends FunctionDescription {
  /** The comment before the declaration, in one line. */
  readonly documentation: string | undefined;
}

/**
 * @param module The library that the file says has it; whoever exports it where the file does not say.
 * @returns Undefined where no library has the function.
 */
export function describeForeign(
  workspace: Workspace,
  path: string,
  name: string,
  module: string | undefined,
): ForeignDescription | undefined {
  const tree = workspace.treeOf(path);
  if (tree === undefined) return undefined;
  const named = module === undefined ? undefined : libraryNamed(tree, module);
  const libraries = named === undefined ? exporters(workspace, tree, name) : [named];
  const declared = libraries.flatMap((one): readonly HeaderFunction[] => {
    return libraryHeaders(workspace, one).functions.get(name) ?? [];
  })[0];
  const inHeader = declared && describeFunction(workspace, declared.path, name);
  // Whether a library is enabled, only the file's own project knows.
  const here = describeFunction(workspace, path, name);
  const found = here ?? inHeader;
  const providers = libraries.map((library) => providerOf(workspace, tree, library));
  return (
    found && {
      ...found,
      providers: providers.length > 0 ? providers : found.providers,
      signature: inHeader?.signature ?? found.signature,
      declaredIn: inHeader?.declaredIn ?? found.declaredIn,
      documentation: declared?.documentation,
    }
  );
}
