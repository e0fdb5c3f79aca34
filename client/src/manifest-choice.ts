/** Which of a workspace's manifests is meant. */
import { dirname, isAbsolute, relative, sep } from 'node:path';

export interface ActiveFile {
  /** Absolute path of the file in the active editor. */
  readonly path: string;
  /** True when the editor takes it for a Kraftfile. */
  readonly isManifest: boolean;
}

export type ManifestChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly path: string }
  /** Best first; the user decides. */
  | { readonly kind: 'several'; readonly paths: readonly string[] };

/**
 * A manifest in the active editor is meant; else the one whose project the active file is of, as the status bar shows;
 * else the only one there is; else the user is asked.
 */
export function chooseManifest(manifests: readonly string[], active?: ActiveFile): ManifestChoice {
  if (active?.isManifest) return { kind: 'one', path: active.path };
  const paths = orderManifests(manifests, active?.path);
  const [first, second] = paths;
  if (first === undefined) return { kind: 'none' };
  const isOfProject = active !== undefined && isInside(active.path, dirname(first));
  const isAlone = second === undefined || (isOfProject && dirname(second) !== dirname(first));
  return isAlone ? { kind: 'one', path: first } : { kind: 'several', paths };
}

/** Those whose folder holds the active file come first, the nearest one at the top; then the highest up. */
export function orderManifests(manifests: readonly string[], activeFile?: string): string[] {
  const depth = (path: string) => dirname(path).split(sep).length;
  const holds = (path: string) => activeFile !== undefined && isInside(activeFile, dirname(path));
  return [...manifests].sort((a, b) => {
    const [aHolds, bHolds] = [holds(a), holds(b)];
    if (aHolds !== bHolds) return aHolds ? -1 : 1;
    const difference = depth(a) - depth(b);
    return (aHolds ? -difference : difference) || (a < b ? -1 : a > b ? 1 : 0);
  });
}

/** False for the folder itself, and for a path on another drive. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
