/** What a launch makes of a project or a program, and whether it is still the same. */
import { statSync } from 'node:fs';
import type { LaunchArguments } from './launch-arguments';
import { programOrigin } from './launch-program';
import { projectOrigin } from './launch-project';
import type { Made, Origin } from './origin';
import type { RunReporter } from './run';

export function originOf(launch: LaunchArguments, reporter: RunReporter): Promise<Origin> {
  const { subject } = launch;
  return subject.kind === 'manifest'
    ? projectOrigin(launch, subject, reporter)
    : programOrigin(launch, subject);
}

/** The same text for the same files on the same machine; files are told apart as the build tells them. */
export function identityOf({ image, spec }: Made): string {
  const files = [image.image, image.symbols, ...(spec.initrd === undefined ? [] : [spec.initrd])];
  return JSON.stringify([spec, files.map(stampOf)]);
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? 'missing' : `${path} ${found.mtimeMs} ${found.size} ${found.ino}`;
}
