/**
 * Third-party libraries (`fetch` in a Makefile.uk): compiled once for a user, not for each project, into a
 * static archive under a key of all that goes into it.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Language, languageOf } from './language';
import { runTool } from './run-tool';

export interface ArchivePlan {
  readonly library: string;
  /** The library's own folder, whose overrides go into the key. */
  readonly folder: string;
  /** Where the third-party sources stand. */
  readonly origin: string;
  readonly compiler: string;
  /** Which compiler that is. */
  readonly identity: string;
  readonly sources: readonly { readonly path: string; readonly except?: readonly string[] }[];
  /** The arguments but for the source and the object. */
  readonly args: Readonly<Record<Language, readonly string[]>>;
}

export interface ArchiveOptions {
  readonly jobs: number;
  readonly signal?: AbortSignal;
  readonly onStep?: (done: number, total: number) => void;
}

export type ArchiveResult = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** Where a plan's archive stands, or will. */
export function archivePath(plan: ArchivePlan): string {
  const key = createHash('sha256').update(
    JSON.stringify([plan.identity, plan.args, plan.sources, stampOf(plan.origin)]),
  );
  for (const file of filesBelow(plan.folder)) key.update(`\0${file}\0`).update(readFileSync(file));
  return join(cacheFolder(), 'libraries', key.digest('hex').slice(0, 32), `${plan.library}.a`);
}

/** Compiles a plan's sources into `archive`. Safe beside another build that does the same. */
export async function buildArchive(
  plan: ArchivePlan,
  archive: string,
  options: ArchiveOptions,
): Promise<ArchiveResult> {
  const sources = plan.sources.flatMap(expand);
  if (!existsSync(plan.origin) || sources.length === 0) {
    return {
      ok: false,
      message: `The third-party sources of '${plan.library}' are not in '${plan.origin}'. An installed extension has them; in a checkout run 'npm run setup'.`,
    };
  }
  mkdirSync(dirname(archive), { recursive: true });
  const scratch = mkdtempSync(join(dirname(archive), 'new-'));
  try {
    const objects = sources.map((_, index) => join(scratch, `${index}.o`));
    const problem = await compile(plan, sources, objects, scratch, options);
    if (problem !== undefined) return { ok: false, message: problem };
    const made = join(scratch, 'archive.a');
    const list = join(scratch, 'objects');
    writeFileSync(list, objects.map((object) => `"${object.replaceAll('\\', '/')}"\n`).join(''));
    const archiver = await runTool(plan.compiler, ['-print-prog-name=ar'], { cwd: scratch });
    const result = await runTool(archiver.output.trim() || 'ar', ['rcs', made, `@${list}`], { cwd: scratch });
    if (!result.ok)
      return { ok: false, message: `'${plan.library}' was not archived: ${result.output.trim()}` };
    renameSync(made, archive);
    return { ok: true };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Gives the first problem, in words. */
async function compile(
  plan: ArchivePlan,
  sources: readonly string[],
  objects: readonly string[],
  cwd: string,
  { jobs, signal, onStep }: ArchiveOptions,
): Promise<string | undefined> {
  let next = 0;
  let done = 0;
  let problem: string | undefined;
  const worker = async () => {
    while (next < sources.length && problem === undefined) {
      const index = next++;
      const source = sources[index] ?? '';
      const args = [...plan.args[languageOf(source)], '-c', source, '-o', objects[index] ?? ''];
      const result = await runTool(plan.compiler, args, { cwd, ...(signal ? { signal } : {}) });
      if (signal?.aborted === true) problem = 'The build was cancelled.';
      else if (!result.ok) {
        const words = result.output.split('\n').find((line) => line.includes('error:')) ?? result.output;
        problem = `'${plan.library}' does not compile: ${words.trim()}`;
      }
      onStep?.(++done, sources.length);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, worker));
  return problem;
}

/** Objects are named by number: one name can stand in several of the origin's folders. */
function expand({ path, except }: ArchivePlan['sources'][number]): string[] {
  if (!path.includes('*')) return existsSync(path) ? [path] : [];
  const unwanted = new Set((except ?? []).map((name) => name.replace(/^%\//, '')));
  const pattern = new RegExp(
    `^${basename(path)
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')}$`,
  );
  const folder = dirname(path);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => pattern.test(name) && !unwanted.has(name))
    .sort()
    .map((name) => join(folder, name));
}

/** What the fetched sources are: the stamp that fetching leaves beside them. */
function stampOf(origin: string): string {
  try {
    return readFileSync(join(dirname(origin), 'stamp'), 'utf8');
  } catch {
    return '';
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/[\\/]test$/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The user's own folder for what can be made again. */
function cacheFolder(): string {
  const base =
    process.env.XDG_CACHE_HOME ||
    (process.platform === 'win32' ? process.env.LOCALAPPDATA : undefined) ||
    join(homedir(), '.cache');
  return join(base, 'unikernel-tools');
}
