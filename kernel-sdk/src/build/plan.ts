/** What a build does: the compilations and the link, as argument arrays. Pure: runs and reads nothing. */
import { basename, join, relative } from 'node:path';
import type { Guarded, ToolFlag } from '../library';
import { type ConfiguredProject, isEnabled, platArch } from '../project';
import type { Toolchain } from './toolchain';

export interface CompileUnit {
  readonly library: string;
  readonly source: string;
  readonly object: string;
  /** What the compiler writes the headers to that it read (`-MD`). */
  readonly dependencies: string;
  readonly args: readonly string[];
}

export interface BuildPlan {
  /** `.unikernel`, which holds everything that is built. */
  readonly outputFolder: string;
  /** Objects and state of one target. */
  readonly workFolder: string;
  readonly configHeader: string;
  readonly units: readonly CompileUnit[];
  readonly image: string;
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

export function planBuild(configured: ConfiguredProject, toolchain: Toolchain): BuildPlan {
  const { project, configuration, libraries, target } = configured;
  const counts = <T extends Guarded>(guarded: readonly T[]) =>
    guarded.filter((g) => isEnabled(g, configuration));
  const outputFolder = join(project.folder, '.unikernel');
  const label = `${project.name}_${platArch(target).replace('/', '-')}`;
  const workFolder = join(outputFolder, 'build', `${label}.work`);
  const generated = join(workFolder, 'include');
  const flagsFor = (tool: ToolFlag['tool'], flags: readonly ToolFlag[]) =>
    counts(flags).flatMap((flag) => (flag.tool === tool ? [flag.flag] : []));
  const shared = [
    ...['-isystem', toolchain.headers, '-I', generated],
    ...counts(project.catalog.includes).map(({ path }) => `-I${path}`),
  ];
  const units = libraries.flatMap((library) =>
    counts(library.sources).map(({ path: source }) => {
      const tool = /\.[sS]$/.test(source) ? ('assembler' as const) : ('c' as const);
      const object = join(workFolder, library.name, `${objectName(library.folder, source)}.o`);
      const dependencies = object.replace(/\.o$/, '.d');
      return {
        library: library.name,
        source,
        object,
        dependencies,
        args: [
          '-g',
          ...flagsFor(tool, project.catalog.flags),
          ...flagsFor(tool, library.flags),
          `-D__LIBNAME__="${library.name}"`,
          ...counts(library.includes).map(({ path }) => `-I${path}`),
          ...shared,
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
    units,
    image: join(outputFolder, 'build', label),
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

/** Unlike for two sources of one library, wherever they are. */
function objectName(folder: string, source: string): string {
  const inside = relative(folder, source);
  return inside.startsWith('..') ? basename(source) : inside.replaceAll(/[\\/]/g, '_');
}
