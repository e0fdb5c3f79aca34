/**
 * The trees of a workspace and the values of their options, each once for everything that is read with it: most edits of
 * a manifest leave both as they are, and what is made of them. Edits of options leave the libraries, and the other way
 * round.
 */
import { type Configuration, evaluationSteps, type ParsedKconfig } from '../kconfig';
import type { ManifestTarget } from '../manifest';
import { finish, type Steps } from '../steps';
import { assignedIn } from './assignments';
import type { Derived } from './derived';
import type { FileSystem, Project } from './model';
import {
  type LibraryTree,
  libraryFolders,
  librarySteps,
  optionSteps,
  type Tree,
  TreeCache,
  type TreeSources,
} from './tree';

/** Trees that are kept at a time; each can have thousands of options. */
const KEPT_TREES = 12;
/** Folders of kernels that libraries stand in. */
const KEPT_ROOTS = 48;
/** Values of their options. */
const KEPT_VALUES = 8;
/** What is made of those, each of a word or two. */
const KEPT_OF_VALUES = 1000;

export class Trees {
  readonly #cache = new TreeCache();

  constructor(
    private readonly derived: Derived,
    private readonly files: FileSystem,
  ) {}

  treeSteps(sources: TreeSources): Steps<Tree> {
    const make = function* (this: Trees): Steps<Tree> {
      const libraries = yield* this.librarySteps(sources);
      return { ...libraries, options: yield* this.optionSteps(sources) };
    };
    return this.derived.steps('trees', treeName(sources), make.bind(this), KEPT_TREES);
  }

  librarySteps(sources: TreeSources): Steps<LibraryTree> {
    // Kernels are the same for many manifests, and their folders for many edits.
    const below = (root: string) =>
      this.derived.steps('library-folders', root, () => libraryFolders(root, this.files), KEPT_ROOTS);
    const make = () => librarySteps(sources, this.files, this.#cache, below);
    return this.derived.steps('libraries', treeName(sources), make, KEPT_TREES);
  }

  optionSteps(sources: TreeSources): Steps<ParsedKconfig> {
    const make = () => optionSteps(sources, this.files, this.#cache);
    return this.derived.steps('options', treeName(sources), make, KEPT_TREES);
  }

  /** @param assigned By names without `CONFIG_`. */
  valuesSteps(sources: TreeSources, assigned: ReadonlyMap<string, string>): Steps<Configuration> {
    const make = function* (this: Trees): Steps<Configuration> {
      return yield* evaluationSteps(yield* this.optionSteps(sources), assigned);
    };
    return this.derived.steps('values', valuesName(sources, assigned), make.bind(this), KEPT_VALUES);
  }

  /** What `make` makes of a tree's libraries alone, whatever manifest it is read for: kept until they change. */
  ofLibraries<T>(
    family: string,
    { sources }: LibraryTree,
    make: (tree: LibraryTree, files: FileSystem) => T,
  ): T {
    const makeOf = () => make(finish(this.librarySteps(sources)), this.files);
    return this.derived.get(family, treeName(sources), makeOf, KEPT_TREES) as T;
  }

  hasOfLibraries(family: string, { sources }: LibraryTree): boolean {
    return this.derived.has(family, treeName(sources));
  }

  /** What `make` makes of a tree and of the values that its options have for a project's target. */
  ofValues<T>(
    family: string,
    name: string,
    project: Project,
    target: ManifestTarget | undefined,
    make: (tree: Tree, configuration: Configuration) => T,
  ): T {
    const { sources } = project;
    const assigned = assignedIn(project, target);
    const makeOf = () => make(finish(this.treeSteps(sources)), finish(this.valuesSteps(sources, assigned)));
    return this.derived.get(family, `${name} ${valuesName(sources, assigned)}`, makeOf, KEPT_OF_VALUES);
  }
}

/** The same for the same folders. */
function treeName(sources: TreeSources): string {
  return JSON.stringify(sources);
}

function valuesName(sources: TreeSources, assigned: ReadonlyMap<string, string>): string {
  return JSON.stringify([sources, ...assigned]);
}
