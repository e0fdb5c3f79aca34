/** Where a file belongs: to a manifest's project, or to a tree of its own. */
import { dirname, join } from 'node:path';
import { fileKind, foldersAbove } from './files';
import { kernelKind, type TreeSources } from './tree';
import type { Workspace } from './workspace';

export type Home =
  | { readonly kind: 'project'; readonly manifest: string }
  | { readonly kind: 'tree'; readonly sources: TreeSources };

/** The innermost that a file is in; undefined where it is in none. */
export function homeOf(workspace: Workspace, path: string): Home | undefined {
  const above = foldersAbove(path);
  const kernels = new Set([...workspace.kernelFolders(), workspace.builtInKernel]);
  const kernel = above.find((folder) => kernels.has(folder));
  const manifests = manifestsByFolder(workspace);
  const project = above.find((folder) => manifests.has(folder));
  const manifest = project === undefined ? undefined : manifests.get(project);
  if (project !== undefined && manifest !== undefined && project.length >= (kernel?.length ?? 0)) {
    return { kind: 'project', manifest: fileKind(path) === 'manifest' ? path : manifest };
  }
  const sources = kernel === undefined ? looseSources(workspace, above) : kernelSources(workspace, kernel);
  return sources && { kind: 'tree', sources };
}

/** Of several in a folder, the one with the shortest name. */
function manifestsByFolder(workspace: Workspace): ReadonlyMap<string, string> {
  return workspace.derive('manifest-folders', '', () => {
    const found = new Map<string, string>();
    for (const path of workspace.paths('manifest')) {
      const known = found.get(dirname(path));
      if (known === undefined || path.length < known.length) found.set(dirname(path), path);
    }
    return found;
  });
}

/** Of a kernel's tree without a project. */
export function kernelSources(workspace: Workspace, folder: string): TreeSources {
  const kind = workspace.derive('kernel-kinds', folder, (files) => kernelKind(folder, files));
  return { kernel: { folder, kind: kind ?? 'sdk' } };
}

/** Of a library or an application that is in no kernel's tree and has no manifest: its outermost folder. */
function looseSources(workspace: Workspace, above: readonly string[]): TreeSources | undefined {
  const folders = workspace.derive(
    'library-paths',
    '',
    () => new Set([...workspace.paths('makefile'), ...workspace.paths('kconfig')].map(dirname)),
  );
  const folder = above.findLast((one) => folders.has(one));
  if (folder === undefined) return undefined;
  const kernel = workspace.kernelFolders().find((place) => kernelKind(place, workspace.files) === 'unikraft');
  const found = kernel === undefined ? {} : { kernel: { folder: kernel, kind: 'unikraft' as const } };
  // Make builds an application in its own folder, and a library in others'.
  const isApplication = workspace.files.kind(join(folder, 'Makefile')) === 'file';
  return isApplication ? { ...found, application: folder } : { ...found, libraries: [folder] };
}
