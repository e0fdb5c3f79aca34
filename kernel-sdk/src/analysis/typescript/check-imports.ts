/** What a file of a project takes of libraries, against those that the project's configuration enables. */
import { basename, dirname, join } from 'node:path';
import type { Library } from '../../library';
import { type Problem, type Range, replacement, suggest } from '../../problem';
import { blockers, isEnabled, isProject, type Tree, type Workspace } from '../../project';
import { shortName } from '../c/providers';
import { enableLibrary } from '../enable-library';
import type { TypeScriptCode } from './codes';
import type { Import, TypeScriptModule } from './model';

export const API_FILE = 'api.ts';

/** A library that an import leads to, with the file that speaks for it. */
export interface ImportedApi {
  readonly library: Library;
  readonly path: string;
}

/**
 * The library that an import names: by its name, `ukalloc` or `ukalloc/api`, or by the path of its api.ts. A name of a
 * library without one may well be a package's.
 */
export function importedApi(
  { files }: Workspace,
  { catalog }: Tree,
  from: string,
  specifier: string,
): ImportedApi | undefined {
  const place = /^\.\.?(?:\/|$)/.test(specifier) ? join(dirname(from), specifier) : undefined;
  const name = /^(?:lib)?([\w-]+)(?:\/api(?:\.ts)?)?$/.exec(specifier)?.[1];
  for (const library of catalog.libraries) {
    const path = join(library.folder, API_FILE);
    const isMeant =
      place === undefined
        ? name !== undefined && shortName(library) === name
        : [path, path.replace(/\.ts$/, ''), library.folder].includes(place);
    if (isMeant && path !== from && files.kind(path) === 'file') return { library, path };
  }
  return undefined;
}

export interface ImportingFile {
  readonly workspace: Workspace;
  readonly tree: Tree;
  readonly path: string;
  readonly module: TypeScriptModule;
  /** The modules of the files that it imports, by their paths. */
  readonly imported: ReadonlyMap<string, TypeScriptModule>;
}

export function checkImports(file: ImportingFile): readonly Problem[] {
  const { workspace, tree, path, module, imported } = file;
  return [
    ...module.imports.flatMap((found): readonly Problem[] => {
      const api = importedApi(workspace, tree, path, found.from.text);
      if (api === undefined) return [];
      return [
        ...checkEnabled(workspace, tree, api.library, found.from.range),
        ...checkNames(api.library, found, imported.get(api.path)),
      ];
    }),
    ...module.functions.flatMap(({ module: named }) => {
      const library = named && libraryNamed(tree, named.text);
      // A library speaks for itself.
      if (named === undefined || library === undefined || library.folder === dirname(path)) return [];
      return checkEnabled(workspace, tree, library, named.range);
    }),
  ];
}

export function libraryNamed({ catalog }: Tree, name: string): Library | undefined {
  return catalog.libraries.find((library) => library.name === name || shortName(library) === name);
}

/** Of a project of which everything is known; a library that any of its targets enables is there. */
function checkEnabled(workspace: Workspace, tree: Tree, library: Library, range: Range): readonly Problem[] {
  if (!isProject(tree) || !tree.complete) return [];
  const { manifest, manifestPath } = tree;
  const targets = manifest.targets.length === 0 ? [undefined] : manifest.targets;
  const configurations = targets.map((_, index) => workspace.configuration(manifestPath, index));
  if (configurations.some((one) => one === undefined || isEnabled(library, one))) return [];
  const [configuration] = configurations;
  const option = tree.options.options.get(library.option?.replace(/^CONFIG_/, '') ?? '');
  const off =
    option === undefined ? [] : blockers(option, (one) => configuration?.evaluation.value(one) === 'n');
  const needed = off.map(({ name }) => name);
  const needs = needed.map((name) => `CONFIG_${name}`).join(' and ');
  const text = workspace.files.readText(manifestPath) ?? '';
  const fixes = enableLibrary(tree, text, library.name, needed);
  return [
    {
      code: 'api-library-off' satisfies TypeScriptCode,
      severity: 'error',
      message: `The ${basename(manifestPath)} does not enable '${shortName(library)}'${needs === '' ? '' : `; it needs ${needs}`}.`,
      range,
      ...(fixes.length === 0 ? {} : { fixes }),
    },
  ];
}

function checkNames(library: Library, found: Import, api: TypeScriptModule | undefined): readonly Problem[] {
  if (api === undefined || api.isOpen) return [];
  return found.names.flatMap((name): Problem[] => {
    if (name.text === 'default' || api.exports.includes(name.text)) return [];
    const near = suggest(name.text, api.exports);
    return [
      {
        code: 'api-unknown-import' satisfies TypeScriptCode,
        severity: 'error',
        message: `The api.ts of '${shortName(library)}' has no '${name.text}'.${near === undefined ? '' : ` Did you mean '${near}'?`}`,
        range: name.range,
        ...(near === undefined ? {} : { fixes: replacement(name.range, near) }),
      },
    ];
  });
}
