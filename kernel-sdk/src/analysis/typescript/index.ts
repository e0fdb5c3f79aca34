/**
 * The problems of a workspace's TypeScript files. They come later than those of other files: reading TypeScript takes a
 * compiler, which starts with the first file that has something to say about libraries, and works elsewhere.
 */
import { basename, dirname, join } from 'node:path';
import { type Library, parseExports, parseMakefile } from '../../library';
import type { Problem } from '../../problem';
import { fileKind, isProject, type Workspace } from '../../project';
import { checkApi } from './check-api';
import { checkFunction, type Declared } from './check-functions';
import { API_FILE, checkImports, importedApi, libraryNamed } from './check-imports';
import type { TypeScriptModule } from './model';
import type { ModuleReader } from './reader';

export type { TypeScriptModule } from './model';
export { type ModuleReader, WorkerReader } from './reader';

const NONE: readonly Problem[] = [];

export class TypeScriptAnalysis {
  constructor(
    private readonly workspace: Workspace,
    private readonly reader: ModuleReader,
  ) {}

  /** Whether a file says anything about libraries; all others cost nothing. */
  concerns(path: string): boolean {
    if (fileKind(path) !== 'typescript' || path.endsWith('.d.ts') || !this.workspace.has(path)) return false;
    if (isApi(this.workspace, path)) return true;
    if (!this.#mentionsOthers(path)) return false;
    const tree = this.workspace.treeOf(path);
    return tree !== undefined && isProject(tree);
  }

  /** Of the text alone, which is read once: its project changes more often. */
  #mentionsOthers(path: string): boolean {
    return this.workspace.derive('typescript-mentions', path, (files) =>
      /\bfrom\s*['"]|@external\b/.test(files.readText(path) ?? ''),
    );
  }

  /** In the order of the text. Rejects where a file cannot be read as TypeScript at all. */
  async problemsOf(path: string): Promise<readonly Problem[]> {
    const { workspace } = this;
    for (;;) {
      if (!this.concerns(path)) return NONE;
      // Known from an earlier run: no compiler has to start.
      const known = workspace.known<readonly Problem[]>('typescript-problems', path);
      if (known !== undefined) return known;
      const { revision } = workspace;
      const module = await this.#module(path);
      const tree = workspace.treeOf(path);
      if (tree === undefined) return NONE;
      const imported = new Map<string, TypeScriptModule>();
      for (const { from } of module.imports) {
        const api = importedApi(workspace, tree, path, from.text);
        if (api !== undefined) imported.set(api.path, await this.#module(api.path));
      }
      // What has changed meanwhile is looked at again.
      if (workspace.revision !== revision) continue;
      return workspace.derive('typescript-problems', path, () => {
        // Noted as what the problems follow from.
        for (const used of [path, ...imported.keys()]) void this.#module(used);
        return problemsIn(workspace, path, module, imported);
      });
    }
  }

  /** What a file says, kept until it changes. */
  #module(path: string): Promise<TypeScriptModule> {
    return this.workspace.derive('typescript-modules', path, (files) =>
      this.reader.read(files.readText(path) ?? ''),
    );
  }
}

function problemsIn(
  workspace: Workspace,
  path: string,
  module: TypeScriptModule,
  imported: ReadonlyMap<string, TypeScriptModule>,
): readonly Problem[] {
  const tree = workspace.treeOf(path);
  if (tree === undefined) return NONE;
  const plain = (type: string) => resolved(type, [module, ...imported.values()]);
  const own = isApi(workspace, path)
    ? (tree.catalog.libraries.find(({ folder }) => folder === dirname(path)) ??
      loneLibrary(workspace, dirname(path)))
    : undefined;
  const declared = (library: Declared['library']): Declared => ({ workspace, tree, library, plain });
  const foreign = module.functions.flatMap((found) => {
    const library = found.module && libraryNamed(tree, found.module.text);
    // What a file outside of libraries declares for itself is held against the library that it names.
    return library === undefined || library === own || own !== undefined
      ? []
      : checkFunction(declared(library), found);
  });
  return [
    ...(own === undefined ? [] : checkApi(declared(own), module)),
    ...foreign,
    ...checkImports({ workspace, tree, path, module, imported }),
  ].sort(({ range: { start: a } }, { range: { start: b } }) => a.line - b.line || a.character - b.character);
}

function isApi({ files }: Workspace, path: string): boolean {
  const beside = (name: string) => files.kind(join(dirname(path), name)) === 'file';
  return basename(path) === API_FILE && (beside('exportsyms.uk') || beside('Makefile.uk'));
}

/** A library that its surroundings do not take up: one that is being written, in an application's folder. */
function loneLibrary(workspace: Workspace, folder: string): Library | undefined {
  return workspace.derive('lone-libraries', folder, (files) => {
    const makefile = files.readText(join(folder, 'Makefile.uk'));
    const [library] = makefile === undefined ? [] : parseMakefile(makefile, folder, folder).libraries;
    const list = files.readText(join(folder, 'exportsyms.uk'));
    return library && (list === undefined ? library : { ...library, exports: parseExports(list) });
  });
}

/** Names for names further than this are a circle. */
const DEPTH_LIMIT = 10;

function resolved(type: string, modules: readonly TypeScriptModule[]): string {
  let name = type;
  for (let depth = 0; depth < DEPTH_LIMIT; depth++) {
    const behind = modules.find(({ aliases }) => Object.hasOwn(aliases, name))?.aliases[name];
    if (behind === undefined) break;
    name = behind;
  }
  return name;
}
