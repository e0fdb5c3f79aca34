/** `unikernel new`: a project from a template. */
import { createProject, listTemplates } from '../project';
import { CommandError, type Invocation } from './main';

export async function newCommand({ positionals, streams }: Invocation): Promise<number> {
  const [template, folder] = positionals;
  const known = listTemplates().join(', ');
  if (template === undefined || folder === undefined) {
    throw new CommandError(`'new' takes a template and a folder. Templates: ${known}.`);
  }
  const created = createProject(template, folder);
  if (!created.ok) throw new CommandError(created.message);
  streams.stdout.write(`Made '${created.folder}'. Next: unikernel run ${folder}\n`);
  return 0;
}
