/**
 * Which version of a component is on this disk, and which ones its checkout knows: read from files alone, the
 * checkout's own among them. No program is run.
 */
import { join, resolve } from 'node:path';
import type { FileSystem } from './model';

export interface FoundVersion {
  /** As a tree says it of itself: `0.17.0`. */
  readonly release?: string;
  readonly codename?: string;
  /** The tag that is checked out. */
  readonly tag?: string;
  /** The branch that is checked out. */
  readonly branch?: string;
  readonly commit?: string;
}

/** Names of tags and branches, the newest release first. */
export interface KnownVersions {
  readonly tags: readonly string[];
  readonly branches: readonly string[];
}

/** Nobody chooses from more. */
const NAME_LIMIT = 500;
/** Branches have folders in their names. */
const REFERENCE_DEPTH = 4;

/** Undefined where the folder says nothing. */
export function versionOf(folder: string, files: FileSystem): FoundVersion | undefined {
  const text = files.readText(join(folder, 'version.mk')) ?? '';
  const part = (name: string) => new RegExp(`^${name}[ \\t]*[?:]?=[ \\t]*([^\\s#]+)`, 'm').exec(text)?.[1];
  const numbers = ['UK_VERSION', 'UK_SUBVERSION', 'UK_EXTRAVERSION'].map(part);
  const release = numbers[0] === undefined ? undefined : joined(numbers);
  const codename = part('UK_CODENAME');
  const found = {
    ...(release === undefined ? {} : { release }),
    ...(codename === undefined ? {} : { codename }),
    ...checkedOut(folder, files),
  };
  return Object.keys(found).length === 0 ? undefined : found;
}

/** The extra version may be written with its dot, or without. */
function joined(numbers: readonly (string | undefined)[]): string {
  return numbers.flatMap((one) => (one === undefined ? [] : [one.replace(/^\./, '')])).join('.');
}

export function knownVersions(folder: string, files: FileSystem): KnownVersions {
  const git = gitFolder(folder, files);
  const references = git === undefined ? [] : [...referencesOf(git.common, files).keys()];
  const below = (prefix: string) =>
    references.flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  const remote = references.flatMap((name) => /^refs\/remotes\/[^/]+\/(?!HEAD$)(.+)$/.exec(name)?.[1] ?? []);
  return {
    tags: newestFirst(below('refs/tags/')),
    branches: newestFirst([...below('refs/heads/'), ...remote]),
  };
}

function newestFirst(names: readonly string[]): readonly string[] {
  const order = new Intl.Collator('en', { numeric: true });
  return [...new Set(names)].sort((a, b) => order.compare(b, a)).slice(0, NAME_LIMIT);
}

interface GitFolder {
  /** Of this checkout: what is checked out. */
  readonly own: string;
  /** Of all checkouts of a repository: tags and branches. */
  readonly common: string;
}

/** `.git` is a folder, or, of a submodule or another checkout, a file that names one. */
function gitFolder(folder: string, files: FileSystem): GitFolder | undefined {
  const place = join(folder, '.git');
  const kind = files.kind(place);
  if (kind === 'folder') return { own: place, common: place };
  const named = kind === 'file' ? /^gitdir: (.+)$/m.exec(files.readText(place) ?? '')?.[1] : undefined;
  if (named === undefined) return undefined;
  const own = resolve(folder, named.trim());
  const common = files.readText(join(own, 'commondir'))?.trim();
  return { own, common: common === undefined ? own : resolve(own, common) };
}

function checkedOut(folder: string, files: FileSystem): Pick<FoundVersion, 'tag' | 'branch' | 'commit'> {
  const git = gitFolder(folder, files);
  const head = git && files.readText(join(git.own, 'HEAD'))?.trim();
  if (git === undefined || head === undefined) return {};
  const references = referencesOf(git.common, files);
  const name = /^ref: (.+)$/.exec(head)?.[1];
  const commit = name === undefined ? head : references.get(name);
  const branch = name?.replace(/^refs\/heads\//, '');
  if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit))
    return branch === undefined ? {} : { branch };
  const tags = [...references].flatMap(([one, at]) =>
    at === commit && one.startsWith('refs/tags/') ? [one.slice('refs/tags/'.length)] : [],
  );
  const [tag] = newestFirst(tags);
  return { commit, ...(branch === undefined ? {} : { branch }), ...(tag === undefined ? {} : { tag }) };
}

/** Commits by the full names of tags and branches. */
function referencesOf(git: string, files: FileSystem): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let last = '';
  for (const line of (files.readText(join(git, 'packed-refs')) ?? '').split('\n')) {
    const [, commit, name] = /^([0-9a-f]{40,64}) (\S+)/.exec(line) ?? [];
    // A tag with words of its own: the commit that it is about stands below it.
    const peeled = /^\^([0-9a-f]{40,64})/.exec(line)?.[1];
    if (commit !== undefined && name !== undefined) {
      last = name;
      found.set(name, commit);
    } else if (peeled !== undefined && last !== '') found.set(last, peeled);
  }
  const look = (name: string, depth: number): void => {
    for (const entry of files.entries(join(git, name))) {
      const inner = `${name}/${entry.name}`;
      if (entry.kind === 'folder' && depth < REFERENCE_DEPTH) look(inner, depth + 1);
      const commit = entry.kind === 'file' ? files.readText(join(git, inner))?.trim() : undefined;
      if (commit !== undefined) found.set(inner, commit);
    }
  };
  for (const kind of ['heads', 'tags', 'remotes']) look(`refs/${kind}`, 0);
  return found;
}
