/** What a tree of libraries holds: who provides which source, header, symbol and option. */

/** Something that counts where an option is on, or always where none is named (with `CONFIG_`). */
export interface Guarded {
  readonly option?: string;
}

export interface GuardedPath extends Guarded {
  /** Absolute. */
  readonly path: string;
}

/** An include folder; C++ sees those of C as well. */
export interface IncludeFolder extends GuardedPath {
  /** For C++ alone (`CXXINCLUDES`). */
  readonly language?: 'c++';
}

/** A source of a library; of a fetched one also a pattern. */
export interface SourcePath extends GuardedPath {
  /** `path` has `*` in its last part (`$(wildcard …)`), and what it matches but these file names is meant. */
  readonly except?: readonly string[];
}

/** A command-line argument for one of the tools. */
export interface ToolFlag extends Guarded {
  readonly tool: 'c' | 'c++' | 'assembler' | 'linker';
  readonly flag: string;
}

/** One library folder in Unikraft's formats (`Config.uk`, `Makefile.uk`, `exportsyms.uk`). */
export interface Library extends Guarded {
  /** As registered with `addlib`, `addlib_s`, …: `libukalloc`. */
  readonly name: string;
  /** Absolute path of its folder. */
  readonly folder: string;
  /** `fetch`: the absolute folder of third-party sources that this library is made of. */
  readonly origin?: string;
  readonly sources: readonly SourcePath[];
  /** `LIBX_CINCLUDES-…`, `LIBX_CXXINCLUDES-…`: include folders for this library alone. */
  readonly includes: readonly IncludeFolder[];
  /** `LIBX_CFLAGS-…`, `LIBX_CXXFLAGS-…`, `LIBX_ASFLAGS-…`: for this library alone. */
  readonly flags: readonly ToolFlag[];
  /** `exportsyms.uk`; absent where there is no such file (then everything is global). */
  readonly exports?: readonly string[];
}

export interface Catalog {
  readonly libraries: readonly Library[];
  /** `CINCLUDES-…`, `CXXINCLUDES-…`: include folders that every library sees. */
  readonly includes: readonly IncludeFolder[];
  /** `CFLAGS-…`, `CXXFLAGS-…`, `ASFLAGS-…`, `LDFLAGS-…`: for every library and the link. */
  readonly flags: readonly ToolFlag[];
}
