/** What benchmarks of built images share: a project's copy, its build, QEMU without a debugger's channels, medians. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuiltImage, build } from '../src/build';
import { type MachineOverrides, type MachineSpec, planMachine } from '../src/machine';
import { qemuArguments } from '../src/machine/arguments';
import { configureProject, loadProject } from '../src/project';

const ROOT = process.cwd();
export const KERNEL = join(ROOT, 'kernel-sdk/kernel');

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** `folder` is relative to the repository. */
export async function withCopy<T>(folder: string, work: (copy: string) => Promise<T>): Promise<T> {
  const copy = mkdtempSync(join(tmpdir(), 'kernel-bench-'));
  cpSync(join(ROOT, folder), copy, { recursive: true });
  try {
    return await work(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

export interface Built extends BuiltImage {
  /** The machine that `unikernel run` would start, emulated. */
  machine(overrides?: Partial<MachineOverrides>): MachineSpec;
}

/** Builds for x86_64, with options on top of the manifest's. */
export async function built(folder: string, options: Readonly<Record<string, string>> = {}): Promise<Built> {
  const loaded = loadProject(join(folder, 'Kraftfile'), { kernelFolder: KERNEL });
  if (!loaded.ok) throw new Error(loaded.message);
  const configured = configureProject(loaded.project, 'qemu/x86_64', new Map(Object.entries(options)));
  if (!configured.ok) throw new Error(configured.message);
  const result = await build(configured.configured);
  if (!result.ok) throw new Error(result.message);
  return {
    ...result,
    machine(overrides = {}) {
      const planned = planMachine(configured.configured, result, {
        accelerator: 'tcg',
        paused: false,
        ...overrides,
      });
      if (!planned.ok) throw new Error(planned.message);
      return planned.spec;
    },
  };
}

/** QEMU as `unikernel run` starts it, but for the control socket and the pause that it ends: its serial line is stdout. */
export function bareQemu(spec: MachineSpec): ChildProcess & { stdout: NonNullable<ChildProcess['stdout']> } {
  const args = qemuArguments(spec, 'tcg', { qmp: 'null', serial: 'stdio', gdb: 'none' });
  return spawn(
    'qemu-system-x86_64',
    args.filter((word) => word !== '-S'),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
}

/** Milliseconds from QEMU's start to the first byte on the serial line. */
export async function firstByte(spec: MachineSpec): Promise<number> {
  const start = performance.now();
  const qemu = bareQemu(spec);
  const closed = new Promise<void>((done) => qemu.once('close', () => done()));
  const seen = new Promise<number>((done) => qemu.stdout.once('data', () => done(performance.now() - start)));
  const time = await Promise.race([seen, closed]);
  qemu.kill('SIGKILL');
  await closed;
  if (time === undefined) throw new Error('QEMU ended before a byte came.');
  return time;
}
