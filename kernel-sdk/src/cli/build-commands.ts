/** `unikernel build` and `clean`. */
import { clean } from '../build';
import type { Invocation } from './main';
import { builtAt, projectAt } from './select';

export async function buildCommand(invocation: Invocation): Promise<number> {
  const { image } = await builtAt(invocation);
  invocation.streams.stdout.write(`${image.image}\n`);
  return 0;
}

export async function cleanCommand({ positionals }: Invocation): Promise<number> {
  clean(projectAt(positionals[0] ?? '.'));
  return 0;
}
