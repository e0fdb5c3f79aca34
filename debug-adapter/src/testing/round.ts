/** For tests: a place of its own for all that one session makes, and a mark by which all its processes are found again. */
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const LIMIT_MS = 20_000;

export class Round {
  /** The session's temporary folder. */
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'round-')));
  readonly env: NodeJS.ProcessEnv = {
    ...process.env,
    TMPDIR: this.folder,
    XDG_RUNTIME_DIR: this.folder,
    TEST_ROUND: basename(this.folder),
  };

  /** What there is of the round: its processes, its files, and its sockets, one in a line. */
  left(): string[] {
    const sockets = readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .filter((line) => line.includes(`${this.folder}/`));
    const files = readdirSync(this.folder, { recursive: true }).map(String);
    return [...this.processes().map(({ pid, command }) => `${pid} ${command}`), ...files, ...sockets];
  }

  /** Everything that was started for the round, by whomever. */
  processes(): { readonly pid: number; readonly command: string }[] {
    const mark = `\0TEST_ROUND=${basename(this.folder)}\0`;
    return readdirSync('/proc').flatMap((name) => {
      if (!/^\d+$/.test(name)) return [];
      try {
        if (!`\0${readFileSync(`/proc/${name}/environ`, 'latin1')}`.includes(mark)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        // One that has ended, and whose parent has not heard of it, has no command.
        return command === '' ? [] : [{ pid: Number(name), command }];
      } catch {
        return [];
      }
    });
  }

  /** The process id of the round's QEMU, GDB or adapter. */
  pidOf(program: RegExp): number {
    const found = this.processes().filter(({ command }) => program.test(command));
    const [only] = found;
    if (only === undefined || found.length > 1) {
      throw new Error(`Expected one ${program} of the round, found ${JSON.stringify(found)}.`);
    }
    return only.pid;
  }

  /** Waits until nothing of the round is left, and gives what is left when that takes too long. */
  async cleared(): Promise<string[]> {
    const end = performance.now() + LIMIT_MS;
    let left = this.left();
    while (left.length > 0 && performance.now() < end) {
      await pause(10);
      left = this.left();
    }
    return left;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
