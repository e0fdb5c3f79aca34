/** What a launch of a Unikraft project boots: what kraft or make build of it, or have built. */
import { buildUnikraft, type UnikraftImage } from '@unikernel-tools/kernel-sdk/build';
import { planUnikraft } from '@unikernel-tools/kernel-sdk/machine';
import { findTarget, type Project } from '@unikernel-tools/kernel-sdk/project';
import { buildFailed, cancelled, machineFailed, manifestProblems, symbolsMissing } from '../errors';
import type { LaunchArguments, ManifestLaunch } from './launch-arguments';
import type { Origin } from './origin';
import type { RunReporter } from './run';

/** Throws a DebugError when the manifest has no such target. */
export function unikraftOrigin(
  launch: LaunchArguments,
  { target, rootfs }: ManifestLaunch,
  project: Project,
  reporter: RunReporter,
): Origin {
  const found = findTarget(project, target);
  if (!found.ok) throw manifestProblems(found.message);
  return {
    name: project.name,
    architecture: found.target.architecture.value,
    async make(signal) {
      const built = await buildUnikraft(project, target, {
        signal,
        onStep: (step) => reporter.buildStep(step),
        onOutput: (text) => reporter.buildOutput(text),
        ...(rootfs === undefined ? {} : { rootfs }),
      });
      if (signal.aborted) throw cancelled();
      reporter.diagnostics(built.diagnostics);
      if (!built.ok) throw buildFailed(built.message, built.diagnostics.length > 0);
      return boot(launch, project, built, reporter);
    },
  };
}

async function boot(
  launch: LaunchArguments,
  project: Project,
  built: UnikraftImage,
  reporter: RunReporter,
): ReturnType<Origin['make']> {
  if (built.note !== undefined) reporter.note(built.note);
  const planned = await planUnikraft(project, built, launch.machine);
  if (!planned.ok) throw machineFailed(planned.message);
  const { image } = built;
  // Without a debugger nobody needs them.
  if (planned.symbols === undefined && !launch.noDebug) throw symbolsMissing(image);
  return {
    image: { image, symbols: planned.symbols ?? image },
    spec: planned.spec,
    loadedByFirmware: planned.boot === 'efi',
  };
}
