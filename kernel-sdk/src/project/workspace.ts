/**
 * The folders that an editor or a check looks at, kept current as files change. What is worked out from files is made
 * once and again only when one of the files that it looked at has changed.
 */
import { dirname, join, resolve } from 'node:path';
import type { Configuration } from '../kconfig';
import { finish, type Steps, Turns } from '../steps';
import { assignedIn } from './assignments';
import { Derived } from './derived';
import { realFileSystem, withTexts } from './file-system';
import { type FileKind, type FoundFile, fileKind, foldersAbove, isBelow, isSkipped, walk } from './files';
import { homeOf, kernelSources } from './homes';
import { type OpenedManifest, openManifest, projectWith } from './load';
import { type LookKind, NAME_LOOKS, placeOf, seenStamp, stampOf } from './looks';
import type { FileSystem, FolderEntry, Project } from './model';
import { sdkFolder } from './sdk-folder';
import { type Known, PATHS, restoreSnapshot, type Snapshot, takeSnapshot } from './snapshot';
import { kernelKind, type LibraryTree, type Tree } from './tree';
import { Trees } from './trees';

export interface WorkspaceOptions {
  /** What counts where a document is not open. */
  readonly fileSystem?: FileSystem;
  /** Another built-in kernel than the one that comes with this package. */
  readonly kernelFolder?: string;
}

/** Projects that are kept at a time. */
const KEPT_PROJECTS = 12;
/** Values of their options, which take less. */
const KEPT_CONFIGURATIONS = 24;
/** Files of a workspace beyond this many are not looked at. */
const FILE_LIMIT = 200_000;

export class Workspace {
  /** Open documents before the disk. Reading through it makes nothing that is kept; see {@link derive}. */
  readonly files: FileSystem;
  readonly trees: Trees;
  readonly #open = new Map<string, string>();
  readonly #derived = new Derived();
  #kernelFolder: string | undefined;
  #folders: readonly string[];
  #found = new Map<string, FoundFile>();
  #revision = 0;

