/** A Unikraft project, built by the tools that its user has; what only stands there built is booted as it is. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describeErrors, findTarget, type Project, platArch } from '../../project';
import { parseDiagnostics } from '../diagnostics';
import { findRootfs, InitrdError } from '../initrd';
import { takeLock } from '../lock';
import type { BuildDiagnostic, BuildOptions, FailedBuild } from '../model';
import { planPack } from '../pack';
import { runBuildTool } from '../run-tool';
import { BuildState } from '../state';
import { whyUnwritable } from '../unwritable';
import { findBuiltImage } from './built-image';
import { findWay, type ToolRun, type Way } from './ways';

export interface UnikraftImage {
  readonly ok: true;
  readonly image: string;
  readonly architecture: string;
  /** The root file system as a cpio archive, where the project has one. */
  readonly initrd?: string;
  readonly diagnostics: readonly BuildDiagnostic[];
  /** Why it was not built again, a sentence; absent where it was. */
  readonly note?: string;
}

/** Whether other tools build a project: kraft, or Unikraft's make. */
export function isUnikraftProject({ manifest }: Project): boolean {
  return manifest.kernel?.kind === 'unikraft' || manifest.kernel?.kind === 'template';
}

/** @param target A target's name or `platform/architecture`; the manifest's first one unless told. */
export async function buildUnikraft(
  project: Project,
  target: string | undefined,
  options: BuildOptions = {},
): Promise<UnikraftImage | FailedBuild> {
  const errors = project.manifest.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    return failed(describeErrors(errors.map((error) => ({ ...error, file: project.manifestPath }))));
  }
  const found = findTarget(project, target);
  if (!found.ok) return failed(found.message);
  const folder = join(project.folder, '.unikernel', 'build');
  let release: (() => void) | undefined;
  try {
    release = await takeLock(join(project.folder, '.unikernel', 'build.lock'), options.signal);
    if (release === undefined) return failed('The build was cancelled.');
    const wanted = platArch(found.target);
    const image = () => findBuiltImage(project.folder, project.name, wanted, 'unikraft');
    const way = await findWay(project, found.target, options.jobs);
    const built = way.ok ? await run([...configuring(way.way), way.way.build], options) : undefined;
    if (built?.ok === false) return built;
    const path = image();
    if (path === undefined) {
      return failed(
        way.ok
          ? `${way.way.build.label} ended well, and there is no image '${project.name}_${wanted.replace('/', '-')}' in '${join(project.folder, '.unikraft', 'build')}' or a folder 'build'. Name the image that it made in 'program'.`
          : way.message,
        built?.diagnostics,
      );
    }
    const root = await rootOf(project, found.target.architecture.value, folder, options);
    if (!root.ok) return failed(root.message);
    const stamp = statSync(path).mtime.toISOString().replace(/\..*/, 'Z');
    return {
      ok: true,
      image: path,
      architecture: found.target.architecture.value,
      diagnostics: built?.diagnostics ?? [],
      ...(root.initrd === undefined ? {} : { initrd: root.initrd }),
      ...(way.ok ? {} : { note: `'${path}' of ${stamp} is taken as it is: ${way.message}` }),
    };
  } catch (error) {
    if (error instanceof InitrdError) return failed(error.message);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return failed(
      `Build products could not be written to '${folder}': ${whyUnwritable(project.folder, message)}.`,
    );
  } finally {
    release?.();
  }
}

/** Where a target's options stand, and what a user runs to choose among them. */
export interface UnikraftOptions {
  readonly ok: true;
  /** The `.config`; missing where only a build of kraft's writes it. */
  readonly path: string;
  readonly isWritten: boolean;
  /** For a terminal. */
  readonly menu: string;
}

/** Configures a target as a build would, and builds nothing. */
export async function configureUnikraft(
  project: Project,
  target: string | undefined,
  options: BuildOptions = {},
): Promise<UnikraftOptions | FailedBuild> {
  const found = findTarget(project, target);
  if (!found.ok) return failed(found.message);
  const way = await findWay(project, found.target);
  if (!way.ok) return failed(way.message);
  const { menu, options: path } = way.way;
  const ran = await run(configuring(way.way), options, 'Configured');
  if (!ran.ok) return ran;
  return { ok: true, path, isWritten: existsSync(path), menu: commandLine(menu) };
}

