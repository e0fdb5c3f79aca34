/** Builds and boots an application for a test, and talks to it on its serial line. */
import { join } from 'node:path';
import { build } from '../build';
import { type Machine, type MachineEnd, type MachineOverrides, planMachine, startMachine } from '../machine';
import { configureProject, loadProject } from '../project';

export interface GuestOptions {
  /** The manifest's name in the application's folder; `Kraftfile` unless told. */
  readonly manifest?: string;
  /** A target of the manifest; its first one unless told. */
  readonly target?: string;
  readonly machine?: Partial<MachineOverrides>;
  /** A folder or a cpio archive in place of the manifest's. */
  readonly rootfs?: string;
  /** The kernel's tree, where it cannot be found from this file. */
  readonly kernelFolder?: string;
}

/** Limit for one expectation, in milliseconds: machines under test may be slow, and none waits for ever. */
const LIMIT_MS = 30_000;

export class Guest {
  #output = '';
  #changed: () => void = () => undefined;
  #end: MachineEnd | undefined;

  static async boot(folder: string, options: GuestOptions = {}): Promise<Guest> {
    const loaded = loadProject(
      join(folder, options.manifest ?? 'Kraftfile'),
      options.kernelFolder === undefined ? {} : { kernelFolder: options.kernelFolder },
    );
    if (!loaded.ok) throw new Error(loaded.message);
    const configured = configureProject(loaded.project, options.target);
    if (!configured.ok) throw new Error(configured.message);
    const rootfs = options.rootfs === undefined ? {} : { rootfs: options.rootfs };
    const built = await build(configured.configured, rootfs);
    if (!built.ok) throw new Error(built.message);
    const warning = built.diagnostics[0];
    if (warning !== undefined) throw new Error(`${warning.file}:${warning.line}: ${warning.message}`);
    const planned = planMachine(configured.configured, built, {
      accelerator: 'tcg',
      paused: false,
      ...options.machine,
    });
    if (!planned.ok) throw new Error(planned.message);
    const startedAt = performance.now();
    const started = await startMachine(planned.spec);
    if (!started.ok) throw new Error(started.message);
    return new Guest(started.machine, startedAt);
  }

  private constructor(
    readonly machine: Machine,
    /** When QEMU was started, on `performance.now()`'s clock. */
    readonly startedAt: number,
  ) {
    machine.serial.setEncoding('utf8');
    machine.serial.on('data', (text: string) => {
      // The line's end may come in two pieces.
      this.#output = (this.#output + text).replaceAll('\r\n', '\n');
      this.#changed();
    });
    machine.ended.then((end) => {
      this.#end = end;
      this.#changed();
    });
  }

  /** Everything that the guest has written. */
  get output(): string {
    return this.#output;
  }

  /** Types on the guest's serial line. */
  type(text: string): void {
    this.machine.serial.write(text);
  }

  /** Resolves with the match when the output has it; rejects when the guest ends or time is up before. */
  async sees(expected: RegExp | string, limitMs = LIMIT_MS): Promise<RegExpExecArray> {
    const pattern =
      typeof expected === 'string' ? new RegExp(expected.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')) : expected;
    const found = await this.#until(
      () => pattern.exec(this.#output) ?? (this.#end ? 'ended' : undefined),
      limitMs,
    );
    if (found !== 'ended' && found !== undefined) return found;
    const why = found === 'ended' ? `the guest ended (${JSON.stringify(this.#end)})` : 'time is up';
    throw new Error(`Never seen: ${pattern}; ${why}. The guest wrote:\n${this.#output}`);
  }

  /** How the guest ends, with all of its output read. */
  async ends(limitMs = LIMIT_MS): Promise<MachineEnd> {
    const end = await this.#until(() => this.#end, limitMs);
    if (end === undefined) {
      await this.dispose();
      throw new Error(`The guest did not end. It wrote:\n${this.#output}`);
    }
    return end;
  }

  async dispose(): Promise<void> {
    await this.machine.dispose();
  }

  #until<T>(look: () => T | undefined, limitMs: number): Promise<T | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(undefined), limitMs);
      const done = (value: T | undefined) => {
        clearTimeout(timer);
        this.#changed = () => undefined;
        resolve(value);
      };
      this.#changed = () => {
        const value = look();
        if (value !== undefined) done(value);
      };
      this.#changed();
    });
  }
}

/** Boots an application that ends by itself; gives its output and its end. */
export async function runGuest(
  folder: string,
  options: GuestOptions = {},
): Promise<{ readonly output: string; readonly end: MachineEnd }> {
  const guest = await Guest.boot(folder, options);
  try {
    const end = await guest.ends();
    return { output: guest.output, end };
  } finally {
    await guest.dispose();
  }
}
