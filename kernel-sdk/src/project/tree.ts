/** A kernel's tree, libraries from elsewhere and an application, read together. */
import { basename, dirname, join, resolve } from 'node:path';
import { DIALECTS, type FileSyntax, kconfigSteps, type ParsedKconfig } from '../kconfig';
import {
  type Catalog,
  type IncludeFolder,
  type Library,
  type ParsedMakefile,
  parseExports,
  parseMakefile,
  type ToolFlag,
} from '../library';
import type { LocatedProblem } from '../problem';
import type { Steps } from '../steps';
import type { FileSystem } from './model';

/** `sdk`: the built-in kernel's way, which a build reads as it is; `unikraft`: what Unikraft's make would do. */
export type KernelKind = 'sdk' | 'unikraft';

/** Folders, all absolute, that make up a tree. */
export interface TreeSources {
  /** None where the kernel's sources are not on this disk. */
  readonly kernel?: { readonly folder: string; readonly kind: KernelKind };
  /** Folders of libraries that are no part of the kernel's tree. */
  readonly libraries?: readonly string[];
  readonly application?: string;
}

/** A tree as its Makefile.uk and exportsyms.uk have it: what follows from it is the same whatever its options are. */
export interface LibraryTree {
  readonly sources: TreeSources;
  /** The kernel's libraries, then those from elsewhere, the application last. */
  readonly catalog: Catalog;
  /** Of files that cannot be used for a build as they are. */
  readonly problems: readonly LocatedProblem[];
}

export interface Tree extends LibraryTree {
  readonly options: ParsedKconfig;
}

/** Files that were read before, so that only those with another text are read again. */
export class TreeCache {
  readonly syntax = new Map<string, FileSyntax>();
  readonly #makefiles = new Map<string, { readonly text: string; readonly parsed: ParsedMakefile }>();
  readonly #lists = new Map<string, { readonly text: string; readonly symbols: readonly string[] }>();

  makefile(text: string, folder: string, base: string): ParsedMakefile {
    const key = `${folder}\0${base}`;
    const known = this.#makefiles.get(key);
    if (known?.text === text) return known.parsed;
    const parsed = parseMakefile(text, folder, base);
    this.#makefiles.set(key, { text, parsed });
    return parsed;
  }

  exports(text: string, folder: string): readonly string[] {
    const known = this.#lists.get(folder);
    if (known?.text === text) return known.symbols;
    const symbols = parseExports(text);
    this.#lists.set(folder, { text, symbols });
    return symbols;
  }
}

/** Whether a folder is the root of a kernel's tree, and whose. */
export function kernelKind(folder: string, files: FileSystem): KernelKind | undefined {
  const has = (name: string) => files.kind(join(folder, name)) !== undefined;
  if (!has('Config.uk') || !has('Makefile.uk') || !has('lib')) return undefined;
  if (has('version.mk') || has(join('support', 'build'))) return 'unikraft';
  return has('arch') && has('plat') ? 'sdk' : undefined;
}

/** A tree from its files, in steps. */
export function* treeSteps(sources: TreeSources, files: FileSystem): Steps<Tree> {
  const cache = new TreeCache();
  const libraries = yield* librarySteps(sources, files, cache);
  return { ...libraries, options: yield* optionSteps(sources, files, cache) };
}

/** What the Makefile.uk files of a tree register, in steps. */
export function* librarySteps(
  sources: TreeSources,
  files: FileSystem,
  cache: TreeCache,
  foldersBelow = (root: string) => libraryFolders(root, files),
): Steps<LibraryTree> {
  const loader = new Loader(sources, files, cache);
  yield* loader.readMakefiles(foldersBelow);
  return { sources, catalog: loader.catalog(), problems: loader.problems };
}

/** Folders below a kernel's that libraries stand in; deeper ones are sources. */
const LIBRARY_DEPTH = 4;
const LIBRARY_ROOTS: readonly string[] = ['arch', 'plat', 'drivers', 'lib'];

