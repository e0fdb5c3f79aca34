/** From a folder to its {@link Project}. */
import { basename, dirname, join, resolve } from 'node:path';
import { type KernelSource, type Manifest, type ManifestLibrary, parseManifest } from '../manifest';
import { finish, type Steps } from '../steps';
import { realFileSystem } from './file-system';
import { MANIFEST_NAMES } from './files';
import type { FileSystem, Project } from './model';
import { sdkFolder } from './sdk-folder';
import { kernelKind, type Tree, type TreeSources, treeSteps } from './tree';

export type LoadResult =
  | { readonly ok: true; readonly project: Project }
  | { readonly ok: false; readonly message: string };

export interface LoadOptions {
  readonly fileSystem?: FileSystem;
  /** Another kernel tree than the built-in one. */
  readonly kernelFolder?: string;
  /** Where a Unikraft tree may be that the manifest does not say the place of. */
  readonly unikraftFolders?: readonly string[];
}

export type FindResult =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly message: string };

/** The manifest of a folder; none, or more than one, is a failure with its sentence. */
export function findManifest(folder: string, fileSystem: FileSystem = realFileSystem): FindResult {
  const names = fileSystem.entries(folder).map(({ name }) => name);
  const found = names.filter((name) => MANIFEST_NAMES.includes(name));
  const [first, second] = found;
  if (first === undefined) {
    return {
      ok: false,
      message: `There is no Kraftfile in '${folder}'. Make a project with 'unikernel new hello FOLDER'.`,
    };
  }
  if (second !== undefined) {
    return {
      ok: false,
      message: `'${folder}' holds several manifests (${found.join(', ')}). Keep one of them.`,
    };
  }
  return { ok: true, path: join(folder, first) };
}

/** Reads everything that a build or an analysis needs; problems are collected, not thrown. */
export function loadProject(manifestPath: string, options: LoadOptions = {}): LoadResult {
  return finish(projectSteps(manifestPath, options));
}

/** The same in steps. */
export function* projectSteps(manifestPath: string, options: LoadOptions = {}): Steps<LoadResult> {
  const path = resolve(manifestPath);
  const opened = openManifest(path, options);
  if (opened === undefined) {
    return {
      ok: false,
      message: `The manifest '${path}' cannot be read. Check the path and its permissions.`,
    };
  }
  const tree = yield* treeSteps(opened.sources, options.fileSystem ?? realFileSystem);
  return { ok: true, project: projectWith(opened, tree) };
}

export interface OpenedManifest {
  /** Absolute. */
  readonly path: string;
  readonly manifest: Manifest;
  /** The folders that it is about, as far as they are on this disk. */
  readonly sources: TreeSources;
  /** Whether that is all of them. */
  readonly complete: boolean;
}

/** A manifest without its tree; undefined where it cannot be read. */
export function openManifest(manifestPath: string, options: LoadOptions = {}): OpenedManifest | undefined {
  const fileSystem = options.fileSystem ?? realFileSystem;
  const path = resolve(manifestPath);
  const text = fileSystem.readText(path);
  if (text === undefined) return undefined;
  const manifest = parseManifest(text);
  return { path, manifest, ...sourcesOf(manifest, dirname(path), fileSystem, options) };
}

/** A manifest and the tree of its sources. */
export function projectWith({ path, manifest, complete }: OpenedManifest, tree: Tree): Project {
  const folder = dirname(path);
  const own = manifest.problems.map((problem) => ({ ...problem, file: path }));
  return {
    ...tree,
    folder,
    manifestPath: path,
    manifest,
    name: nameOf(manifest, folder),
    complete,
    problems: [...own, ...tree.problems, ...tree.options.problems],
  };
}

function sourcesOf(
  manifest: Manifest,
  folder: string,
  files: FileSystem,
  options: LoadOptions,
): Pick<OpenedManifest, 'sources' | 'complete'> {
  const { kernel } = manifest;
  if (kernel?.kind === 'sdk') {
    const sdk = options.kernelFolder ?? join(sdkFolder(), 'kernel');
    return {
      sources: { kernel: { folder: sdk, kind: 'sdk' }, application: folder },
      complete: true,
    };
  }
  // An image that others built has no sources here.
  if (kernel?.kind !== 'unikraft') return { sources: {}, complete: false };
  const places = [...localSource(kernel, folder), join(folder, '.unikraft', 'unikraft')];
  const found = [...places, ...(options.unikraftFolders ?? [])].find(
    (place) => kernelKind(place, files) === 'unikraft',
  );
  const libraries = manifest.libraries.map((library) => ({
    name: library.name.value,
    folder: libraryFolder(library, folder, files),
  }));
  const inKernel = (name: string) =>
    found !== undefined &&
    [name, name.replace(/^lib/, '')].some((n) => files.kind(join(found, 'lib', n)) === 'folder');
  return {
    sources: {
      ...(found === undefined ? {} : { kernel: { folder: found, kind: 'unikraft' } }),
      libraries: libraries.flatMap((library) => library.folder ?? []),
      ...(files.kind(join(folder, 'Makefile.uk')) === 'file' ? { application: folder } : {}),
    },
    complete:
      found !== undefined &&
      libraries.every(({ name, folder: place }) => place !== undefined || inKernel(name)),
  };
}

/** Where the sources of an external library are on this disk. */
export function libraryFolder(
  { name, source, version }: ManifestLibrary,
  folder: string,
  files: FileSystem,
): string | undefined {
  const named = [source, version].flatMap((place) =>
    place === undefined || isRemote(place.value) ? [] : [resolve(folder, place.value)],
  );
  return [...named, join(folder, '.unikraft', 'libs', name.value)].find(
    (place) => files.kind(join(place, 'Makefile.uk')) === 'file',
  );
}

function localSource(kernel: Extract<KernelSource, { kind: 'unikraft' }>, folder: string): string[] {
  return [kernel.source, kernel.version].flatMap((place) =>
    place === undefined || isRemote(place.value) ? [] : [resolve(folder, place.value)],
  );
}

/** Not a path on this disk. */
function isRemote(source: string): boolean {
  return /^[a-z][a-z+.-]*:\/\/|^git@/i.test(source);
}

/** A name that is safe as a file's and on a command line. */
function nameOf(manifest: Manifest, folder: string): string {
  const name = (manifest.name?.value ?? basename(folder)).toLowerCase().replace(/[^a-z0-9_-]+/g, '-');
  return name.replace(/^-+|-+$/g, '') || 'unikernel';
}
