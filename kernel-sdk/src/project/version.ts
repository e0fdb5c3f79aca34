/** The version of Unikernel Tools, as its package says it. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sdkFolder } from './sdk-folder';

export function version(): string {
  const manifest = JSON.parse(readFileSync(join(dirname(sdkFolder()), 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