/** Folders with a Makefile.uk, in steps: one of a kernel's roots, and those below it. */
export function* libraryFolders(folder: string, files: FileSystem, depth = 1): Steps<readonly string[]> {
  yield;
  const entries = files.entries(folder);
  const found = entries.some(({ name }) => name === 'Makefile.uk') ? [folder] : [];
  if (depth === LIBRARY_DEPTH) return found;
  for (const { name, kind } of entries) {
    if (kind === 'folder') found.push(...(yield* libraryFolders(join(folder, name), files, depth + 1)));
  }
  return found;
}

/** Collects what Makefile.uk files register. */
class Loader {
  readonly problems: LocatedProblem[] = [];
  readonly #libraries: Library[] = [];
  readonly #includes: IncludeFolder[] = [];
  readonly #flags: ToolFlag[] = [];

  constructor(
    private readonly sources: TreeSources,
    private readonly files: FileSystem,
    private readonly cache: TreeCache,
  ) {}

  catalog(): Catalog {
    return { libraries: this.#libraries, includes: this.#includes, flags: this.#flags };
  }

  *readMakefiles(foldersBelow: (root: string) => Steps<readonly string[]>): Steps<void> {
    const { kernel, libraries = [], application } = this.sources;
    if (kernel?.kind === 'sdk') {
      for (const folder of this.#read(kernel.folder)) {
        this.#read(folder);
        yield;
      }
    } else if (kernel !== undefined) {
      // Its files import each other by make's own ways: what there is, is what is looked for.
      if (this.#has(kernel.folder)) this.#read(kernel.folder);
      for (const root of LIBRARY_ROOTS) {
        for (const folder of yield* foldersBelow(join(kernel.folder, root))) {
          this.#read(folder);
          yield;
        }
      }
    }
    for (const folder of libraries) if (this.#has(folder)) this.#read(folder);
    if (application !== undefined) this.#readApplication(application);
  }

  #has(folder: string): boolean {
    return this.files.kind(join(folder, 'Makefile.uk')) === 'file';
  }

  #readApplication(folder: string): void {
    const makefile = join(folder, 'Makefile.uk');
    const before = this.#libraries.length;
    if (!this.#has(folder)) {
      this.#missing(
        makefile,
        `The application has no Makefile.uk, which lists its sources. Write '${makefile}' with:\n$(eval $(call addlib,appmain))\nAPPMAIN_SRCS-y += $(APPMAIN_BASE)/main.c`,
      );
      return;
    }
    this.#read(folder);
    if (this.#libraries.length === before) {
      this.#missing(
        makefile,
        "This Makefile.uk registers no application: add '$(eval $(call addlib,appmain))'.",
      );
    }
  }

  /** Reads one folder's Makefile.uk; gives the folders that it imports. */
  #read(folder: string): readonly string[] {
    const makefile = join(folder, 'Makefile.uk');
    const text = this.files.readText(makefile);
    if (text === undefined) {
      this.#missing(makefile, `There is no '${makefile}'.`);
      return [];
    }
    const parsed = this.cache.makefile(text, folder, this.sources.kernel?.folder ?? folder);
    this.problems.push(...parsed.problems.map((problem) => ({ ...problem, file: makefile })));
    this.#includes.push(...parsed.includes);
    this.#flags.push(...parsed.flags);
    const exported = this.files.readText(join(folder, 'exportsyms.uk'));
    for (const library of parsed.libraries) {
      this.#libraries.push(
        exported === undefined ? library : { ...library, exports: this.cache.exports(exported, folder) },
      );
    }
    return parsed.imports;
  }

  #missing(file: string, message: string): void {
    const start = { line: 0, character: 0 };
    const range = { start, end: start };
    this.problems.push({ code: 'missing-makefile', severity: 'error', message, file, range });
  }
}

