/** Where a file belongs: to a manifest's project, or to a tree of its own. */
import { dirname, join } from 'node:path';
import { fileKind, isBelow } from './files';
import { kernelKind, type TreeSources } from './tree';
import type { Workspace } from './workspace';

export type Home =
  | { readonly kind: 'project'; readonly manifest: string }
  | { readonly kind: 'tree'; readonly sources: TreeSources };

/** The innermost that a file is in; undefined where it is in none. */
export function homeOf(workspace: Workspace, path: string): Home | undefined {
  const inside = (folder: string) => isBelow(folder, path);
  const nearest = (folders: readonly string[]) =>
    folders.filter(inside).sort((a, b) => b.length - a.length)[0];
  const kernel = nearest([...workspace.kernelFolders(), workspace.builtInKernel]);
  const manifests = workspace.paths('manifest').filter((manifest) => inside(dirname(manifest)));
  const project = manifests.sort((a, b) => dirname(b).length - dirname(a).length || a.length - b.length)[0];
  if (project !== undefined && (kernel === undefined || dirname(project).length >= kernel.length)) {
    return { kind: 'project', manifest: fileKind(path) === 'manifest' ? path : project };
  }
  const sources = kernel === undefined ? looseSources(workspace, path) : kernelSources(workspace, kernel);
  return sources && { kind: 'tree', sources };
}

/** Of a kernel's tree without a project. */
export function kernelSources(workspace: Workspace, folder: string): TreeSources {
  const kind = workspace.derive('kernel-kinds', folder, (files) => kernelKind(folder, files));
  return { kernel: { folder, kind: kind ?? 'sdk' } };
}

/** Of a library or an application that is in no kernel's tree and has no manifest. */
function looseSources(workspace: Workspace, path: string): TreeSources | undefined {
  const uk = [...workspace.paths('makefile'), ...workspace.paths('kconfig')].map(dirname);
  const folder = uk.filter((f) => isBelow(f, path)).sort((a, b) => a.length - b.length)[0];
  if (folder === undefined) return undefined;
  const kernel = workspace.kernelFolders().find((place) => kernelKind(place, workspace.files) === 'unikraft');
  const found = kernel === undefined ? {} : { kernel: { folder: kernel, kind: 'unikraft' as const } };
  // Make builds an application in its own folder, and a library in others'.
  const isApplication = workspace.files.kind(join(folder, 'Makefile')) === 'file';
  return isApplication ? { ...found, application: folder } : { ...found, libraries: [folder] };
}