  constructor(folders: readonly string[], options: WorkspaceOptions = {}) {
    this.#folders = folders.map((folder) => resolve(folder));
    this.#kernelFolder = options.kernelFolder && resolve(options.kernelFolder);
    this.#base = options.fileSystem ?? realFileSystem;
    const files = withTexts(remembering(this.#base, this.#disk), this.#open);
    const noting =
      <T extends string | readonly FolderEntry[] | undefined>(kind: LookKind, look: (path: string) => T) =>
      (path: string) => {
        if (!this.#derived.isMaking) return look(path);
        const place = placeOf(kind, path);
        this.#derived.looksAt(place);
        if (this.#stamps.has(place)) return look(path);
        // A text's stamp is older than the text: what is written in between is noticed later.
        const text = kind === 'text' ? stampOf({ kind, path }, files) : undefined;
        const seen = look(path);
        this.#stamps.set(place, text ?? seenStamp(seen));
        return seen;
      };
    this.#files = files;
    this.files = {
      ...files,
      readText: noting('text', files.readText),
      entries: noting('entries', files.entries),
      kind: noting('kind', files.kind),
      realPath: noting('realPath', files.realPath),
    };
    this.trees = new Trees(this.#derived, this.files);
  }

  /** What is on the disk now. */
  readonly #base: FileSystem;
  /** The same without noting who looks. */
  readonly #files: FileSystem;
  /** Of what was looked at, by place, as it was then. */
  readonly #stamps = new Map<string, string>();

  /** Texts of files as they were on the disk when they were last looked at. */
  readonly #disk = new Map<string, string | undefined>();

  /** How many changes there have been: what was made of another revision may be out of date. */
  get revision(): number {
    return this.#revision;
  }

  /** The kernel that projects with `x-kernel: sdk` are built with. */
  get builtInKernel(): string {
    this.#kernelFolder ??= join(sdkFolder(), 'kernel');
    return this.#kernelFolder;
  }

  get folders(): readonly string[] {
    return this.#folders;
  }

  /** Other folders than before; {@link scan} finds what is in them. */
  setFolders(folders: readonly string[]): void {
    this.#folders = folders.map((folder) => resolve(folder));
  }

  /** Looks for the files in the workspace's folders, a slice at a time. Stops early when told to. */
  async scan(signal?: AbortSignal): Promise<void> {
    const found = new Map<string, FoundFile>();
    const turns = new Turns();
    for (const folder of this.#folders) {
      for (const file of walk(folder, this.files)) {
        if (file !== undefined) found.set(file.path, file);
        if (found.size > FILE_LIMIT) break;
        if (!turns.due) continue;
        await turns.pass();
        if (signal?.aborted) return;
      }
    }
    this.#found = found;
    for (const path of this.#open.keys()) this.#add(path);
    this.#revision++;
    this.#derived.forgetResults(PATHS, () => true);
  }

  /** Paths of the workspace's files of some kinds, in the order of their names; of all kinds unless told. */
  paths(...kinds: readonly FileKind[]): readonly string[] {
    return this.derive(PATHS, kinds.join(), () => {
      const found = kinds.length === 0 ? [...this.#found.keys()].sort() : this.paths();
      return found.filter((path) => kinds.length === 0 || kinds.some((kind) => this.#isOf(path, kind)));
    });
  }

  #isOf(path: string, kind: FileKind): boolean {
    return this.#found.get(path)?.kind === kind;
  }

  /** A document is open with this text, or has this one now. */
  open(path: string, text: string): void {
    if (this.#open.get(path) === text) return;
    const isNew = !this.#open.has(path);
    this.#open.set(path, text);
    this.#forget(path, isNew);
    this.#add(path);
  }

  /** A document is closed: what the disk has counts again. */
  close(path: string): void {
    const text = this.#open.get(path);
    if (!this.#open.delete(path)) return;
    this.#disk.delete(path);
    if (this.files.readText(path) !== text) this.changed(path);
    if (!this.#isInside(path) && this.#found.delete(path)) this.#forgetPaths(path);
  }

  /** Whether a file is one of the workspace's: in its folders, or open. */
  has(path: string): boolean {
    return this.#found.has(path);
  }

  isOpen(path: string): boolean {
    return this.#open.has(path);
  }

  /** A file on the disk appeared, went, or has another text. */
  changed(path: string): void {
    this.#disk.delete(path);
    if (this.files.kind(path) === 'file') {
      if (this.#isInside(path)) this.#add(path);
    } else if (this.#found.delete(path)) this.#forgetPaths(path);
    this.#forget(path, true);
  }

  /**
   * What `make` makes of files, kept under a name until one of the files changes. Of a family that says how many it
   * keeps, those that were asked for longest ago are forgotten.
   */
  derive<T>(
    family: string,
    name: string,
    make: (files: FileSystem) => T,
    keep = Number.POSITIVE_INFINITY,
  ): T {
    return this.#derived.get(family, name, () => make(this.files), keep);
  }

  /** Whether something was derived already, so that asking for it takes no time. */
  hasDerived(family: string, name: string): boolean {
    return this.#derived.has(family, name);
  }

  /** What was derived already; undefined where it would have to be made. */
  known<T>(family: string, name: string): T | undefined {
    return this.hasDerived(family, name)
      ? this.#derived.get<T | undefined>(family, name, () => undefined, Number.POSITIVE_INFINITY)
      : undefined;
  }

  /** The same as {@link derive} for what takes long: made in steps, between which files may change. */
  deriveSteps<T>(
    family: string,
    name: string,
    make: (files: FileSystem) => Steps<T>,
    keep = Number.POSITIVE_INFINITY,
  ): Steps<T> {
    return this.#derived.steps(family, name, () => make(this.files), keep);
  }

  /** Makes, in steps, all that {@link treeOf} and {@link configuration} say of a file. */
  *prepare(path: string): Steps<void> {
    const tree = yield* this.treeOfSteps(path);
    if (tree === undefined || !isProject(tree)) return;
    const { manifestPath, manifest } = tree;
    for (let target = 0; target < Math.max(1, manifest.targets.length); target++) {
      yield* this.configurationSteps(manifestPath, target);
    }
  }

  /** The project of a manifest; undefined when the manifest cannot be read. */
  project(manifestPath: string): Project | undefined {
    return finish(this.projectSteps(manifestPath));
  }

  /** {@link project} in steps. */
  projectSteps(manifestPath: string): Steps<Project | undefined> {
    const make = function* (this: Workspace): Steps<Project | undefined> {
      const opened = this.#opened(manifestPath);
      return opened && projectWith(opened, yield* this.trees.treeSteps(opened.sources));
    };
    return this.deriveSteps('projects', manifestPath, make.bind(this), KEPT_PROJECTS);
  }

  #opened(manifestPath: string): OpenedManifest | undefined {
    const { builtInKernel: kernelFolder } = this;
    const make = (fileSystem: FileSystem) =>
      openManifest(manifestPath, { fileSystem, kernelFolder, unikraftFolders: this.kernelFolders() });
    return this.derive('manifests', manifestPath, make, KEPT_PROJECTS);
  }

  /**
   * The values that the options of a manifest's project have for one of its targets, by its place in the manifest;
   * undefined where the manifest cannot be read. A manifest without targets has those of no machine.
   */
  configuration(manifestPath: string, target = 0): Configuration | undefined {
    return finish(this.configurationSteps(manifestPath, target));
  }

  /** {@link configuration} in steps. */
  configurationSteps(manifestPath: string, target = 0): Steps<Configuration | undefined> {
    const make = function* (this: Workspace): Steps<Configuration | undefined> {
      const project = yield* this.projectSteps(manifestPath);
      if (project === undefined) return undefined;
      const assigned = assignedIn(project, project.manifest.targets[target]);
      return yield* this.trees.valuesSteps(project.sources, assigned);
    };
    return this.deriveSteps(
      'configurations',
      `${target} ${manifestPath}`,
      make.bind(this),
      KEPT_CONFIGURATIONS,
    );
  }

  /** Roots of kernel trees in the workspace. */
  kernelFolders(): readonly string[] {
    return this.derive('kernels', '', (files) =>
      this.paths('kconfig')
        .map(dirname)
        .filter((folder) => kernelKind(folder, files) !== undefined),
    );
  }

  /**
   * What a file is understood with. A file in a project's folder: that project. One of a kernel's tree: that tree with
   * every library of it. Another library's or application's: its own folder, and the workspace's Unikraft tree.
   */
  treeOf(path: string): Tree | Project | undefined {
    return finish(this.treeOfSteps(path));
  }

  /** {@link treeOf} in steps. */
  *treeOfSteps(path: string): Steps<Tree | Project | undefined> {
    const home = homeOf(this, path);
    if (home === undefined) return undefined;
    if (home.kind === 'project') return yield* this.projectSteps(home.manifest);
    return yield* this.trees.treeSteps(home.sources);
  }

  /** The same without options: what is made of it stays as it is when those change. */
  librariesOf(path: string): LibraryTree | undefined {
    const home = homeOf(this, path);
    const sources = home?.kind === 'project' ? this.#opened(home.manifest)?.sources : home?.sources;
    return sources && finish(this.trees.librarySteps(sources));
  }

  /** The project that a file is understood with; undefined for one of a tree that is no project's. */
  projectOf(path: string): Project | undefined {
    const home = homeOf(this, path);
    return home?.kind === 'project' ? this.project(home.manifest) : undefined;
  }

  /** A kernel's tree without a project. */
  kernelTree(folder: string): Tree {
    return finish(this.trees.treeSteps(kernelSources(this, folder)));
  }

  #isInside(path: string): boolean {
    return this.#folders.some((folder) => isBelow(folder, path) && !isSkipped(folder, path));
  }

  #add(path: string): void {
    const kind = fileKind(path);
    if (kind === undefined || this.#found.has(path)) return;
    this.#found.set(path, { path, kind });
    this.#forgetPaths(path);
  }

  #forgetPaths(path: string): void {
    const kind = fileKind(path);
    this.#derived.forgetResults(PATHS, (kinds) => kinds === '' || kinds.split(',').some((k) => k === kind));
  }

  /** A file has another text, and there may be other names than there were. */
  #forget(path: string, namesMayChange: boolean): void {
    this.#revision++;
    const places = [placeOf('text', path)];
    // The folders above may be as new as the file. What looks as it did is not forgotten.
    for (const above of namesMayChange ? [path, ...foldersAbove(path)] : []) {
      for (const kind of NAME_LOOKS) {
        const place = placeOf(kind, above);
        const before = this.#stamps.get(place);
        if (before === undefined || stampOf({ kind, path: above }, this.#files) === before) continue;
        places.push(place);
      }
    }
    for (const place of places) this.#stamps.delete(place);
    this.#derived.forget(places);
  }

  /**
   * Results of some families as they can be kept for {@link restore}: those that follow from what is on the disk alone.
   * Undefined where something changes meanwhile.
   */
  snapshot(families: ReadonlySet<string>): Steps<Snapshot | undefined> {
    return takeSnapshot(this.#known(), families);
  }

  /** Takes over what a snapshot knows and nothing has changed under; gives how many results can be used. */
  restore(snapshot: Snapshot): Steps<number> {
    return restoreSnapshot(this.#known(), snapshot);
  }

  #known(): Known {
    const derived = this.#derived;
    const stamps = this.#stamps;
    const texts = { now: this.#files, disk: this.#base };
    return {
      ...{ derived, stamps, texts },
      revision: () => this.#revision,
      paths: (kinds) => this.paths(...kinds),
      text: (path) => this.#open.get(path) ?? this.#disk.get(path),
    };
  }
}

/** Reads a text from the disk once, until it is forgotten. */
function remembering(files: FileSystem, texts: Map<string, string | undefined>): FileSystem {
  return {
    ...files,
    readText(path) {
      // C sources are many and large: those who read them keep what they make of them.
      const kind = fileKind(path);
      if (kind !== 'manifest' && kind !== 'kconfig' && kind !== 'makefile' && kind !== 'exports') {
        return files.readText(path);
      }
      if (!texts.has(path)) texts.set(path, files.readText(path));
      return texts.get(path);
    },
  };
}

/** Whether a tree is a manifest's. */
export function isProject(tree: Tree | Project): tree is Project {
  return 'manifestPath' in tree;
}
