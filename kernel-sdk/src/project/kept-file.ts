/**
 * One value as JSON in a private file of a cache folder, for one maker and one subject: what another version or another
 * user wrote, what anybody else could write, and what is damaged, is as good as nothing. Nothing in it is ever run.
 */
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Larger values take longer to read than to make. */
const SIZE_LIMIT = 8_000_000;
/** Files of a folder; those that were written longest ago go. */
const FILE_LIMIT = 32;

export class KeptFile {
  readonly #folder: string;
  readonly #file: string;
  readonly #head: string;

  /**
   * @param folder Made when it is needed; other files may be in it.
   * @param maker Changes with the program, whatever its version says.
   * @param subject What the value is about.
   */
  constructor(folder: string, maker: string, subject: readonly string[]) {
    this.#folder = folder;
    const name = createHash('sha256').update(subject.join('\0')).digest('hex').slice(0, 32);
    this.#file = join(folder, `${name}.json`);
    this.#head = JSON.stringify([maker, subject]);
  }

  /** Undefined where there is none that can be used. */
  read(): unknown {
    try {
      if (!isPrivate(this.#folder) || !isPrivate(this.#file)) return undefined;
      if (statSync(this.#file).size > SIZE_LIMIT) return undefined;
      const text = readFileSync(this.#file, 'utf8');
      // The first line says whose it is: the rest of others' is not read.
      if (!text.startsWith(`${this.#head}\n`)) return undefined;
      return JSON.parse(text.slice(this.#head.length + 1));
    } catch {
      return undefined;
    }
  }

  /** False where it cannot be written, or would be too large. */
  write(value: unknown): boolean {
    const text = `${this.#head}\n${JSON.stringify(value)}`;
    const fresh = `${this.#file}.${process.pid}`;
    try {
      if (text.length > SIZE_LIMIT) {
        rmSync(this.#file, { force: true });
        return false;
      }
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      if (!isPrivate(this.#folder)) return false;
      writeFileSync(fresh, text, { mode: 0o600, flag: 'wx' });
      renameSync(fresh, this.#file);
      this.#removeOldest();
      return true;
    } catch {
      rmSync(fresh, { force: true });
      return false;
    }
  }

  #removeOldest(): void {
    const files = readdirSync(this.#folder)
      .filter((name) => /^[0-9a-f]{32}\.json(\.\d+)?$/.test(name))
      .map((name) => join(this.#folder, name));
    const byAge = files
      .map((path) => ({ path, time: lstatSync(path).mtimeMs }))
      .sort((a, b) => b.time - a.time);
    for (const { path } of byAge.slice(FILE_LIMIT)) rmSync(path, { force: true });
  }
}

/** This user's, and nobody else can write it. Windows has no such bits: a user's folders are the user's there. */
function isPrivate(path: string): boolean {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return false;
  if (process.getuid === undefined) return true;
  return found.uid === process.getuid() && (found.mode & 0o022) === 0;
}
