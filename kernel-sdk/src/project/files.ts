/** Which files of a folder matter to a unikernel, by their names, and where they are. */
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import type { FileSystem } from './model';

export type FileKind =
  | 'manifest'
  | 'kconfig'
  | 'makefile'
  | 'exports'
  | 'c'
  | 'c++'
  | 'header'
  | 'assembly'
  | 'typescript';

/** File names that are a manifest by themselves, in the order in which loaders look. */
export const MANIFEST_NAMES: readonly string[] = [
  'kraft.yaml',
  'kraft.yml',
  'Kraftfile.yml',
  'Kraftfile.yaml',
  'Kraftfile',
];

const NAMES: ReadonlyMap<string, FileKind> = new Map<string, FileKind>([
  ...MANIFEST_NAMES.map((name): [string, FileKind] => [name, 'manifest']),
  ['Config.uk', 'kconfig'],
  ['Makefile.uk', 'makefile'],
  ['exportsyms.uk', 'exports'],
]);

const EXTENSIONS: ReadonlyMap<string, FileKind> = new Map<string, FileKind>([
  ['.c', 'c'],
  ['.cc', 'c++'],
  ['.cpp', 'c++'],
  ['.cxx', 'c++'],
  ['.h', 'header'],
  ['.hh', 'header'],
  ['.hpp', 'header'],
  ['.S', 'assembly'],
  ['.ts', 'typescript'],
]);

/** Folders of tools, which hold other people's files. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git', '.unikernel', '.unikraft', '.kraft']);
/** Folders in one another deeper than this are a mistake. */
const DEPTH_LIMIT = 40;

/** What a watcher of files looks for: the names above as a glob pattern of editors. */
export const WATCHED_NAMES: readonly string[] = [
  ...NAMES.keys(),
  'Kraftfile.*',
  ...[...EXTENSIONS.keys()].map((extension) => `*${extension}`),
];

/** Undefined for files that say nothing about a unikernel. */
export function fileKind(path: string): FileKind | undefined {
  const name = basename(path);
  // `Kraftfile.net` and its like are used by name.
  return NAMES.get(name) ?? (/^Kraftfile\../.test(name) ? 'manifest' : EXTENSIONS.get(extname(name)));
}

/** Whether a file below a folder stands in one of the folders of tools, which nobody looks into. */
export function isSkipped(folder: string, path: string): boolean {
  return relative(folder, path).split(sep).some(isTools);
}

/** Whether a path leads into a folder, which is not below itself. */
export function isBelow(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** The folders that a path leads through, the innermost first. */
export function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let at = path, above = dirname(at); above !== at; at = above, above = dirname(at)) folders.push(above);
  return folders;
}

/** Whether a name is that of a tool's folder, or one that cookiecutter and its like have still to make. */
export function isTools(name: string): boolean {
  return SKIPPED.has(name) || name.includes('{{');
}

/** A file that {@link walk} found. */
export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  readonly kind: FileKind;
}

/**
 * Every file that matters below a folder, one at a time, so that a caller can do other things in between: an
 * `undefined` for every folder that was looked into. Links are followed once.
 */
export function* walk(folder: string, files: FileSystem): Generator<FoundFile | undefined> {
  const seen = new Set<string>();
  const open: { path: string; depth: number }[] = [{ path: folder, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path, depth } = next;
    const real = files.realPath(path);
    if (real === undefined || seen.has(real) || depth > DEPTH_LIMIT) continue;
    seen.add(real);
    yield undefined;
    for (const { name, kind } of files.entries(path)) {
      if (kind === 'folder' && !isTools(name)) open.push({ path: join(path, name), depth: depth + 1 });
      const of = kind === 'file' ? fileKind(name) : undefined;
      if (of !== undefined) yield { path: join(path, name), kind: of };
    }
  }
}
