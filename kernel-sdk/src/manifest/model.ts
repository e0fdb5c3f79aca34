/** What a Kraftfile says: every value with its place in the text. */
import type { Problem, Range, Ranged } from '../problem';
import type { PortForward } from './devices';

export type SpecVersion = '0.5' | '0.6' | '0.7';

/**
 * The kernel of a manifest. Exactly one of `x-kernel`, `unikraft`, `runtime`, `template` names it, but that `unikraft`
 * can stand with a template that it is laid over.
 */
export type KernelSource =
  /** `x-kernel: sdk`: the kernel that comes with this extension. */
  | { readonly kind: 'sdk'; readonly range: Range }
  | {
      readonly kind: 'unikraft';
      readonly range: Range;
      readonly version?: Ranged<string>;
      /** A folder, relative to the manifest, or a URL. */
      readonly source?: Ranged<string>;
    }
  | { readonly kind: 'runtime' | 'template'; readonly range: Range; readonly reference?: Ranged<string> };

/** One `CONFIG_X=value` of a `kconfig` attribute, in manifest order. */
export interface OptionAssignment {
  /** With its `CONFIG_` prefix. */
  readonly name: Ranged<string>;
  /** As Kconfig spells it: `y`, `n`, a number, or text without quotes. */
  readonly value: Ranged<string>;
}

export interface ManifestLibrary {
  readonly name: Ranged<string>;
  readonly version?: Ranged<string>;
  readonly source?: Ranged<string>;
  readonly kconfig: readonly OptionAssignment[];
}

export interface ManifestTarget {
  readonly range: Range;
  readonly name?: Ranged<string>;
  /** Canonical: `qemu` (also for `kvm`), `fc`, `xen`, `hyperlight`, or as written when unknown. */
  readonly platform: Ranged<string>;
  /** `x86_64`, `arm64`, `arm`, or as written when unknown. */
  readonly architecture: Ranged<string>;
  readonly kconfig: readonly OptionAssignment[];
}

export interface ManifestRootfs {
  /** A path relative to the manifest, or a reference that another tool understands. */
  readonly source: Ranged<string>;
  /** What kind of thing the source is, where the manifest says so: `dir`, `cpio`, `dockerfile`… */
  readonly type?: Ranged<string>;
  /** What the guest is to see, where the manifest says so: `cpio` or `erofs`. */
  readonly format?: Ranged<string>;
}

export interface ManifestVolume {
  /** `9pfs` unless told. */
  readonly driver?: Ranged<string>;
  /** Relative to the manifest. */
  readonly source: Ranged<string>;
  /** Where the guest sees it; `/` unless told. */
  readonly destination: string;
  readonly readOnly: boolean;
}

export interface ManifestDisk {
  /** Relative to the manifest. */
  readonly path: Ranged<string>;
  /** In bytes. */
  readonly size?: number;
  readonly readOnly: boolean;
}

export interface Manifest {
  readonly spec?: Ranged<SpecVersion>;
  readonly name?: Ranged<string>;
  readonly kernel?: KernelSource;
  /** The kernel's own options (`unikraft: {kconfig: …}`, or top-level `x-kconfig` beside `x-kernel`). */
  readonly kconfig: readonly OptionAssignment[];
  readonly libraries: readonly ManifestLibrary[];
  readonly targets: readonly ManifestTarget[];
  /** The application's arguments, without its own name. */
  readonly cmd: readonly Ranged<string>[];
  readonly env: readonly { readonly name: Ranged<string>; readonly value: Ranged<string> }[];
  readonly rootfs?: ManifestRootfs;
  /** Images that the guest has beside its root file system. */
  readonly roms: readonly ManifestRootfs[];
  readonly volumes: readonly ManifestVolume[];
  /** `x-ports`, those that are well written. */
  readonly ports: readonly Ranged<PortForward>[];
  /** `x-disks`. */
  readonly disks: readonly ManifestDisk[];
  /** `x-memory`, as QEMU's `-m` takes it. */
  readonly memory?: Ranged<string>;
  /** `x-machine`, as written. */
  readonly machine?: Ranged<string>;
  /** In text order. A manifest with errors still carries everything that could be read. */
  readonly problems: readonly Problem[];
}
