/** What a build does: the compilations and the link, as argument arrays. Pure: runs and reads nothing. */
import { basename, dirname, join, relative } from 'node:path';
import type { Guarded, IncludeFolder, Library, ToolFlag } from '../library';
import type { ManifestTarget } from '../manifest';
import { type ConfiguredProject, isEnabled, platArch } from '../project';
import type { ArchivePlan } from './archive';
import { type Language, languageOf } from './language';
import type { Architecture, Toolchain } from './toolchain';

/**
 * What QEMU boots: `elf`, stripped, with a PVH note; `binary`, flat with the header of a Linux image, because the
 * `virt` machine hands a device tree and an initrd to such a file alone.
 */
export type ImageFormat = 'elf' | 'binary';

const IMAGE_FORMATS: Readonly<Record<Architecture, ImageFormat>> = { x86_64: 'elf', arm64: 'binary' };

export interface CompileUnit {
  readonly library: string;
  readonly language: Language;
  readonly compiler: string;
  readonly source: string;
  readonly object: string;
  /** What the compiler writes the headers to that it read (`-MD`). */
  readonly dependencies: string;
  readonly args: readonly string[];
}

export interface BuildPlan {
  /** Holds everything that is built. */
  readonly outputFolder: string;
  /** Objects and state of one target. */
  readonly workFolder: string;
  readonly configHeader: string;
  /** Names of the libraries of the image, the application last. */
  readonly libraries: readonly string[];
  readonly units: readonly CompileUnit[];
  /** Third-party libraries, compiled once for all projects. */
  readonly archives: readonly ArchivePlan[];
  readonly image: string;
  readonly imageFormat: ImageFormat;
  readonly symbols: string;
  readonly map: string;
  readonly compileCommands: string;
  /** Where a root file system is packed to. */
  readonly initrd: string;
  /** Arguments of the link but for its objects and its output. */
  readonly linkArgs: readonly string[];
  /** Files that the link reads beside the objects. */
  readonly linkInputs: readonly string[];
  /** Whether the image carries its own symbol table. */
  readonly symbolTable: boolean;
}

/** What a build needs of {@link findToolchain}. */
export function toolchainNeeds({ configuration, libraries, target }: ConfiguredProject): {
  readonly architecture: Architecture;
  readonly cxx: boolean;
} {
  const cxx = libraries.some(({ sources }) =>
    sources.some((source) => isEnabled(source, configuration) && languageOf(source.path) === 'c++'),
  );
  return { architecture: architectureOf(target), cxx };
}

/** Every architecture that a project can be configured for is one that toolchains are found for. */
function architectureOf({ architecture }: ConfiguredProject['target']): Architecture {
  return architecture.value === 'arm64' ? 'arm64' : 'x86_64';
}

/** What the files of a project's image for a target are called. */
export function labelOf(project: string, target: ManifestTarget): string {
  return `${project}_${platArch(target).replace('/', '-')}`;
}