/** Every Config.uk, from the kernel's root, the application's own last, in steps. */
export function optionSteps(
  sources: TreeSources,
  files: FileSystem,
  { syntax }: TreeCache,
): Steps<ParsedKconfig> {
  const { kernel, libraries = [], application } = sources;
  const base = kernel?.folder ?? application ?? libraries[0] ?? '/';
  const root = join(base, 'Config.uk');
  const read = (source: string) => {
    const file = resolve(base, source);
    const text = files.readText(file);
    return text === undefined ? undefined : { file, text };
  };
  const list = (path: string) => files.entries(resolve(base, path)).map(({ name }) => name);
  const settings = { list, cache: syntax };
  if (kernel?.kind === 'unikraft') {
    const variables = unikraftVariables(kernel.folder, libraries, application, files);
    return kconfigSteps(root, files.readText(root) ?? '', read, {
      ...settings,
      variables,
      dialect: DIALECTS['5.2'],
    });
  }
  // The built-in kernel's root names no application; a library or an application alone has no root at all.
  const others = kernel === undefined ? [...libraries, application] : [application];
  const sourced = others.flatMap((folder) => {
    const file = folder === undefined ? undefined : join(folder, 'Config.uk');
    return file !== undefined && files.kind(file) === 'file' ? [file] : [];
  });
  const lines = sourced.map((file) => `source "${file}"\n`).join('');
  if (kernel !== undefined) {
    const own = files.readText(root) ?? '';
    return kconfigSteps(root, lines === '' ? own : `${own}\n${lines}`, read, settings);
  }
  // Without a kernel, Unikraft's is to be expected.
  const alone = { ...settings, variables: { UK_APP: base }, dialect: DIALECTS['5.2'] };
  if (sourced.length < 2) {
    const [first = root] = sourced;
    return kconfigSteps(first, files.readText(first) ?? '', read, alone);
  }
  // The root is a file that nobody has: each of the others is one that it sources.
  return kconfigSteps(join(base, 'root of all'), lines, read, alone);
}

/** What Unikraft's Makefile has in the environment for its Kconfig. Source: its `COMMON_CONFIG_ENV`. */
function unikraftVariables(
  kernel: string,
  libraries: readonly string[],
  application: string | undefined,
  files: FileSystem,
): Record<string, string> {
  const version = files.readText(join(kernel, 'version.mk')) ?? '';
  const part = (name: string) => new RegExp(`^${name}\\s*[?:]?=\\s*(\\S*)`, 'm').exec(version)?.[1] ?? '';
  const build = join(application ?? kernel, 'build', 'kconfig');
  const app = application ?? kernel;
  const below = (room: string) =>
    files
      .entries(join(kernel, room))
      .flatMap(({ name, kind }) => (kind === 'folder' ? [join(kernel, room, name)] : []))
      .sort();
  const platforms = below('plat').filter((folder) => !/^(?:common|drivers)$/.test(basename(folder)));
  return {
    UK_BASE: kernel,
    UK_APP: app,
    UK_NAME: basename(app),
    UK_ARCH: 'x86_64',
    HOST_ARCH: 'x86_64',
    UK_FULLVERSION: ['UK_VERSION', 'UK_SUBVERSION', 'UK_EXTRAVERSION'].map(part).filter(Boolean).join('.'),
    UK_CODENAME: part('UK_CODENAME'),
    KCONFIG_DIR: build,
    KCONFIG_LIB_BASE: join(kernel, 'lib'),
    KCONFIG_ELIB_DIRS: libraries.join(':'),
    KCONFIG_PLAT_BASE: join(kernel, 'plat'),
    KCONFIG_EPLAT_DIRS: '',
    KCONFIG_DRIV_BASE: join(kernel, 'drivers'),
    KCONFIG_EAPP_DIR: application === undefined ? '' : app,
    KCONFIG_EXCLUDEDIRS: '',
    UK_CONFIG: join(dirname(build), '..', '.config'),
    // Of releases before 0.14.
    KCONFIG_APP_DIR: app,
    KCONFIG_LIB_DIR: [...below('lib'), join(kernel, 'lib'), ...libraries].join(' '),
    KCONFIG_LIB_IN: join(build, 'libs.uk'),
    KCONFIG_PLAT_DIR: [...platforms, join(kernel, 'plat')].join(' '),
    KCONFIG_PLAT_IN: join(build, 'plat.uk'),
  };
}
