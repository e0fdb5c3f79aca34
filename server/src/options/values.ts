/** The options that a file is about, with the values that they have where it belongs to a project. */
import { type Configuration, evaluationSteps, type Option } from '@unikernel-tools/kernel-sdk/kconfig';
import { isProject, type Project, type Tree, type Workspace } from '@unikernel-tools/kernel-sdk/project';
import { finish, type Steps } from '@unikernel-tools/kernel-sdk/steps';

export interface Understanding {
  readonly tree: Tree | Project;
  readonly configuration: Configuration;
  /** Whose assignments count; none for a tree without a project. */
  readonly manifest?: string;
}

/** Projects that are looked through for one that uses a kernel's tree. */
const LOOKED_AT = 8;

export function understandingOf(workspace: Workspace, path: string): Understanding | undefined {
  return finish(understandingSteps(workspace, path));
}

/** The same in steps. */
export function* understandingSteps(workspace: Workspace, path: string): Steps<Understanding | undefined> {
  const tree = yield* workspace.treeOfSteps(path);
  if (tree === undefined) return undefined;
  const manifest = isProject(tree)
    ? tree.manifestPath
    : yield* projectWith(workspace, tree.sources.kernel?.folder);
  if (manifest !== undefined) {
    const project = yield* workspace.projectSteps(manifest);
    const configuration = yield* workspace.configurationSteps(manifest);
    if (project !== undefined && configuration !== undefined) {
      return { tree: project, configuration, manifest };
    }
  }
  const name = tree.sources.kernel?.folder ?? path;
  // Made of the tree, and so made again with it.
  const make = function* () {
    return yield* evaluationSteps(((yield* workspace.treeOfSteps(path)) ?? tree).options, []);
  };
  return { tree, configuration: yield* workspace.deriveSteps('defaults', name, make, LOOKED_AT) };
}

function* projectWith(workspace: Workspace, kernel: string | undefined): Steps<string | undefined> {
  if (kernel === undefined) return undefined;
  for (const manifest of workspace.paths('manifest').slice(0, LOOKED_AT)) {
    const project = yield* workspace.projectSteps(manifest);
    if (project?.sources.kernel?.folder === kernel) return manifest;
  }
  return undefined;
}

export function optionOf({ tree }: Understanding, name: string): Option | undefined {
  return tree.options.options.get(name);
}
