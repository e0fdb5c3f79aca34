/** Compiles, links and strips what has changed. */
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, isAbsolute, join, relative } from 'node:path';
import type { ConfiguredProject, Project } from '../project';
import { archivePath, buildArchive } from './archive';
import { demangle } from './demangle';
import { parseDiagnostics } from './diagnostics';
import { type Explained, explainCompilation, explainLink } from './explain';
import { findRootfs, InitrdError, type Rootfs } from './initrd';
import type { Language } from './language';
import { takeLock } from './lock';
import type { Build, BuildDiagnostic, BuildOptions, BuildResult, FailedBuild } from './model';
import { planPack } from './pack';
import { type BuildPlan, type CompileUnit, planBuild, toolchainNeeds } from './plan';
import { writePlan } from './prepare';
import { runTool } from './run-tool';
import { BuildState } from './state';
import { addressesInImage, readTextSymbols, symbolTableSource, withoutAddresses } from './symbol-table';
import { findToolchain, type Toolchain } from './toolchain';
import { whyUnwritable } from './unwritable';

/** Builds a project for its target. Failures of tools are results; only a bug throws. */
export const build: Build = async (configured, options = {}) => {
  const folder = options.outputFolder ?? join(configured.project.folder, '.unikernel');
  let release: (() => void) | undefined;
  try {
    release = await takeLock(join(folder, 'build.lock'), options.signal);
    if (release === undefined) return failed('The build was cancelled.');
    const state = BuildState.read(join(folder, 'build', 'state.json'));
    const chosen = options.compiler === undefined ? {} : { compiler: options.compiler };
    const found = await findToolchain({ ...toolchainNeeds(configured), ...chosen }, state.toolchain);
    if (!found.ok) return failed(found.message);
    state.toolchain = found.toolchain;
    const root = findRootfs(configured.project, options.rootfs);
    if (!root.ok) return failed(root.message);
    const plan = planBuild(configured, found.toolchain, folder);
    writePlan(plan, configured);
    try {
      return await new Builder(configured, plan, found.toolchain, state, options, root.rootfs).run();
    } finally {
      state.save();
    }
  } catch (error) {
    if (error instanceof InitrdError) return failed(error.message);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return failed(
      `Build products could not be written to '${folder}': ${whyUnwritable(configured.project.folder, message)}.`,
    );
  } finally {
    release?.();
  }
};

/** Removes everything that builds of a project have made. */
export function clean(project: Project): void {
  rmSync(join(project.folder, '.unikernel'), { recursive: true, force: true });
}

const STEPS: Readonly<Record<Language, string>> = { c: 'CC', 'c++': 'CXX', assembler: 'CC' };

class Builder {
  readonly #diagnostics: BuildDiagnostic[] = [];
  #done = 0;
  #total = 0;

  constructor(
    private readonly configured: ConfiguredProject,
    private readonly plan: BuildPlan,
    private readonly toolchain: Toolchain,
    private readonly state: BuildState,
    private readonly options: BuildOptions,
    private readonly rootfs: Rootfs | undefined,
  ) {}

