/** Paths in, a {@link Report} of their problems out: everything in a folder, a file alone. */
import { lstatSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { problemsOf, TypeScriptAnalysis, WorkerReader } from '../../analysis';
import type { LocatedProblem, Problem } from '../../problem';
import { messageOf } from '../../problem';
import {
  attempt,
  configureProject,
  type FileSystem,
  fileKind,
  isBelow,
  kernelKind,
  realFileSystem,
  targetName,
  Workspace,
} from '../../project';
import type { Report, Unreadable } from './report';

export interface CheckOptions {
  /** The current folder, absolute. */
  readonly folder: string;
  readonly fileSystem?: FileSystem;
}

/** All paths are looked at as one workspace: a kernel's tree among them is what the projects beside it are read with. */
export async function checkPaths(paths: readonly string[], options: CheckOptions): Promise<Report> {
  const { folder, fileSystem = realFileSystem } = options;
  const unreadable = new Map<string, Unreadable>();
  const fail = (path: string, message: string) => void unreadable.set(path, { path, message });
  const folders: string[] = [];
  const named: string[] = [];
  for (const path of paths.map((path) => resolve(folder, path))) {
    const kind = fileSystem.kind(path);
    if (kind === 'folder') folders.push(path);
    else if (kind !== 'file') fail(path, whyNot(path));
    else if (fileKind(path) === undefined) fail(path, `'${path}' is no file of a unikernel's project.`);
    else named.push(path);
  }
  const workspace = new Workspace([...folders, ...named.map((path) => rootOf(path, fileSystem))], {
    fileSystem: reporting(fileSystem, folders, fail),
  });
  await workspace.scan();
  const inFolders = workspace.paths().filter((path) => folders.some((place) => isBelow(place, path)));
  const wanted = new Set([...inFolders, ...named].sort());
  const isWanted = (path: string) =>
    wanted.has(path) ||
    (workspace.files.kind(path) === undefined && folders.some((place) => isBelow(place, path)));
  const found = new Found();
  for (const path of wanted) {
    if (workspace.files.readText(path) === undefined) fail(path, `'${path}' cannot be read.`);
    for (const problem of problemsOf(workspace, path)) found.add(path, problem);
  }
  await eachOfTypeScript(workspace, wanted, (path, problems) => {
    if (typeof problems === 'string') fail(path, problems);
    else for (const problem of problems) found.add(path, problem);
  });
  // What follows from the targets of a manifest stands in the manifest, or in the options that it sets.
  for (const path of wanted) {
    if (fileKind(path) !== 'manifest') continue;
    for (const { file, ...problem } of configure(workspace, path))
      if (isWanted(file)) found.add(file, problem);
  }
  return { problems: found.inOrder(), files: wanted.size, unreadable: [...unreadable.values()], folder };
}

/**
 * Tells the problems of TypeScript files, or in a sentence why there are none. The compiler starts where there is
 * something for it, and ends with the last file.
 */
async function eachOfTypeScript(
  workspace: Workspace,
  paths: Iterable<string>,
  tell: (path: string, problems: readonly Problem[] | string) => void,
): Promise<void> {
  const reader = new WorkerReader();
  const analysis = new TypeScriptAnalysis(workspace, reader);
  for (const path of paths) {
    try {
      tell(path, await analysis.problemsOf(path));
    } catch (error) {
      const words = messageOf(error);
      tell(path, `'${path}' cannot be read as TypeScript: ${words}.`);
    }
  }
  await reader.close();
}

/** Problems, each once. */
class Found {
  readonly #problems = new Map<string, LocatedProblem>();

  add(file: string, problem: Problem): void {
    const { line, character } = problem.range.start;
    const key = [file, line, character, problem.code].join('\0');
    if (!this.#problems.has(key)) this.#problems.set(key, { ...problem, file });
  }

  inOrder(): LocatedProblem[] {
    return [...this.#problems.values()].sort(
      ({ file: f, range: { start: a } }, { file: g, range: { start: b } }) =>
        (f < g ? -1 : f > g ? 1 : 0) || a.line - b.line || a.character - b.character,
    );
  }
}

/** What keeps a manifest's targets from being built. */
function configure(workspace: Workspace, manifestPath: string): readonly LocatedProblem[] {
  const project = workspace.project(manifestPath);
  if (project?.sources.kernel?.kind !== 'sdk') return [];
  if (project.problems.some(({ severity }) => severity === 'error')) return project.problems;
  const targets = project.manifest.targets.length === 0 ? [undefined] : project.manifest.targets;
  return targets.flatMap((target): readonly LocatedProblem[] => {
    const result = configureProject(project, target && targetName(target));
    const { problems } = result;
    if (result.ok || problems.some(({ severity }) => severity === 'error')) return problems;
    const start = { line: 0, character: 0 };
    const range = target?.platform.range ?? { start, end: start };
    const { message } = result;
    return [...problems, { code: 'unbuildable', severity: 'error', message, range, file: manifestPath }];
  });
}

/** The folder that a file is understood from: of its project or kernel, else of the outermost library around it. */
function rootOf(path: string, files: FileSystem): string {
  let library = dirname(path);
  for (let folder = library; ; folder = dirname(folder)) {
    const names = files.entries(folder).map(({ name }) => name);
    if (names.some((name) => fileKind(name) === 'manifest') || kernelKind(folder, files) !== undefined) {
      return folder;
    }
    if (names.includes('Makefile.uk') || names.includes('Config.uk')) library = folder;
    if (dirname(folder) === folder) return library;
  }
}

/** Tells of what a walk passes over in silence: folders that are closed, links that lead nowhere. */
function reporting(
  files: FileSystem,
  folders: readonly string[],
  fail: (path: string, message: string) => void,
): FileSystem {
  return {
    ...files,
    entries(folder) {
      const entries = files.entries(folder);
      if (!folders.some((place) => folder === place || isBelow(place, folder))) return entries;
      if (entries.length === 0 && files.kind(folder) === 'folder' && isClosed(folder))
        fail(folder, `The folder '${folder}' cannot be read.`);
      for (const { name, kind } of entries) {
        const path = join(folder, name);
        if (kind === 'other' && fileKind(name) !== undefined) fail(path, whyNot(path));
      }
      return entries;
    },
  };
}

function isClosed(folder: string): boolean {
  return attempt(() => readdirSync(folder)) === undefined;
}

function whyNot(path: string): string {
  const found = attempt(() => lstatSync(path));
  if (found === undefined) return `There is no '${path}'.`;
  if (found.isSymbolicLink()) return `'${path}' is a link that leads nowhere.`;
  return `'${path}' is neither a file nor a folder.`;
}
