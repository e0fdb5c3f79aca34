/** Restart without a boot: back to the first stop at the entry, where what would be booted is what runs. */
import type { Stop } from '../target/target';
import type { LaunchArguments } from './launch-arguments';
import { identityOf, originOf } from './made-run';
import type { Run, RunReporter } from './run';

const NOTE =
  'The machine was put back to where it stopped first, without a boot: a breakpoint in code before that is not reached. Set "instantRestart": false to boot at each restart.';

/**
 * Builds what has changed, as a launch does. Gives the stop where the machine stands again; undefined where it has to boot.
 * Rejects when the build fails.
 */
export async function restartInstantly(
  run: Run,
  launch: LaunchArguments,
  reporter: RunReporter,
  signal: AbortSignal,
): Promise<Stop | undefined> {
  const { snapshots } = run;
  if (!launch.instantRestart || snapshots === undefined || !(await snapshots.hasEntry())) return undefined;
  // QEMU and GDB go back while the project is read. Nothing is lost where it has changed: this machine ends then.
  const back = snapshots.goToEntry().catch(() => undefined);
  // Both are asked before this process is busy.
  await new Promise(setImmediate);
  try {
    const origin = await originOf(launch, reporter);
    const made = await origin.make(signal);
    if (identityOf(made) !== run.identity) return undefined;
    const stop = await back;
    if (stop !== undefined && snapshots.returns === 1) reporter.note(NOTE);
    return stop;
  } finally {
    await back;
  }
}
