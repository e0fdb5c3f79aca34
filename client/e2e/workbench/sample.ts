/** A copy of a template in a folder of its own, which a scenario may change. */
import { rmSync } from 'node:fs';
import { cp, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Sample {
  /** Absolute, without symbolic links, so that paths compare as GDB and the editor show them. */
  readonly folder: string;
  dispose(): Promise<void>;
}

/** @param root The repository. */
export async function copyTemplate(root: string, template: string): Promise<Sample> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'unikernel-sample-')));
  const folder = join(parent, template);
  const removeNow = () => rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', removeNow);
  await cp(resolve(root, 'kernel-sdk/templates', template), folder, { recursive: true });
  const dispose = async () => {
    await rm(parent, { recursive: true, force: true, maxRetries: 5 });
    process.off('exit', removeNow);
  };
  return { folder, dispose };
}

/** The one-based number of the first line that matches; scenarios name lines by what they say. */
export async function lineOf(path: string, pattern: RegExp): Promise<number> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  const index = lines.findIndex((line) => pattern.test(line));
  if (index < 0) throw new Error(`${path} has no line like ${pattern}.`);
  return index + 1;
}
