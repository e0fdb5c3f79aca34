/** What a launch of a manifest boots: the project, built. */
import { sep } from 'node:path';
import {
  type BuiltImage,
  build,
  isUnikraftProject,
  problemDiagnostics,
} from '@unikernel-tools/kernel-sdk/build';
import { planMachine } from '@unikernel-tools/kernel-sdk/machine';
import {
  type ConfiguredProject,
  configureProject,
  type Project,
  projectSteps,
} from '@unikernel-tools/kernel-sdk/project';
import { Turns } from '@unikernel-tools/kernel-sdk/steps';
import { buildFailed, cancelled, machineFailed, manifestProblems, noManifest } from '../errors';
import type { LaunchArguments, ManifestLaunch } from './launch-arguments';
import { unikraftOrigin } from './launch-unikraft';
import type { Origin } from './origin';
import type { RunReporter } from './run';

/** Throws a DebugError when the manifest or its configuration has problems. */
export async function projectOrigin(
  launch: LaunchArguments,
  subject: ManifestLaunch,
  reporter: RunReporter,
): Promise<Origin> {
  const loaded = await new Turns().result(projectSteps(subject.manifest));
  if (!loaded.ok) throw noManifest(loaded.message);
  if (isUnikraftProject(loaded.project)) return unikraftOrigin(launch, subject, loaded.project, reporter);
  if (loaded.project.manifest.kernel?.kind === 'runtime')
    throw manifestProblems(runtimeOnly(subject.manifest));
  const configured = configure(loaded.project, subject.target, reporter);
  return {
    name: configured.project.name,
    architecture: configured.target.architecture.value,
    async make(signal) {
      const image = await buildImage(subject, configured, reporter, signal);
      const planned = planMachine(configured, image, launch.machine);
      if (!planned.ok) throw machineFailed(planned.message);
      return { image, spec: planned.spec };
    },
  };
}

function runtimeOnly(manifest: string): string {
  return `'${manifest}' names a runtime, an image that others have built and that comes without sources and symbols: run it with 'kraft run'. To debug it, name the image and the file with its symbols in 'program' and 'symbols'.`;
}

function configure(project: Project, target: string | undefined, reporter: RunReporter): ConfiguredProject {
  const configured = configureProject(project, target);
  if (!configured.ok) {
    reporter.diagnostics(problemDiagnostics(configured.problems));
    // A dialog is narrow, and the folder is the one that is open.
    const words = configured.message.replace(`${project.folder}${sep}`, '');
    throw manifestProblems(words, configured.problems.length > 0);
  }
  return configured.configured;
}

async function buildImage(
  { compiler, rootfs }: ManifestLaunch,
  project: ConfiguredProject,
  reporter: RunReporter,
  signal: AbortSignal,
): Promise<BuiltImage> {
  const result = await build(project, {
    signal,
    onStep: (step) => reporter.buildStep(step),
    onOutput: (text) => reporter.buildOutput(text),
    ...(compiler === undefined ? {} : { compiler }),
    ...(rootfs === undefined ? {} : { rootfs }),
  });
  if (signal.aborted) throw cancelled();
  reporter.diagnostics(result.diagnostics);
  if (!result.ok) throw buildFailed(result.message, result.diagnostics.length > 0);
  return result;
}
