/** Why build products could not be written. */
import { accessSync, constants } from 'node:fs';

/** Words that name the folder that is in the way, where it is known to be one; the system's own otherwise. */
export function whyUnwritable(projectFolder: string, message: string): string {
  try {
    accessSync(projectFolder, constants.W_OK);
    return message;
  } catch {
    // Of a read-only file system Node.js says that the folder to make is not there.
    return `the project's folder cannot be written to. Copy the project to a folder of your own, or change its permissions`;
  }
}
