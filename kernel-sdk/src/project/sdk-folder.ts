/** Where the files that ship with this package are: the built-in kernel and the templates. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder `kernel-sdk`, beside the sources and beside the bundles of an installed extension. */
export function sdkFolder(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'kernel-sdk');
    if (existsSync(join(candidate, 'kernel', 'Config.uk'))) return candidate;
  }
  throw new Error(
    `The built-in kernel is missing from the installation at ${__dirname}. Install the extension again.`,
  );
}