  async run(): Promise<BuildResult> {
    const stale = this.plan.units.filter((unit) => !this.#isCurrent(unit.object, unit.args));
    const { initrd: packed, outputFolder } = this.plan;
    const pack = planPack(this.rootfs, packed, outputFolder, this.state, this.options.signal);
    this.#total = stale.length + 1 + (pack === undefined ? 0 : 1);
    if (!(await this.#compileAll(stale))) return this.#failure('compile');
    if (!(await this.#makeArchives())) return this.#failure('compile');
    const linked =
      this.#isCurrent(this.plan.image, this.#linkCommand) && this.#isCurrent(this.plan.symbols, []);
    if (!linked && !(await this.#link())) return this.#failure('link');
    if (pack !== undefined) {
      if (!(await pack.run())) return this.#failure('link');
      this.#step(pack.label);
    }
    const { image, symbols, map, compileCommands } = this.plan;
    const upToDate = linked && stale.length === 0 && pack === undefined;
    const initrd = this.rootfs?.kind === 'cpio' ? this.rootfs.path : packed;
    return {
      ok: true,
      ...{ image, symbols, map, compileCommands, upToDate, diagnostics: this.#diagnostics },
      ...(this.rootfs === undefined ? {} : { initrd }),
    };
  }

  /** Makes the third-party libraries that this user has not built yet, side by side: one is a single long file. */
  async #makeArchives(): Promise<boolean> {
    const { signal, onStep, jobs = availableParallelism() } = this.options;
    const results = await Promise.all(
      this.plan.archives.map(async (plan) => {
        const path = archivePath(plan);
        this.#archives.push(path);
        if (existsSync(path)) return { ok: true } as const;
        return buildArchive(plan, path, {
          jobs,
          ...(signal ? { signal } : {}),
          onStep: (done, total) =>
            onStep?.({
              label: `CC ${plan.library} ${done}/${total}`,
              done: this.#done,
              total: this.#total,
            }),
        });
      }),
    );
    const failure = results.find((result) => !result.ok);
    if (failure?.ok === false) this.#unplaced ??= failure.message;
    return failure === undefined;
  }

  /** The third-party libraries' archives, which objects come before: a member counts only where no object does. */
  readonly #archives: string[] = [];

  get #linkCommand(): readonly string[] {
    return [
      ...this.plan.linkArgs,
      ...this.#archives,
      String(this.plan.symbolTable),
      ...this.plan.units.map(({ object }) => object),
    ];
  }

  /** What a tool said when it made a product that still stands is said again. */
  #isCurrent(product: string, args: readonly string[]): boolean {
    const output = this.state.current(product, [this.toolchain.identity, ...args]);
    if (output === undefined) return false;
    this.#diagnostics.push(...parseDiagnostics(output, this.plan.outputFolder));
    return true;
  }

  async #compileAll(units: readonly CompileUnit[]): Promise<boolean> {
    const waiting = [...units];
    let ok = true;
    const worker = async () => {
      for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift()) {
        if (this.options.signal?.aborted === true) return;
        // The others are compiled all the same: all errors at once are worth more than the first one.
        if (!(await this.#compile(unit))) ok = false;
      }
    };
    const jobs = Math.max(1, Math.min(this.options.jobs ?? availableParallelism(), units.length));
    await Promise.all(Array.from({ length: jobs }, worker));
    return ok && this.options.signal?.aborted !== true;
  }

  async #compile(unit: CompileUnit): Promise<boolean> {
    this.state.forget(unit.object);
    if (!(await this.#tool(unit.compiler, unit.args, unit.object, () => dependenciesOf(unit)))) return false;
    this.#step(`${STEPS[unit.language]} ${unit.library} ${basename(unit.source)}`);
    return true;
  }

  /** Links, and makes the image. */
  async #link(): Promise<boolean> {
    const { plan } = this;
    for (const product of [plan.image, plan.symbols]) this.state.forget(product);
    const linked = `${plan.symbols}.new`;
    const stripped = `${plan.image}.new`;
    const objects = plan.units.map(({ object }) => object);
    try {
      if (
        !(await (plan.symbolTable ? this.#linkWithTable(objects, linked) : this.#linkOnce(objects, linked)))
      )
        return false;
      if (!(await this.#makeImage(linked, stripped))) return false;
      renameSync(linked, plan.symbols);
      renameSync(stripped, plan.image);
    } finally {
      for (const path of [linked, stripped]) rmSync(path, { force: true });
    }
    const inputs = [...objects, ...plan.linkInputs];
    this.state.record(plan.image, [this.toolchain.identity, ...this.#linkCommand], inputs, '');
    this.state.record(plan.symbols, [this.toolchain.identity], [], '');
    this.#step(`LD ${basename(plan.image)}`);
    return true;
  }

  /**
   * The table of an image's symbols follows from its link. Most changes leave their names as they are: the last
   * table is linked in, and its addresses are corrected in the file. Otherwise a second link takes the new table.
   */
  async #linkWithTable(objects: readonly string[], linked: string): Promise<boolean> {
    const source = join(this.plan.workFolder, 'symbols.S');
    const object = join(this.plan.workFolder, 'symbols.o');
    const command = [this.toolchain.identity, 'the symbol table'];
    const stands = this.state.current(object, command) !== undefined;
    const known = stands ? readFileSync(source, 'utf8') : undefined;
    if (!(await this.#linkOnce(stands ? [...objects, object] : objects, linked))) return false;
    const elf = readFileSync(linked);
    const symbols = readTextSymbols(elf);
    const names = symbols.map(({ name }) => name);
    const spelled = await demangle(this.toolchain, names, { parameters: false });
    const wanted = symbolTableSource(symbols, spelled);
    if (known !== undefined && withoutAddresses(known) === withoutAddresses(wanted)) {
      const corrected = addressesInImage(elf, symbols);
      if (corrected !== undefined) {
        writeAt(linked, corrected.offset, corrected.bytes);
        return true;
      }
    }
    this.state.forget(object);
    writeFileSync(source, wanted);
    if (!(await this.#tool(this.toolchain.compiler, ['-c', source, '-o', object]))) return false;
    this.state.record(source, command, [], '');
    this.state.record(object, command, [source], '');
    if (!(await this.#linkOnce([...objects, object], linked))) return false;
    const moved = firstMoved(symbols, readTextSymbols(readFileSync(linked)));
    if (moved !== undefined) {
      throw new Error(`The symbol table moved '${moved}': the linker script must place .uk_symtab last.`);
    }
    return true;
  }

  /** GCC has the linker ask its plugin about every member of every archive, which only LTO needs. */
  get #withoutPlugin(): readonly string[] {
    const { linkArgs, units, archives } = this.plan;
    const all = [
      linkArgs,
      ...units.map(({ args }) => args),
      ...archives.flatMap(({ args }) => Object.values(args)),
    ];
    const optimizes = all.some((args) => args.some((arg) => arg.startsWith('-flto')));
    return optimizes || /clang/.test(basename(this.toolchain.compiler)) ? [] : ['-fno-use-linker-plugin'];
  }

  #makeImage(linked: string, image: string): Promise<boolean> {
    const { strip, objcopy } = this.toolchain;
    return this.plan.imageFormat === 'binary'
      ? this.#tool(objcopy, ['-O', 'binary', linked, image])
      : this.#tool(strip, ['-o', image, linked]);
  }

  #linkOnce(objects: readonly string[], output: string): Promise<boolean> {
    const { linkArgs, map } = this.plan;
    return this.#tool(this.toolchain.compiler, [
      ...linkArgs,
      ...this.#withoutPlugin,
      `-Wl,-Map,${map}`,
      ...objects,
      ...['-Wl,--start-group', ...this.#archives, '-lgcc', '-Wl,--end-group'],
      ...['-o', output],
    ]);
  }

  async #tool(
    program: string,
    args: readonly string[],
    product?: string,
    inputs: () => readonly string[] = () => [],
  ): Promise<boolean> {
    const { signal } = this.options;
    const result = await runTool(program, args, {
      cwd: this.plan.outputFolder,
      ...(signal ? { signal } : {}),
    });
    // Nobody asked for what a cancelled tool had to say.
    if (signal?.aborted === true) return false;
    const output = result.ok ? result.output : await this.#explain(result.output, product === undefined);
    if (output !== '') this.options.onOutput?.(output);
    const diagnostics = parseDiagnostics(output, this.plan.outputFolder);
    this.#diagnostics.push(...diagnostics);
    if (!result.ok && !diagnostics.some(({ severity }) => severity === 'error')) {
      const lines = result.output.trim().split('\n');
      const message = lines.find((line) => line.includes('error:')) ?? lines.at(-1) ?? '';
      this.#unplaced ??= `${basename(program)} failed: ${message || 'it said nothing'}`;
    }
    if (result.ok && product !== undefined) {
      this.state.record(product, [this.toolchain.identity, ...args], inputs(), result.output);
    }
    return result.ok;
  }

  async #explain(output: string, linking: boolean): Promise<string> {
    const explained: Explained = {
      configured: this.configured,
      units: this.plan.units,
      exists: existsSync,
    };
    if (!linking) return explainCompilation(output, explained);
    const names = this.configured.project.catalog.libraries.flatMap((library) => library.exports ?? []);
    const demangled = await demangle(this.toolchain, names);
    const lines = explainLink(output, { ...explained, demangled: (name) => demangled.get(name) ?? name });
    return `${output}${lines.map((line) => `${line}\n`).join('')}`;
  }

  /** An error that names no line. */
  #unplaced: string | undefined;

  #step(label: string): void {
    this.#done++;
    this.options.onStep?.({ label, done: this.#done, total: this.#total });
  }

  #failure(what: 'compile' | 'link'): FailedBuild {
    if (this.options.signal?.aborted === true) return failed('The build was cancelled.');
    const errors = this.#diagnostics.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    const words =
      first === undefined
        ? (this.#unplaced ?? '')
        : `${this.#shortPath(first.file)}:${first.line}:${first.column}: ${first.message}`;
    const count = errors.length - 1;
    const more = count > 0 ? ` (and ${count} more ${count === 1 ? 'error' : 'errors'})` : '';
    return failed(`The project does not ${what}: ${words}${more}`, this.#diagnostics);
  }

  /** A file of the project without the way to its folder. */
  #shortPath(file: string): string {
    const way = relative(this.configured.project.folder, file);
    return way.startsWith('..') || isAbsolute(way) ? file : way;
  }
}

function failed(message: string, diagnostics: readonly BuildDiagnostic[] = []): FailedBuild {
  return { ok: false, message, diagnostics };
}

function writeAt(path: string, offset: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  try {
    writeSync(file, bytes, 0, bytes.length, offset);
  } finally {
    closeSync(file);
  }
}

/** The files that a compilation read, from the make rule that the compiler wrote. */
function dependenciesOf(unit: CompileUnit): string[] {
  const rule = readFileSync(unit.dependencies, 'utf8').replace(/\\\n/g, ' ');
  const files = rule.slice(rule.indexOf(': ') + 2).match(/(?:\\ |\S)+/g) ?? [];
  return files.map((file) => file.replaceAll('\\ ', ' ').replaceAll('$$', '$').replaceAll('\\#', '#'));
}

function firstMoved(
  before: ReturnType<typeof readTextSymbols>,
  after: ReturnType<typeof readTextSymbols>,
): string | undefined {
  const places = new Map(after.map(({ name, address }) => [`${name}@${address}`, true]));
  return before.find(({ name, address }) => !places.has(`${name}@${address}`))?.name;
}
