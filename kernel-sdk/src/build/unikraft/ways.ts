/** How a Unikraft project is built with what its user's machine has: kraft, its own Makefile, or its tree's make. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defconfig } from '../../kconfig';
import type { ManifestTarget } from '../../manifest';
import { findProgram } from '../../program';
import { assignmentsOf, libraryOption, optionsOfTarget, type Project, platArch } from '../../project';

/** One run of a tool. */
export interface ToolRun {
  /** What a user calls it: `kraft build`, `make defconfig`. */
  readonly label: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Way {
  /** What comes before the build, the first time and when `config` has another text or has lost what follows from it. */
  readonly setup: readonly ToolRun[];
  readonly build: ToolRun;
  /** Removes what the build has made for the target. */
  readonly clean: ToolRun;
  /** Shows all options in a menu, in a terminal; `options` is the file that it writes. */
  readonly menu: ToolRun;
  readonly options: string;
  readonly config?: { readonly path: string; readonly text: string; readonly marks: string };
  /** A folder that has to be there: Unikraft's make takes another one where it is not. */
  readonly output?: string;
}

export type WayResult =
  | { readonly ok: true; readonly way: Way }
  /** A sentence: what is missing, and what to do. */
  | { readonly ok: false; readonly message: string };

/** What a target switches on beside its platform and its architecture (Unikraft's plat/kvm/Config.uk). */
const MONITORS: Readonly<Record<string, string>> = { qemu: 'KVM_VMM_QEMU', fc: 'KVM_VMM_FIRECRACKER' };

export async function findWay(project: Project, target: ManifestTarget, jobs?: number): Promise<WayResult> {
  const kraft = findProgram('kraft');
  if (kraft !== undefined) return { ok: true, way: kraftWay(kraft, project, target, jobs) };
  const make = findProgram('make');
  const missing = make === undefined ? undefined : obstacleToMake(project);
  if (make !== undefined && missing === undefined) {
    const parallel = [`-j${jobs ?? availableParallelism()}`, ...crossCompiler(target)];
    const way = hasOwnMakefile(project)
      ? ownMakeWay(make, project, target, parallel)
      : treeMakeWay(make, project, target, parallel);
    return { ok: true, way };
  }
  const why = missing ?? "neither 'kraft' nor 'make' is on PATH";
  return {
    ok: false,
    message: `'${project.manifestPath}' builds Unikraft, and ${why}. Install kraft (https://unikraft.org/docs/cli/install), or have make and Unikraft's sources in '${join(project.folder, '.unikraft', 'unikraft')}'.`,
  };
}

function kraftWay(kraft: string, project: Project, target: ManifestTarget, jobs?: number): Way {
  const { folder, manifestPath } = project;
  const which =
    target.name === undefined
      ? ['--plat', target.platform.value, '--arch', target.architecture.value]
      : ['--target', target.name.value];
  // What was fetched before needs no look at the network.
  const fetched = existsSync(join(folder, '.unikraft', 'unikraft')) ? ['--no-update'] : [];
  const run = (command: string, ...args: string[]) => ({
    label: `kraft ${command}`,
    program: kraft,
    args: [command, '--kraftfile', manifestPath, ...which, ...args, folder],
    cwd: folder,
    env: { KRAFTKIT_NO_PROMPT: 'true', KRAFTKIT_NO_CHECK_UPDATES: 'true', KRAFTKIT_LOG_TYPE: 'basic' },
  });
  return {
    setup: [],
    build: run('build', ...fetched, ...(jobs === undefined ? [] : ['--jobs', String(jobs)])),
    clean: run('clean'),
    menu: run('menu'),
    options: join(folder, `.config.${labelOf(project, target)}`),
  };
}

/** As kraft names what is a target's. */
function labelOf({ name }: Project, target: ManifestTarget): string {
  return `${name}_${platArch(target).replace('/', '-')}`;
}

/** An application's Makefile that calls Unikraft's, as those of its catalog do. */
function hasOwnMakefile({ folder }: Project): boolean {
  try {
    return /\bUK_(ROOT|BASE)\b/.test(readFileSync(join(folder, 'Makefile'), 'utf8'));
  } catch {
    return false;
  }
}

function ownMakeWay(
  make: string,
  project: Project,
  target: ManifestTarget,
  parallel: readonly string[],
): Way {
  const { folder, sources } = project;
  const root = sources.kernel?.folder;
  // The manifest's tree, unless the Makefile has its own in place.
  const tree =
    root === undefined || existsSync(join(folder, 'workdir', 'unikraft')) ? [] : [`UK_ROOT=${root}`];
  const given = defconfigOf(folder, target);
  const run = (label: string, ...args: string[]) => ({
    label,
    program: make,
    args: [...tree, ...args],
    cwd: folder,
  });
  const configure = given === undefined ? [] : [run('make defconfig', `UK_DEFCONFIG=${given}`, 'defconfig')];
  return {
    setup: existsSync(join(folder, '.config')) ? [] : configure,
    build: run('make', ...parallel),
    clean: run('make clean', 'clean'),
    menu: run('make menuconfig', 'menuconfig'),
    options: join(folder, '.config'),
  };
}

/** The one that a catalog's application has for a target. */
function defconfigOf(folder: string, target: ManifestTarget): string | undefined {
  const { platform, architecture } = target;
  const places = ['.scripts/defconfig', 'defconfigs', 'scripts/defconfig'].map((place) =>
    join(folder, place),
  );
  const names = ['.', '-', '_'].map((between) => `${platform.value}${between}${architecture.value}`);
  return places.flatMap((place) => names.map((name) => join(place, name))).find((path) => existsSync(path));
}

/** Unikraft's make, called as kraft calls it, so that either can go on from the other's products. */
function treeMakeWay(
  make: string,
  project: Project,
  target: ManifestTarget,
  parallel: readonly string[],
): Way {
  const { folder, name, sources } = project;
  const output = join(folder, '.unikraft', 'build');
  const label = labelOf(project, target);
  const config = join(folder, `.config.${label}`);
  const wanted = join(folder, '.unikernel', 'build', `${label}.defconfig`);
  const run = (title: string, ...args: string[]) => ({
    label: title,
    program: make,
    args: [
      ...['-C', sources.kernel?.folder ?? '', `A=${folder}`, `O=${output}`, `C=${config}`, `N=${name}`],
      `L=${(sources.libraries ?? []).join(':')}`,
      ...args,
    ],
    cwd: folder,
  });
  return {
    setup: [run('make defconfig', `UK_DEFCONFIG=${wanted}`, 'defconfig')],
    build: run('make', ...parallel),
    clean: run('make clean', 'clean'),
    menu: run('make menuconfig', 'menuconfig'),
    options: config,
    output,
    config: { path: wanted, text: defconfig(project.options, wishesOf(project, target)), marks: config },
  };
}

/** What the manifest sets, as kraft hands it to Unikraft. */
function wishesOf(project: Project, target: ManifestTarget): Map<string, string> {
  const monitor = MONITORS[target.platform.value];
  const assigned = assignmentsOf(project, target).map(
    ({ name, value }) => [name.value.replace(/^CONFIG_/, ''), value.value] as const,
  );
  return new Map([
    ...project.manifest.libraries.map(({ name }) => [libraryOption(name.value), 'y'] as const),
    ...assigned,
    ...[...optionsOfTarget(platArch(target)), ...(monitor === undefined ? [] : [monitor])].map(
      (option) => [option, 'y'] as const,
    ),
  ]);
}

/** Words that follow `and`: what make would need; undefined where it is there. */
function obstacleToMake(project: Project): string | undefined {
  const { folder, sources, manifest } = project;
  if (/\s/.test(folder))
    return `its folder '${folder}' has white space in its name, which make cannot handle`;
  if (hasOwnMakefile(project)) {
    const own = existsSync(join(folder, 'workdir', 'unikraft')) || process.env.UK_ROOT !== undefined;
    return own || sources.kernel !== undefined
      ? undefined
      : "its Makefile finds no Unikraft: 'workdir/unikraft' is missing, which the project's setup fetches";
  }
  if (sources.kernel === undefined) {
    return 'kraft, which fetches its sources, is not on PATH';
  }
  if (!existsSync(join(folder, 'Makefile.uk')))
    return `'${folder}' has no 'Makefile.uk', which make builds from`;
  const here = new Set([...(sources.libraries ?? []), ...librariesIn(sources.kernel.folder)].map(lastName));
  const gone = manifest.libraries.find(({ name }) => !here.has(lastName(name.value)));
  return gone === undefined
    ? undefined
    : `the library '${gone.name.value}' is not in '${join(folder, '.unikraft', 'libs')}', where kraft puts it`;
}

function librariesIn(kernel: string): string[] {
  try {
    return readdirSync(join(kernel, 'lib'));
  } catch {
    return [];
  }
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/^lib/, '');
}

/** What make is told where its own compiler is one for another processor. */
function crossCompiler({ architecture }: ManifestTarget): readonly string[] {
  const own = { x64: 'x86_64', arm64: 'arm64' }[process.arch as string];
  const prefix = { x86_64: 'x86_64-linux-gnu-', arm64: 'aarch64-linux-gnu-' }[architecture.value];
  if (own === architecture.value || prefix === undefined || process.env.CROSS_COMPILE !== undefined)
    return [];
  return findProgram(`${prefix}gcc`) === undefined ? [] : [`CROSS_COMPILE=${prefix}`];
}
