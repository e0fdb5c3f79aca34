/** What a launch of a manifest boots: the project, built. */
import { type BuiltImage, build, problemDiagnostics } from '@unikernel-tools/kernel-sdk/build';
import { planMachine } from '@unikernel-tools/kernel-sdk/machine';
import { type ConfiguredProject, configureProject, loadProject } from '@unikernel-tools/kernel-sdk/project';
import { buildFailed, cancelled, machineFailed, manifestProblems, noManifest } from '../errors';
import type { LaunchArguments, ManifestLaunch } from './launch-arguments';
import type { Origin } from './origin';
import type { RunReporter } from './run';

/** Throws a DebugError when the manifest or its configuration has problems. */
export function projectOrigin(
  launch: LaunchArguments,
  subject: ManifestLaunch,
  reporter: RunReporter,
): Origin {
  const configured = configure(subject, reporter);
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

function configure({ manifest, target }: ManifestLaunch, reporter: RunReporter): ConfiguredProject {
  const loaded = loadProject(manifest);
  if (!loaded.ok) throw noManifest(loaded.message);
  const configured = configureProject(loaded.project, target);
  if (!configured.ok) {
    reporter.diagnostics(problemDiagnostics(configured.problems));
    throw manifestProblems(configured.message);
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
  if (!result.ok) throw buildFailed(result.message);
  return result;
}
