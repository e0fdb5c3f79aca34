/** `unikernel build`, `config` and `clean`. */
import { clean, prepareBuild } from '../build';
import { CommandError, type Invocation } from './main';
import { configuredAt, productAt, projectAt } from './select';

export async function buildCommand(invocation: Invocation): Promise<number> {
  const { image } = await productAt(invocation);
  invocation.streams.stdout.write(`${image}\n`);
  return 0;
}

export async function configCommand(invocation: Invocation): Promise<number> {
  const { compiler } = invocation.options;
  const result = await prepareBuild(configuredAt(invocation), compiler === undefined ? {} : { compiler });
  if (!result.ok) throw new CommandError(result.message);
  invocation.streams.stdout.write(`${result.config}\n${result.compileCommands}\n`);
  return 0;
}

export async function cleanCommand({ positionals }: Invocation): Promise<number> {
  clean(projectAt(positionals[0] ?? '.'));
  return 0;
}
