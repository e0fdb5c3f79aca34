/** The project that a command line means. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BuiltImage, build, problemDiagnostics } from '../build';
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

export function configuredAt(invocation: Invocation): ConfiguredProject {
  const result = configureProject(projectAt(invocation.positionals[0] ?? '.'), invocation.options.target);
  if (!result.ok) {
    // As compilers print them, so that editors find the places.
    for (const { file, line, column, severity, message } of problemDiagnostics(result.problems)) {
      invocation.streams.stderr.write(`${file}:${line}:${column}: ${severity}: ${message}\n`);
    }
    throw new CommandError(result.message);
  }
  return result.configured;
}

/** Builds, telling steps and the tools' words on stderr. */
export async function builtAt(
  invocation: Invocation,
): Promise<{ readonly configured: ConfiguredProject; readonly image: BuiltImage }> {
  const configured = configuredAt(invocation);
  const { stderr } = invocation.streams;
  const { compiler, jobs } = invocation.options;
  const rootfs = invocation.options.rootfs ?? invocation.options.initrd;
  if (jobs !== undefined && !/^[1-9]\d*$/.test(jobs)) {
    throw new CommandError(`--jobs takes a number from 1 on, not '${jobs}'.`);
  }
  const cancel = new AbortController();
  const onInterrupt = () => cancel.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const image = await build(configured, {
      signal: cancel.signal,
      onStep: ({ label, done, total }) => stderr.write(`[${done}/${total}] ${label}\n`),
      onOutput: (text) => stderr.write(text),
      ...(compiler === undefined ? {} : { compiler }),
      ...(rootfs === undefined ? {} : { rootfs: resolve(rootfs) }),
      ...(jobs === undefined ? {} : { jobs: Number(jobs) }),
    });
    if (!image.ok) throw new CommandError(image.message);
    return { configured, image };
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
