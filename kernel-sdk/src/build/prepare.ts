/** What stands beside a build before anything is compiled: options, and the commands that editors read. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configHeader, dotConfig } from '../kconfig';
import type { ConfiguredProject } from '../project';
import type { PrepareOptions, PrepareResult } from './model';
import { type BuildPlan, planBuild, toolchainNeeds } from './plan';
import { BuildState, writeIfChanged } from './state';
import { findToolchain } from './toolchain';
import { whyUnwritable } from './unwritable';

/**
 * Writes a project's configuration and its `compile_commands.json` as a build would, and compiles nothing. A file that
 * is as it should be is left alone.
 */
export async function prepareBuild(
  configured: ConfiguredProject,
  options: PrepareOptions = {},
): Promise<PrepareResult> {
  const folder = options.outputFolder ?? join(configured.project.folder, '.unikernel');
  try {
    // A build that runs meanwhile writes the same: nobody waits for the other.
    const state = BuildState.read(join(folder, 'build', 'state.json'));
    const chosen = options.compiler === undefined ? {} : { compiler: options.compiler };
    const found = await findToolchain({ ...toolchainNeeds(configured), ...chosen }, state.toolchain);
    if (!found.ok) return found;
    const plan = planBuild(configured, found.toolchain, folder);
    writePlan(plan, configured);
    return { ok: true, compileCommands: plan.compileCommands, config: join(plan.workFolder, '.config') };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return {
      ok: false,
      message: `The configuration could not be written to '${folder}': ${whyUnwritable(configured.project.folder, message)}.`,
    };
  }
}

export function writePlan(plan: BuildPlan, { configuration }: ConfiguredProject): void {
  writeIfChanged(join(plan.outputFolder, '.gitignore'), '*\n');
  writeIfChanged(plan.configHeader, configHeader(configuration));
  writeIfChanged(
    join(dirname(plan.configHeader), 'libraries.h'),
    `/* What this image is made of. */\n#define UK_LIBRARIES "${plan.libraries.join(' ')}"\n`,
  );
  writeIfChanged(join(plan.workFolder, '.config'), dotConfig(configuration));
  const commands = plan.units.map(({ source, object, compiler, args }) => ({
    directory: plan.outputFolder,
    file: source,
    output: object,
    arguments: [compiler, ...args],
  }));
  writeIfChanged(plan.compileCommands, `${JSON.stringify(commands, undefined, 2)}\n`);
  for (const folder of new Set(plan.units.map(({ object }) => dirname(object))))
    mkdirSync(folder, { recursive: true });
}
