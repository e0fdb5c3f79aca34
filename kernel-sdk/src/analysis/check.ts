/** What a check of one kind of file is. */
import type { Problem } from '../problem';
import type { FileKind, Workspace } from '../project';
import type { Steps } from '../steps';

export interface CheckedFile {
  /** Absolute. */
  readonly path: string;
  readonly kind: FileKind;
  readonly text: string;
  readonly workspace: Workspace;
}

/** Finds the problems of one file. It never throws, and reads other files through the workspace alone. */
export interface Check {
  readonly kinds: readonly FileKind[];
  check(file: CheckedFile): readonly Problem[];
  /** Makes, in steps, what takes long of checking a file. */
  prepare?(workspace: Workspace, path: string): Steps<void>;
}
