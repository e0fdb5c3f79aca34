/** `unikernel build`, `config` and `clean`. */
import { clean, cleanUnikraft, configureUnikraft, isUnikraftProject, prepareBuild } from '../build';
import type { Project } from '../project';
import { CommandError, type Invocation } from './main';
import { configuredOf, productAt, projectAt, toldSteps } from './select';

export async function buildCommand(invocation: Invocation): Promise<number> {
  const { image } = await productAt(invocation);
  invocation.streams.stdout.write(`${image}\n`);
  return 0;
}

export async function configCommand(invocation: Invocation): Promise<number> {
  const { compiler } = invocation.options;
  const project = projectAt(invocation.positionals[0] ?? '.');
  if (isUnikraftProject(project)) return configureOthers(project, invocation);
  const result = await prepareBuild(
    configuredOf(project, invocation),
    compiler === undefined ? {} : { compiler },
  );
  if (!result.ok) throw new CommandError(result.message);
  invocation.streams.stdout.write(`${result.config}\n${result.compileCommands}\n`);
  return 0;
}

/** Unikraft's build has a menu for its options, which needs the terminal to itself. */
async function configureOthers(project: Project, { options, streams }: Invocation): Promise<number> {
  const result = await configureUnikraft(project, options.target, toldSteps(streams));
  if (!result.ok) throw new CommandError(result.message);
  if (result.isWritten) streams.stdout.write(`${result.path}\n`);
  else streams.stderr.write(`'${result.path}' is not there yet: the first build writes it.\n`);
  streams.stderr.write(`To choose among the options in a menu: cd '${project.folder}' && ${result.menu}\n`);
  return 0;
}

export async function cleanCommand({ positionals, streams }: Invocation): Promise<number> {
  const project = projectAt(positionals[0] ?? '.');
  if (isUnikraftProject(project)) {
    const cleaned = await cleanUnikraft(project, toldSteps(streams));
    if (!cleaned.ok) throw new CommandError(cleaned.message);
  }
  clean(project);
  return 0;
}
