/** The options that a file is about, with the values that they have where it belongs to a project. */
import { type Configuration, evaluateKconfig, type Option } from '@unikernel-tools/kernel-sdk/kconfig';
import { isProject, type Project, type Tree, type Workspace } from '@unikernel-tools/kernel-sdk/project';

export interface Understanding {
  readonly tree: Tree | Project;
  readonly configuration: Configuration;
  /** Whose assignments count; none for a tree without a project. */
  readonly manifest?: string;
}

/** Projects that are looked through for one that uses a kernel's tree. */
const LOOKED_AT = 8;

export function understandingOf(workspace: Workspace, path: string): Understanding | undefined {
  const tree = workspace.treeOf(path);
  if (tree === undefined) return undefined;
  const manifest = isProject(tree) ? tree.manifestPath : projectWith(workspace, tree.sources.kernel?.folder);
  const project = manifest === undefined ? undefined : workspace.project(manifest);
  const configuration = manifest === undefined ? undefined : workspace.configuration(manifest);
  if (manifest !== undefined && project !== undefined && configuration !== undefined) {
    return { tree: project, configuration, manifest };
  }
  const name = tree.sources.kernel?.folder ?? path;
  const make = () => evaluateKconfig(tree.options, []);
  return { tree, configuration: workspace.derive('defaults', name, make, LOOKED_AT) };
}

function projectWith(workspace: Workspace, kernel: string | undefined): string | undefined {
  if (kernel === undefined) return undefined;
  return workspace
    .paths('manifest')
    .slice(0, LOOKED_AT)
    .find((manifest) => workspace.project(manifest)?.sources.kernel?.folder === kernel);
}

export function optionOf({ tree }: Understanding, name: string): Option | undefined {
  return tree.options.options.get(name);
}
