/** For benchmarks: QEMU with a stub on a Unix socket, and GDB/MI without anything around it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A microvm that waits at reset for a debugger. */
export class BareMachine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'debug-bench-'));
  readonly socket = join(this.#folder, 'gdb');
  readonly #qemu: ChildProcess;

  constructor(image: string) {
    const machine = ['-machine', 'microvm', '-accel', 'tcg', '-cpu', 'max', '-m', '128M'];
    const quiet = ['-nodefaults', '-no-user-config', '-display', 'none', '-serial', 'null', '-no-reboot'];
    const boot = ['-kernel', image, '-append', 'values', '-S'];
    const stub = ['-gdb', `unix:${this.socket},server=on,wait=off`];
    this.#qemu = spawn('qemu-system-x86_64', [...machine, ...quiet, ...boot, ...stub], { stdio: 'ignore' });
  }

  async ready(): Promise<void> {
    while (!existsSync(this.socket)) await new Promise((done) => setImmediate(done));
  }

  async dispose(): Promise<void> {
    const ended = new Promise((done) => this.#qemu.once('exit', done));
    if (this.#qemu.exitCode === null) {
      this.#qemu.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** GDB's machine interface, as thin as it can be: text in, text out. */
export class BareGdb {
  readonly #gdb;
  #said = '';
  #look: () => void = () => undefined;
  #token = 1;

  constructor(symbols: string) {
    this.#gdb = spawn('gdb', ['--nx', '--quiet', '--interpreter=mi3', '-iex', 'set mi-async on', symbols]);
    this.#gdb.stdout.on('data', (bytes: Buffer) => {
      this.#said += bytes.toString();
      this.#look();
    });
  }

  /** Resolves with the line that answers. */
  ask(command: string): Promise<string> {
    const token = this.#token++;
    this.#gdb.stdin.write(`${token}${command}\n`);
    return this.#line(new RegExp(`^${token}\\^.*\\n`, 'm'));
  }

  stopped(): Promise<string> {
    return this.#line(/^\*stopped,reason.*\n/m);
  }

  async dispose(): Promise<void> {
    const ended = new Promise((done) => this.#gdb.once('exit', done));
    this.#gdb.kill('SIGKILL');
    await ended;
  }

  #line(pattern: RegExp): Promise<string> {
    return new Promise((done) => {
      this.#look = () => {
        const found = pattern.exec(this.#said);
        if (found === null) return;
        this.#said = this.#said.slice(found.index + found[0].length);
        this.#look = () => undefined;
        done(found[0]);
      };
      this.#look();
    });
  }
}

/** Milliseconds from the start of QEMU and GDB to the stop at main. */
export async function bareBoot(image: string): Promise<number> {
  const start = performance.now();
  const machine = new BareMachine(image);
  const gdb = new BareGdb(`${image}.dbg`);
  try {
    await gdb.ask('-break-insert main');
    await machine.ready();
    // The socket is there a moment before QEMU listens.
    while (/\^error/.test(await gdb.ask(`-target-select remote ${machine.socket}`)));
    await gdb.ask('-exec-continue');
    await gdb.stopped();
    return performance.now() - start;
  } finally {
    await gdb.dispose();
    await machine.dispose();
  }
}
