/** The same SQLite and the same work in the kernel, under TCG, and as a host program under user emulation. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { bareQemu, built, KERNEL, median, withCopy } from './project';

const ROOT = process.cwd();
const MIX = 'kernel-sdk/bench/sqlite-mix';
const ROUNDS = 5;

/** Built once for the same sources and options, which are those of the kernel's library. */
function hostProgram(): string {
  const folder = join(ROOT, 'kernel-sdk/third-party/sqlite/deps/sqlite3');
  const sources = [join(ROOT, MIX, 'main.c'), join(folder, 'sqlite3.c')];
  const options = readFileSync(join(KERNEL, 'lib/sqlite/Makefile.uk'), 'utf8').match(/-D[A-Z]\S+/g) ?? [];
  const flags = ['-O2', '-w', '-static', '-I', folder, ...options];
  const key = createHash('sha256').update(JSON.stringify(flags));
  for (const source of sources) key.update(readFileSync(source));
  const program = join(ROOT, 'out/bench-sqlite', key.digest('hex').slice(0, 16));
  if (existsSync(program)) return program;
  mkdirSync(join(ROOT, 'out/bench-sqlite'), { recursive: true });
  const args = [...flags, '-o', `${program}.new`, ...sources, '-lm', '-lpthread'];
  const { status, stderr } = spawnSync('gcc', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  renameSync(`${program}.new`, program);
  return program;
}

/** Milliseconds from `start` to `done`, by the host's clock: the guest's is what it is measured to be at boot. */
function mixTime(child: ChildProcess & { stdout: NonNullable<ChildProcess['stdout']> }): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    let start: number | undefined;
    let time: number | undefined;
    child.stdout.on('data', (bytes: Buffer) => {
      output += bytes.toString();
      if (output.includes('start')) start ??= performance.now();
      if (output.includes('done') && start !== undefined) time ??= performance.now() - start;
    });
    child.once('close', () =>
      time === undefined ? reject(new Error(`The mix told no time:\n${output}`)) : resolve(time),
    );
  });
}

function sqliteRatio(): Promise<{ value: number }> {
  return withCopy(MIX, async (folder) => {
    const image = await built(folder);
    const program = hostProgram();
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const inKernel = await mixTime(bareQemu(image.machine()));
      ratios.push(inKernel / (await mixTime(spawn('qemu-x86_64', [program]))));
    }
    return { value: median(ratios) };
  });
}

export const benchmarks = [
  { group: 'kernel', name: 'sqlite: time against user emulation', unit: '×', goal: 2, run: sqliteRatio },
];