export function planBuild(
  configured: ConfiguredProject,
  toolchain: Toolchain,
  outputFolder: string,
): BuildPlan {
  const { project, configuration, libraries, target } = configured;
  const counts = <T extends Guarded>(guarded: readonly T[]) =>
    guarded.filter((g) => isEnabled(g, configuration));
  const label = labelOf(project.name, target);
  const workFolder = join(outputFolder, 'build', `${label}.work`);
  const generated = join(workFolder, 'include');
  const flagsFor = (tool: ToolFlag['tool'], flags: readonly ToolFlag[]) =>
    counts(flags).flatMap((flag) => (flag.tool === tool ? [flag.flag] : []));
  const includesOf = (language: IncludeFolder['language'], folders: readonly IncludeFolder[]) =>
    counts(folders).flatMap((folder) => (folder.language === language ? [folder.path] : []));
  const thirdParty = join(dirname(configured.kernelFolder), 'third-party');
  /** Others' headers are searched last, and not warned about. */
  const includeFlags = (folders: readonly string[]) => [
    ...folders.filter((path) => !path.startsWith(thirdParty)).map((path) => `-I${path}`),
    ...folders.filter((path) => path.startsWith(thirdParty)).flatMap((path) => ['-isystem', path]),
  ];
  const sharedFor = (language: Language) => [
    ...['-I', generated],
    // Before the C library's folder: headers of C++ include those of the same name that come behind them.
    ...(language === 'c++'
      ? [...includeFlags(includesOf('c++', project.catalog.includes)), ...cxxArguments(toolchain)]
      : []),
    ...includeFlags(includesOf(undefined, project.catalog.includes)),
    // Behind a libc's, whose limits.h and stddef.h are the ones that count.
    ...['-isystem', toolchain.headers],
  ];
  const shared = { c: sharedFor('c'), 'c++': sharedFor('c++'), assembler: sharedFor('assembler') };
  const isFetched = (library: Library, { path }: { path: string }) =>
    library.origin !== undefined && path.startsWith(`${library.origin}/`);
  const archives = libraries.flatMap((library): ArchivePlan[] => {
    const sources = counts(library.sources).filter((source) => isFetched(library, source));
    if (library.origin === undefined || sources.length === 0) return [];
    // Nothing of the project: the archive serves all of them.
    const argsFor = (language: Language) => [
      ...['-g', ...flagsFor(language, library.flags)],
      ...includesOf(undefined, library.includes).map((path) => `-I${path}`),
      ...['-isystem', toolchain.headers],
    ];
    return [
      {
        library: library.name,
        ...{ folder: library.folder, origin: library.origin },
        ...{ compiler: toolchain.compiler, identity: toolchain.identity },
        sources: sources.map(({ path, except }) => ({ path, ...(except ? { except } : {}) })),
        args: { c: argsFor('c'), 'c++': argsFor('c++'), assembler: argsFor('assembler') },
      },
    ];
  });
  const units = libraries.flatMap((library) =>
    counts(library.sources.filter((source) => !isFetched(library, source))).map(({ path: source }) => {
      const language = languageOf(source);
      const object = join(workFolder, library.name, `${objectName(library.folder, source)}.o`);
      const dependencies = object.replace(/\.o$/, '.d');
      return {
        library: library.name,
        language,
        compiler: (language === 'c++' ? toolchain.cxx?.compiler : undefined) ?? toolchain.compiler,
        source,
        object,
        dependencies,
        args: [
          '-g',
          ...flagsFor(language, project.catalog.flags),
          ...flagsFor(language, library.flags),
          `-D__LIBNAME__="${library.name}"`,
          ...(language === 'c++' ? includeFlags(includesOf('c++', library.includes)) : []),
          ...includeFlags(includesOf(undefined, library.includes)),
          ...shared[language],
          ...['-MD', '-MF', dependencies, '-c', source, '-o', object],
        ],
      };
    }),
  );
  const linkFlags = flagsFor('linker', project.catalog.flags);
  return {
    outputFolder,
    workFolder,
    configHeader: join(generated, 'uk', 'config.h'),
    libraries: libraries.map(({ name }) => name),
    units,
    archives,
    image: join(outputFolder, 'build', label),
    imageFormat: IMAGE_FORMATS[architectureOf(target)],
    symbols: join(outputFolder, 'build', `${label}.dbg`),
    map: join(outputFolder, 'build', `${label}.map`),
    compileCommands: join(outputFolder, 'compile_commands.json'),
    initrd: join(outputFolder, 'build', 'initrd.cpio'),
    linkArgs: linkFlags,
    linkInputs: linkFlags.flatMap((flag) =>
      flag.startsWith('-Wl,-T,') ? [flag.slice('-Wl,-T,'.length)] : [],
    ),
    symbolTable: configuration.values.get('CONFIG_LIBUKDEBUG_SYMTAB') === 'y',
  };
}

/** In a freestanding program Clang takes `main` for a function like any other, and mangles its name. */
function cxxArguments({ cxx }: Toolchain): string[] {
  const hosted = /clang/.test(basename(cxx?.compiler ?? '')) ? ['-fhosted'] : [];
  return [...hosted, ...(cxx?.headers ?? []).map((folder) => `-I${folder}`)];
}

/** Unlike for two sources of one library, wherever they are. */
function objectName(folder: string, source: string): string {
  const inside = relative(folder, source);
  return inside.startsWith('..') ? basename(source) : inside.replaceAll(/[\\/]/g, '_');
}
