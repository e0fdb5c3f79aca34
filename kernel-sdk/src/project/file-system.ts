/** The real file system. */
import { readdirSync, readFileSync } from 'node:fs';
import type { FileSystem } from './model';

export const realFileSystem: FileSystem = {
  readText(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  list(folder) {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
};
