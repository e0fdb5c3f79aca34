/**
 * Builds, in process: what a task or F5 waits for. Beside the clean build, its compilers alone; beside the build that
 * has nothing to do, make over the same compilations, where it is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from '../src/build';
import { configureProject, loadProject } from '../src/project';

const ROOT = process.cwd();
const KERNEL = join(ROOT, 'kernel-sdk/kernel');
const ROUNDS = 7;

async function withTemplate<T>(template: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'build-bench-'));
  cpSync(join(ROOT, 'kernel-sdk/templates', template), folder, { recursive: true });
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From the manifest's text to the image; the project is loaded each time, as tasks do. */
async function built(folder: string) {
  const loaded = loadProject(join(folder, 'Kraftfile'), { kernelFolder: KERNEL });
  if (!loaded.ok) throw new Error(loaded.message);
  const configured = configureProject(loaded.project);
  if (!configured.ok) throw new Error(configured.message);
  const result = await build(configured.configured);
  if (!result.ok) throw new Error(result.message);
  return result;
}

async function medianOf(measure: (round: number) => Promise<unknown>, before?: (round: number) => void) {
  const values: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    before?.(round);
    const start = performance.now();
    await measure(round);
    values.push(performance.now() - start);
  }
  return values.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

/** As many compilers at a time as the builder starts. */
async function compilersAlone(commands: string): Promise<void> {
  const waiting = JSON.parse(readFileSync(commands, 'utf8')) as { directory: string; arguments: string[] }[];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [program = '', ...args] = next.arguments;
      const child = spawn(program, args, { cwd: next.directory });
      await new Promise((done) => child.once('close', done));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** One more statement, which moves every function behind it. */
function lengthenMain(path: string, round: number): void {
  const text = readFileSync(path, 'utf8');
  const changed = text.replace(/int main\(.*\) \{\n/, `$&    volatile int change${round} = ${round};\n`);
  if (changed === text) throw new Error(`There is no main in '${path}'.`);
  writeFileSync(path, changed);
}

/** Makes the application one of many sources, each with a header of its own. */
function addSources(folder: string, count: number): void {
  for (let i = 0; i < count; i++) {
    writeFileSync(join(folder, `part${i}.h`), `int part${i}(void);\n`);
    writeFileSync(join(folder, `part${i}.c`), `#include "part${i}.h"\nint part${i}(void) { return ${i}; }\n`);
    appendFileSync(join(folder, 'Makefile.uk'), `APPHELLO_SRCS-y += $(APPHELLO_BASE)/part${i}.c\n`);
  }
}

/** A Makefile of the same compilations, each with the headers that it read. */
function writeMakefile(folder: string, commands: string): string {
  const units = JSON.parse(readFileSync(commands, 'utf8')) as {
    directory: string;
    output: string;
    arguments: string[];
  }[];
  const words = (args: readonly string[]) => args.map((word) => `'${word.replaceAll('$', '$$')}'`).join(' ');
  const rules = units.map(({ output, arguments: args }) => {
    const read = readFileSync(output.replace(/\.o$/, '.d'), 'utf8');
    return `${read}\n${output}:\n\t@${words(args)}\n`;
  });
  const makefile = join(folder, 'bench.mk');
  writeFileSync(makefile, `all: ${units.map(({ output }) => output).join(' ')}\n${rules.join('')}`);
  return makefile;
}

function make(makefile: string): void {
  const { status, stderr } = spawnSync('make', ['-s', '-f', makefile, 'all'], { cwd: dirname(makefile) });
  if (status !== 0) throw new Error(stderr.toString());
}

const hasMake = spawnSync('make', ['--version']).status === 0;

export const benchmarks = [
  {
    group: 'build',
    name: 'clean build of http, third-party archives there',
    unit: 'ms',
    goal: 5000,
    run: () =>
      withTemplate('http', async (folder) => {
        await built(folder);
        const clean = () => rmSync(join(folder, '.unikernel'), { recursive: true, force: true });
        return { value: await medianOf(() => built(folder), clean) };
      }),
  },
  {
    group: 'build',
    name: 'one changed file of http',
    unit: 'ms',
    goal: 400,
    run: () =>
      withTemplate('http', async (folder) => {
        await built(folder);
        const change = (round: number) => lengthenMain(join(folder, 'main.c'), round);
        return { value: await medianOf(() => built(folder), change) };
      }),
  },
  {
    group: 'build',
    name: 'no change of http',
    unit: 'ms',
    goal: 50,
    run: () =>
      withTemplate('http', async (folder) => {
        await built(folder);
        return { value: await medianOf(() => built(folder)) };
      }),
  },
  {
    group: 'build',
    name: 'clean build of hello',
    unit: 'ms',
    goal: 1000,
    run: () =>
      withTemplate('hello', async (folder) => {
        const clean = () => rmSync(join(folder, '.unikernel'), { recursive: true, force: true });
        const value = await medianOf(() => built(folder), clean);
        const { compileCommands } = await built(folder);
        return { value, baseline: await medianOf(() => compilersAlone(compileCommands)) };
      }),
  },
  {
    group: 'build',
    name: 'one changed file of hello',
    unit: 'ms',
    goal: 200,
    run: () =>
      withTemplate('hello', async (folder) => {
        await built(folder);
        const change = (round: number) => lengthenMain(join(folder, 'main.c'), round);
        return { value: await medianOf(() => built(folder), change) };
      }),
  },
  {
    group: 'build',
    name: 'no change, 100 sources',
    unit: 'ms',
    goal: 50,
    run: () =>
      withTemplate('hello', async (folder) => {
        addSources(folder, 100);
        const { compileCommands } = await built(folder);
        const value = await medianOf(() => built(folder));
        if (!hasMake) return { value };
        const makefile = writeMakefile(folder, compileCommands);
        return { value, baseline: await medianOf(async () => make(makefile)) };
      }),
  },
];
