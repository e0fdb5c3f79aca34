/** What a build needs and what it leaves behind. */
import type { ConfiguredProject } from '../project';

export interface BuildDiagnostic {
  /** Absolute path. */
  readonly file: string;
  /** One-based, as compilers count. */
  readonly line: number;
  /** One-based; 1 where the tool names none. */
  readonly column: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

export interface BuildOptions {
  /** Compilations at a time; the number of cores unless told. */
  readonly jobs?: number;
  /** A compiler's path or name; the architecture's usual one unless told. */
  readonly compiler?: string;
  /** A folder or a cpio archive in place of the manifest's root file system; relative to the project. */
  readonly rootfs?: string;
  /** An absolute path for everything that is built; `.unikernel` beside the manifest unless told. */
  readonly outputFolder?: string;
  /** Aborting ends the tools and leaves what was finished. */
  readonly signal?: AbortSignal;
  /** Called for each finished step: `CC libukalloc heap.c`, `LD hello_qemu-x86_64`. */
  readonly onStep?: (step: { readonly label: string; readonly done: number; readonly total: number }) => void;
  /** What the tools print, as they print it. */
  readonly onOutput?: (text: string) => void;
}

export type PrepareOptions = Pick<BuildOptions, 'compiler' | 'outputFolder'>;

export type PrepareResult =
  | {
      readonly ok: true;
      readonly compileCommands: string;
      /** The values of all options, as Kconfig writes them. */
      readonly config: string;
    }
  | { readonly ok: false; readonly message: string };

export interface BuiltImage {
  readonly ok: true;
  /** What QEMU boots: stripped ELF64 with a PVH note, on arm64 a flat binary with the header of a Linux image. */
  readonly image: string;
  /** The same code as ELF64 with symbols and line tables (`IMAGE.dbg`). */
  readonly symbols: string;
  /** The linker's map. */
  readonly map: string;
  readonly compileCommands: string;
  /** The root file system as a cpio archive, where the project has one. */
  readonly initrd?: string;
  /** True when nothing had to be compiled, linked or packed. */
  readonly upToDate: boolean;
  readonly diagnostics: readonly BuildDiagnostic[];
}

export interface FailedBuild {
  readonly ok: false;
  /** What failed, with the first error's place. */
  readonly message: string;
  readonly diagnostics: readonly BuildDiagnostic[];
}

export type BuildResult = BuiltImage | FailedBuild;

export type Build = (project: ConfiguredProject, options?: BuildOptions) => Promise<BuildResult>;
