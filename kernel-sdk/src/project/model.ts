/** A folder with a Kraftfile, understood: manifest, libraries and configuration together. */
import type { Configuration } from '../kconfig';
import type { Library } from '../library';
import type { Manifest, ManifestTarget } from '../manifest';
import type { LocatedProblem } from '../problem';
import type { Tree } from './tree';

/** Its tree's sources name the kernel: the built-in one for `x-kernel: sdk`. */
export interface Project extends Tree {
  /** Absolute path of the folder that holds the manifest. */
  readonly folder: string;
  /** Absolute path of the Kraftfile. */
  readonly manifestPath: string;
  readonly manifest: Manifest;
  /** The manifest's `name`, or the folder's name; safe as a file name. */
  readonly name: string;
  /** Everything that the manifest names is on this disk: what is not found does not exist. */
  readonly complete: boolean;
  /** Of the manifest, and of the files of its tree. */
  readonly problems: readonly LocatedProblem[];
}

/** A project for one of its targets: the options have values, the libraries are chosen. */
export interface ConfiguredProject {
  readonly project: Project;
  /** Absolute path of the kernel's tree. */
  readonly kernelFolder: string;
  readonly target: ManifestTarget;
  readonly configuration: Configuration;
  /** Enabled libraries, the application last. */
  readonly libraries: readonly Library[];
}

/** Reads workspace files; the one way in which this package looks at a project on disk. */
export interface FileSystem {
  /** The text of a file; undefined when there is none or it cannot be read. */
  readText(path: string): string | undefined;
  /** What a folder holds; empty when there is none. */
  entries(folder: string): readonly FolderEntry[];
  /** What stands at a path, links followed; undefined for nothing. */
  kind(path: string): FolderEntry['kind'] | undefined;
  /**
   * Another one whenever a file's text may be another one; undefined where that cannot be told. A text that was written
   * just now may be written again before a clock notices.
   */
  stamp?(path: string): string | undefined;
  /** The path without links; undefined for nothing. */
  realPath(path: string): string | undefined;
}

export interface FolderEntry {
  readonly name: string;
  /** Of what a link leads to. */
  readonly kind: 'file' | 'folder' | 'other';
}
