/** size/: a built image in, bytes by library, object and symbol out. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { libraryOfSource } from '../../library';
import { findProgram } from '../../program';
import type { ConfiguredProject, Project } from '../../project';
import type { BuiltImage } from '../model';
import { libraryOf } from '../owner';
import { runTool } from '../run-tool';
import { measureSizes, type Owner } from './measure';
import { type SizeReport, SYMBOL_TABLE } from './model';

export * from './model';
export { type OptionCost, type OptionCostResult, optionCost } from './option-cost';

/** Names of the objects that GCC and Clang make in the link. */
const MADE_BY_LTO = /\.ltrans\.o|lto-llvm-/;

export async function sizeOf({ project, target }: ConfiguredProject, built: BuiltImage): Promise<SizeReport> {
  const work = join(dirname(built.image), `${basename(built.image)}.work`);
  const map = readFileSync(built.map, 'utf8');
  const symbols = MADE_BY_LTO.test(map)
    ? await symbolOwners(project, built.symbols, target.architecture.value)
    : new Map<number, Owner>();
  return measureSizes(readFileSync(built.symbols), map, {
    object: (path) => ownerOfObject(path, work),
    symbol: (address) => symbols.get(address),
  });
}

/**
 * The same of an image that another build system linked, by its symbols and where debug information says that they come
 * from. Undefined where it has no symbols, or no tool here can read them.
 */
export async function sizeOfLinked(
  project: Project,
  symbols: string,
  architecture: string,
): Promise<SizeReport | undefined> {
  const owners = await symbolOwners(project, symbols, architecture);
  if (owners.size === 0) return undefined;
  return measureSizes(readFileSync(symbols), undefined, {
    object: () => undefined,
    symbol: (address) => owners.get(address),
  });
}

/** Objects lie in a folder of their library's name; archives stand for themselves. */
function ownerOfObject(path: string, work: string): Owner | undefined {
  const inside = relative(work, path).split(sep);
  if (inside[0] === 'symbols.o') return { library: SYMBOL_TABLE, object: 'symbols.o' };
  const [library, ...object] = inside;
  if (library !== undefined && library !== '..' && object.length > 0) {
    return { library, object: object.join('/') };
  }
  if (MADE_BY_LTO.test(path)) return undefined;
  const file = basename(path);
  // An archive has the name of the library that it was built from.
  return { library: file.replace(/(\.a)?\(.*$/, ''), object: file };
}

/** With -flto objects are the linker's own: debug information says where a symbol comes from. */
async function symbolOwners(
  project: Project,
  symbols: string,
  architecture: string,
): Promise<ReadonlyMap<number, Owner>> {
  const names = architecture === 'arm64' ? ['aarch64-linux-gnu-nm', 'nm'] : ['nm', 'x86_64-linux-gnu-nm'];
  const owners = new Map<number, Owner>();
  for (const name of names) {
    const nm = findProgram(name);
    if (nm === undefined) continue;
    const { output } = await runTool(nm, ['--defined-only', '--line-numbers', symbols], {
      cwd: dirname(symbols),
    });
    for (const line of output.split('\n')) {
      const [, address = '', source] = /^([0-9a-f]+) \w [^\t]+\t(.+):\d+$/.exec(line) ?? [];
      const library = source === undefined ? undefined : nameOfLibrary(project, source);
      if (source === undefined || library === undefined) continue;
      owners.set(Number.parseInt(address, 16), { library, object: basename(source) });
    }
    if (owners.size > 0) break;
  }
  return owners;
}

/** By the tree that is known, else by what paths say; what the project's folder holds else is the application's. */
function nameOfLibrary(project: Project, source: string): string | undefined {
  const known = libraryOf(project, source)?.name ?? libraryOfSource(source);
  if (known !== undefined) return known;
  return source.startsWith(`${project.folder}${sep}`) ? `app${project.name}` : undefined;
}
