/** What a tree of libraries holds: who provides which source, header, symbol and option. */

/** One library folder in Unikraft's formats (`Config.uk`, `Makefile.uk`, `exportsyms.uk`). */
export interface Library {
  /** As registered with `addlib`/`addlib_s`, for example `libukalloc`. */
  readonly name: string;
  /** Absolute path of its folder. */
  readonly folder: string;
  /** The option that enables it, for example `CONFIG_LIBUKALLOC`; absent for one that is always built. */
  readonly option?: string;
  /** Sources by the option that guards each of them; absolute paths. */
  readonly sources: readonly { readonly path: string; readonly option?: string }[];
  /** `CINCLUDES-y`, …: include folders that every library sees; absolute paths. */
  readonly publicIncludes: readonly { readonly path: string; readonly option?: string }[];
  /** `LIBX_CINCLUDES-y`, …: include folders for this library alone; absolute paths. */
  readonly privateIncludes: readonly { readonly path: string; readonly option?: string }[];
  /** `LIBX_CFLAGS-y`, …: flags for this library alone. */
  readonly flags: readonly { readonly flag: string; readonly option?: string }[];
  /** `exportsyms.uk`; absent where there is no such file (then everything is global). */
  readonly exports?: readonly string[];
}

export interface Catalog {
  readonly libraries: readonly Library[];
}
