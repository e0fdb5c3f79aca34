/**
 * Third-party libraries (`fetch` in a Makefile.uk): compiled once for a user, not for each project, into a
 * static archive under a key of all that goes into it.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { cacheFolder } from '../program';
import { type Language, languageOf } from './language';
import { takeLock } from './lock';
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
  /** Called now and then, and at the end. */
  readonly onStep?: (done: number, total: number) => void;
}

/** Compilations from one call of `onStep` to the next: a C library has 1,300. */
const STEP = 40;

export type ArchiveResult = { readonly ok: true } | { readonly ok: false; readonly message: string };

const CANCELLED: ArchiveResult = { ok: false, message: 'The build was cancelled.' };

/** Where a plan's archive stands, or will. */
export function archivePath(plan: ArchivePlan): string {
  const key = createHash('sha256').update(
    JSON.stringify([plan.identity, plan.args, plan.sources, stampOf(plan.origin)]),
  );
  for (const file of filesBelow(plan.folder)) key.update(`\0${file}\0`).update(readFileSync(file));
  return join(cacheFolder(), 'libraries', key.digest('hex').slice(0, 32), `${plan.library}.a`);
}

/** Compiles a plan's sources into `archive`, which nobody sees half made. Of two that want the same, one makes it. */
export async function buildArchive(
  plan: ArchivePlan,
  archive: string,
  options: ArchiveOptions,
): Promise<ArchiveResult> {
  const sources = plan.sources.flatMap(expand);
  if (stampOf(plan.origin) === '' || sources.length === 0) {
    return {
      ok: false,
      message: `The third-party sources of '${plan.library}' are not in '${plan.origin}'. An installed extension has them; in a checkout run 'npm run setup'.`,
    };
  }
  const folder = dirname(archive);
  const release = await takeLock(join(folder, 'lock'), options.signal);
  if (release === undefined) return CANCELLED;
  const scratch = join(folder, 'new');
  try {
    if (existsSync(archive)) return { ok: true };
    // What a process that was killed has left.
    rmSync(scratch, { recursive: true, force: true });
    mkdirSync(scratch);
    const members = sources.map((source) => ({ source, object: memberName(plan.origin, source) }));
    const failed = await compile(plan, members, scratch, options);
    if (failed !== undefined) return failed;
    const made = join(scratch, basename(archive));
    // By a file: so many names are more than some systems take as arguments.
    writeFileSync(join(scratch, 'members'), members.map(({ object }) => `${object}\n`).join(''));
    const run = { cwd: scratch, ...(options.signal ? { signal: options.signal } : {}) };
    const archiver = await runTool(plan.compiler, ['-print-prog-name=ar'], run);
    const result = await runTool(archiver.output.trim() || 'ar', ['rcsD', made, '@members'], run);
    if (options.signal?.aborted === true) return CANCELLED;
    if (!result.ok)
      return { ok: false, message: `'${plan.library}' was not archived: ${result.output.trim()}` };
    renameSync(made, archive);
    return { ok: true };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    release();
  }
}

interface Member {
  readonly source: string;
  /** The name that the linker's map shows. */
  readonly object: string;
}

/** Unlike for two sources, of which several folders may have one of the same name. */
function memberName(origin: string, source: string): string {
  return `${relative(origin, source).replaceAll(/[^\w.-]/g, '_')}.o`;
}

/** Gives the first failure. */
async function compile(
  { library, compiler, args }: ArchivePlan,
  members: readonly Member[],
  cwd: string,
  { jobs, signal, onStep }: ArchiveOptions,
): Promise<ArchiveResult | undefined> {
  let next = 0;
  let done = 0;
  let failure: ArchiveResult | undefined;
  const worker = async () => {
    for (let member = members[next++]; member && failure === undefined; member = members[next++]) {
      const { source, object } = member;
      const command = [...args[languageOf(source)], '-c', source, '-o', object];
      const result = await runTool(compiler, command, { cwd, ...(signal ? { signal } : {}) });
      if (signal?.aborted === true) failure = CANCELLED;
      else if (!result.ok) {
        const words = result.output.split('\n').find((line) => line.includes('error:')) ?? result.output;
        failure = { ok: false, message: `'${library}' does not compile: ${words.trim()}` };
      } else if (++done % STEP === 0 || done === members.length) onStep?.(done, members.length);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, worker));
  return failure;
}

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
