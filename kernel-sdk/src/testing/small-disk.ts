/** For tests: a file system of a few MiB, which is really full when it is filled. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In bytes. */
const SIZE = 64 << 20;

/** Only root of a machine that lets it can mount one. */
export const hasSmallDisks = canMount();

export class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  readonly #filler = join(this.folder, 'filler');

  constructor() {
    mount(this.folder);
  }

  /** Leaves so much room, in bytes. */
  fill(room: number): void {
    this.empty();
    const { bavail, bsize } = statfsSync(this.folder);
    try {
      writeFileSync(this.#filler, Buffer.alloc(bavail * bsize - room));
    } catch (error) {
      // Somebody else has taken some of it meanwhile.
      if (room > 0 || (error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }

  empty(): void {
    rmSync(this.#filler, { force: true });
  }

  /** Nobody may use it any more. */
  dispose(): void {
    execFileSync('umount', [this.folder]);
    rmdirSync(this.folder);
  }
}

function mount(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder], { stdio: 'pipe' });
}

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    mount(folder);
    return spawnSync('umount', [folder]).status === 0;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}