/** Cleans each target that has an image, by what builds it. */
export async function cleanUnikraft(
  project: Project,
  options: BuildOptions = {},
): Promise<FailedBuild | { readonly ok: true }> {
  for (const target of project.manifest.targets) {
    const image = findBuiltImage(project.folder, project.name, platArch(target), 'unikraft');
    if (image === undefined) continue;
    const way = await findWay(project, target);
    if (!way.ok) return failed(`'${image}' stands as it was: ${way.message}`);
    const ran = await run([way.way.clean], options, 'Cleaned');
    if (!ran.ok) return ran;
  }
  return { ok: true };
}

/** As a shell takes it. */
function commandLine({ program, args }: ToolRun): string {
  const quoted = (word: string) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
  return [basename(program), ...args].map(quoted).join(' ');
}

type Ran = FailedBuild | { readonly ok: true; readonly diagnostics: readonly BuildDiagnostic[] };

/** What comes before a build, as far as it is not done. */
function configuring({ setup, config, output }: Way): readonly ToolRun[] {
  const stands = config !== undefined && existsSync(config.marks) && textOf(config.path) === config.text;
  if (output !== undefined) mkdirSync(output, { recursive: true });
  if (stands) return [];
  if (config !== undefined) {
    mkdirSync(dirname(config.path), { recursive: true });
    writeFileSync(config.path, config.text);
  }
  return setup;
}

async function run(runs: readonly ToolRun[], options: BuildOptions, ended = 'Built'): Promise<Ran> {
  const diagnostics: BuildDiagnostic[] = [];
  for (const [done, tool] of runs.entries()) {
    options.onStep?.({ label: tool.label, done, total: runs.length });
    const { ok, output } = await runBuildTool(tool.program, tool.args, {
      cwd: tool.cwd,
      ...(tool.env === undefined ? {} : { env: tool.env }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.onOutput === undefined ? {} : { onOutput: options.onOutput }),
    });
    if (options.signal?.aborted === true) return failed('The build was cancelled.');
    diagnostics.push(...parseDiagnostics(output, tool.cwd));
    if (!ok) return failed(failure(tool, output, diagnostics), diagnostics);
  }
  options.onStep?.({ label: ended, done: runs.length, total: runs.length });
  return { ok: true, diagnostics };
}

/** The first error that a compiler placed, else the tool's last words. */
function failure({ label }: ToolRun, output: string, diagnostics: readonly BuildDiagnostic[]): string {
  const first = diagnostics.find(({ severity }) => severity === 'error');
  if (first !== undefined) {
    return `The project does not build (${label}): ${first.file}:${first.line}:${first.column}: ${first.message}`;
  }
  const lines = output.trim().split('\n');
  const telling = lines.findLast((line) => /\*\*\*|error|fatal|\bE\b/i.test(line)) ?? lines.at(-1) ?? '';
  return `${label} failed: ${telling.trim() || 'it said nothing'}. All that it said stands above.`;
}

/** A folder is packed here; what kraft alone can make a file system of, it has made beside the image. */
async function rootOf(
  project: Project,
  architecture: string,
  folder: string,
  { rootfs, signal, onStep }: BuildOptions,
): Promise<
  { readonly ok: true; readonly initrd?: string } | { readonly ok: false; readonly message: string }
> {
  const found = findRootfs(project, rootfs);
  if (!found.ok) {
    const made = join(project.folder, '.unikraft', 'build', `initramfs-${architecture}.cpio`);
    return rootfs === undefined && existsSync(made) ? { ok: true, initrd: made } : found;
  }
  if (found.rootfs === undefined) return { ok: true };
  if (found.rootfs.kind === 'cpio') return { ok: true, initrd: found.rootfs.path };
  const initrd = join(folder, `${project.name}.cpio`);
  const state = BuildState.read(join(folder, 'state.json'));
  const pack = planPack(found.rootfs, initrd, join(project.folder, '.unikernel'), state, signal);
  if (pack !== undefined) {
    mkdirSync(folder, { recursive: true });
    if (!(await pack.run())) return { ok: false, message: 'The build was cancelled.' };
    state.save();
    onStep?.({ label: pack.label, done: 1, total: 1 });
  }
  return { ok: true, initrd };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function failed(message: string, diagnostics: readonly BuildDiagnostic[] = []): FailedBuild {
  return { ok: false, message, diagnostics };
}
