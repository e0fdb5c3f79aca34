/** `unikernel migrate`. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LATEST_SPEC, migrateManifest, parseManifest } from '../manifest';
import { CommandError, type Invocation } from './main';
import { manifestAt } from './select';

/** Exit code 1 where one of the files has to be migrated by hand: nothing of that one is written. */
export async function migrateCommand({ positionals, streams }: Invocation): Promise<number> {
  const paths = positionals.length === 0 ? ['.'] : positionals;
  let status = 0;
  for (const path of paths.map(manifestAt)) {
    const text = textOf(path);
    const isFolder = (named: string) =>
      statSync(resolve(dirname(path), named), { throwIfNoEntry: false })?.isDirectory() === true;
    const migration = migrateManifest(text, isFolder);
    if (migration === undefined && parseManifest(text).spec?.value === LATEST_SPEC) {
      streams.stdout.write(`'${path}' follows v${LATEST_SPEC} already.\n`);
    } else if (migration?.ok === true) {
      writeFileSync(path, migration.text);
      streams.stdout.write(`'${path}' follows v${LATEST_SPEC} now.\n`);
    } else {
      const reason =
        migration?.message ?? "It cannot be read, or names no version: 'unikernel check' tells more.";
      streams.stderr.write(`unikernel: '${path}' is left as it is. ${reason}\n`);
      status = 1;
    }
  }
  return status;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new CommandError(`The manifest '${path}' cannot be read. Check the path and its permissions.`);
  }
}
