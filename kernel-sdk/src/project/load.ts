/** From a folder to its {@link Project}. */
import { basename, dirname, join, resolve } from 'node:path';
import { parseKconfig } from '../kconfig';
import {
  type Catalog,
  type IncludeFolder,
  type Library,
  parseExports,
  parseMakefile,
  type ToolFlag,
} from '../library';
import { type Manifest, parseManifest } from '../manifest';
import type { LocatedProblem, Problem } from '../problem';
import { realFileSystem } from './file-system';
import type { FileSystem, Project } from './model';
import { sdkFolder } from './sdk-folder';

/** File names that are a manifest by themselves, in the order in which loaders look. */
export const MANIFEST_NAMES: readonly string[] = [
  'kraft.yaml',
  'kraft.yml',
  'Kraftfile.yml',
  'Kraftfile.yaml',
  'Kraftfile',
];

export type LoadResult =
  | { readonly ok: true; readonly project: Project }
  | { readonly ok: false; readonly message: string };

export interface LoadOptions {
  readonly fileSystem?: FileSystem;
  /** Another kernel tree than the built-in one. */
  readonly kernelFolder?: string;
}

export type FindResult =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly message: string };

/** The manifest of a folder; none, or more than one, is a failure with its sentence. */
export function findManifest(folder: string, fileSystem: FileSystem = realFileSystem): FindResult {
  const found = fileSystem.list(folder).filter((name) => MANIFEST_NAMES.includes(name));
  const [first, second] = found;
  if (first === undefined) {
    return {
      ok: false,
      message: `There is no Kraftfile in '${folder}'. Make a project with 'unikernel new hello FOLDER'.`,
    };
  }
  if (second !== undefined) {
    return {
      ok: false,
      message: `'${folder}' holds several manifests (${found.join(', ')}). Keep one of them.`,
    };
  }
  return { ok: true, path: join(folder, first) };
}

/** Reads everything that a build or an analysis needs; problems are collected, not thrown. */
export function loadProject(manifestPath: string, options: LoadOptions = {}): LoadResult {
  const fileSystem = options.fileSystem ?? realFileSystem;
  const path = resolve(manifestPath);
  const text = fileSystem.readText(path);
  if (text === undefined) {
    return {
      ok: false,
      message: `The manifest '${path}' cannot be read. Check the path and its permissions.`,
    };
  }
  const manifest = parseManifest(text);
  const kernelFolder = options.kernelFolder ?? join(sdkFolder(), 'kernel');
  const folder = dirname(path);
  const tree = new Tree(fileSystem, kernelFolder);
  // Another kernel's tree is another back end's to read.
  const usesSdk = manifest.kernel?.kind === 'sdk';
  if (usesSdk) {
    tree.addKernel();
    tree.addApplication(folder);
  }
  const config = usesSdk ? tree.options(folder) : parseKconfig(path, '', () => undefined);
  const problems = [...located(manifest.problems, path), ...tree.problems, ...config.problems];
  return {
    ok: true,
    project: {
      folder,
      manifestPath: path,
      manifest,
      name: nameOf(manifest, folder),
      kernelFolder,
      catalog: tree.catalog(),
      options: config,
      problems,
    },
  };
}

/** A tree of libraries, collected from its Makefile.uk files. */
class Tree {
  readonly problems: LocatedProblem[] = [];
  readonly #libraries: Library[] = [];
  readonly #includes: IncludeFolder[] = [];
  readonly #flags: ToolFlag[] = [];

  constructor(
    private readonly fileSystem: FileSystem,
    private readonly kernelFolder: string,
  ) {}

  catalog(): Catalog {
    return { libraries: this.#libraries, includes: this.#includes, flags: this.#flags };
  }

  addKernel(): void {
    for (const folder of this.#read(this.kernelFolder)) this.#read(folder);
  }

  addApplication(folder: string): void {
    const makefile = join(folder, 'Makefile.uk');
    const before = this.#libraries.length;
    if (this.fileSystem.readText(makefile) === undefined) {
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

  /** Every Config.uk, from the kernel's root, the application's own last. */
  options(folder: string) {
    const root = join(this.kernelFolder, 'Config.uk');
    const own = this.fileSystem.readText(join(folder, 'Config.uk'));
    const text = `${this.fileSystem.readText(root) ?? ''}\n${own === undefined ? '' : 'source "@application"\n'}`;
    const read = (source: string) => {
      const file = source === '@application' ? join(folder, 'Config.uk') : resolve(this.kernelFolder, source);
      const found = this.fileSystem.readText(file);
      return found === undefined ? undefined : { file, text: found };
    };
    const list = (path: string) => this.fileSystem.list(resolve(this.kernelFolder, path));
    return parseKconfig(root, text, read, { list });
  }

  /** Reads one folder's Makefile.uk; gives the folders that it imports. */
  #read(folder: string): readonly string[] {
    const makefile = join(folder, 'Makefile.uk');
    const text = this.fileSystem.readText(makefile);
    if (text === undefined) {
      this.#missing(makefile, `There is no '${makefile}'.`);
      return [];
    }
    const parsed = parseMakefile(text, folder, this.kernelFolder);
    this.problems.push(...located(parsed.problems, makefile));
    this.#includes.push(...parsed.includes);
    this.#flags.push(...parsed.flags);
    const exported = this.fileSystem.readText(join(folder, 'exportsyms.uk'));
    for (const library of parsed.libraries) {
      this.#libraries.push(
        exported === undefined ? library : { ...library, exports: parseExports(exported) },
      );
    }
    return parsed.imports;
  }

  #missing(file: string, message: string): void {
    const start = { line: 0, character: 0 };
    this.problems.push({
      code: 'missing-makefile',
      severity: 'error',
      message,
      file,
      range: { start, end: start },
    });
  }
}

function located(problems: readonly Problem[], file: string): LocatedProblem[] {
  return problems.map((problem) => ({ ...problem, file }));
}

/** A name that is safe as a file's and on a command line. */
function nameOf(manifest: Manifest, folder: string): string {
  const name = (manifest.name?.value ?? basename(folder)).toLowerCase().replace(/[^a-z0-9_-]+/g, '-');
  return name.replace(/^-+|-+$/g, '') || 'unikernel';
}
