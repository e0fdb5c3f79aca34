/** The project that a command line means. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type BuildOptions,
  type BuiltImage,
  build,
  buildUnikraft,
  type FailedBuild,
  isUnikraftProject,
  problemDiagnostics,
} from '../build';
import { findSymbols, type MachineOverrides, type PlanResult, planMachine, planUnikraft } from '../machine';
import {
  type ConfiguredProject,
  configureProject,
  findManifest,
  loadProject,
  type Project,
} from '../project';
import { CommandError, type Invocation } from './main';

/** The manifest of a folder, or the path itself where it is a file. */
export function manifestAt(path: string): string {
  const absolute = resolve(path);
  const isFolder = statSync(absolute, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder !== true) return absolute;
  const found = findManifest(absolute);
  if (!found.ok) throw new CommandError(found.message);
  return found.path;
}

export function projectAt(path: string): Project {
  const loaded = loadProject(manifestAt(path));
  if (!loaded.ok) throw new CommandError(loaded.message);
  return loaded.project;
}

/** What a build tells of itself, on stderr. */
export function toldSteps({ stderr }: Invocation['streams']): Pick<BuildOptions, 'onStep' | 'onOutput'> {
  return {
    onStep: ({ label, done, total }) => stderr.write(`[${done}/${total}] ${label}\n`),
    onOutput: (text) => stderr.write(text),
  };
}

export function configuredOf(project: Project, { options, streams }: Invocation): ConfiguredProject {
  const result = configureProject(project, options.target);
  if (!result.ok) {
    // As compilers print them, so that editors find the places.
    for (const { file, line, column, severity, message } of problemDiagnostics(result.problems)) {
      streams.stderr.write(`${file}:${line}:${column}: ${severity}: ${message}\n`);
    }
    throw new CommandError(result.message);
  }
  return result.configured;
}

/** Builds the built-in kernel, telling steps and the tools' words on stderr. */
export async function builtOf(
  project: Project,
  invocation: Invocation,
): Promise<{ readonly configured: ConfiguredProject; readonly image: BuiltImage }> {
  const configured = configuredOf(project, invocation);
  return { configured, image: await built(invocation, (options) => build(configured, options)) };
}

/** What was built of a project, whoever builds it, and the machine that it makes. */
export interface Product {
  readonly image: string;
  readonly symbols: string;
  readonly architecture: string;
  plan(overrides: MachineOverrides): PlanResult | Promise<PlanResult>;
}

export async function productAt(invocation: Invocation): Promise<Product> {
  const project = projectAt(invocation.positionals[0] ?? '.');
  if (!isUnikraftProject(project)) {
    const { configured, image } = await builtOf(project, invocation);
    const { architecture } = configured.target;
    return {
      ...image,
      architecture: architecture.value,
      plan: (wanted) => planMachine(configured, image, wanted),
    };
  }
  const { target } = invocation.options;
  const image = await built(invocation, (options) => buildUnikraft(project, target, options));
  if (image.note !== undefined) invocation.streams.stderr.write(`${image.note}\n`);
  return {
    image: image.image,
    symbols: (await findSymbols(image.image)) ?? image.image,
    architecture: image.architecture,
    plan: (wanted) => planUnikraft(project, image, wanted),
  };
}

/** A build that Ctrl-C ends. */
async function built<T extends { readonly ok: true }>(
  { options, streams }: Invocation,
  make: (options: BuildOptions) => Promise<T | FailedBuild>,
): Promise<T> {
  const { compiler, jobs } = options;
  const rootfs = options.rootfs ?? options.initrd;
  if (jobs !== undefined && !/^[1-9]\d*$/.test(jobs)) {
    throw new CommandError(`--jobs takes a number from 1 on, not '${jobs}'.`);
  }
  const cancel = new AbortController();
  const onInterrupt = () => cancel.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const image = await make({
      signal: cancel.signal,
      ...toldSteps(streams),
      ...(compiler === undefined ? {} : { compiler }),
      ...(rootfs === undefined ? {} : { rootfs: resolve(rootfs) }),
      ...(jobs === undefined ? {} : { jobs: Number(jobs) }),
    });
    if (!image.ok) throw new CommandError(image.message);
    return image;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
