/** A folder with a Kraftfile, understood: manifest, libraries and configuration together. */
import type { Configuration, KconfigModel } from '../kconfig';
import type { Catalog, Library } from '../library';
import type { Manifest, ManifestTarget } from '../manifest';
import type { LocatedProblem } from '../problem';

export interface Project {
  /** Absolute path of the folder that holds the manifest. */
  readonly folder: string;
  /** Absolute path of the Kraftfile. */
  readonly manifestPath: string;
  readonly manifest: Manifest;
  /** The manifest's `name`, or the folder's name; safe as a file name. */
  readonly name: string;
  /** Absolute path of the kernel tree: the built-in one for `x-kernel: sdk`. */
  readonly kernelFolder: string;
  /** The kernel's libraries and the application, which is the last one. */
  readonly catalog: Catalog;
  readonly options: KconfigModel;
  readonly problems: readonly LocatedProblem[];
}

/** A project for one of its targets: the options have values, the libraries are chosen. */
export interface ConfiguredProject {
  readonly project: Project;
  readonly target: ManifestTarget;
  readonly configuration: Configuration;
  /** Enabled libraries, the application last. */
  readonly libraries: readonly Library[];
}

/** Reads workspace files; the one way in which this package looks at a project on disk. */
export interface FileSystem {
  /** The text of a file; undefined when there is none or it cannot be read. */
  readText(path: string): string | undefined;
  /** Names in a folder; empty when there is none. */
  list(folder: string): readonly string[];
}
