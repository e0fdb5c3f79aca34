/** What a Kraftfile says: every value with its place in the text. */
import type { Problem, Range, Ranged } from '../problem';

export type SpecVersion = '0.5' | '0.6' | '0.7';

/** The kernel of a manifest. Exactly one of `x-kernel`, `unikraft`, `runtime`, `template` names it. */
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
  /** A path relative to the manifest. */
  readonly rootfs?: Ranged<string>;
  /** In text order. A manifest with errors still carries everything that could be read. */
  readonly problems: readonly Problem[];
}
