/** Where what can be made again is kept for a user, across projects. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's own folder for what can be made again; it may not exist yet. */
export function cacheFolder(): string {
  const base =
    process.env.XDG_CACHE_HOME ||
    (process.platform === 'win32' ? process.env.LOCALAPPDATA : undefined) ||
    join(homedir(), '.cache');
  return join(base, 'unikernel-tools');
}
