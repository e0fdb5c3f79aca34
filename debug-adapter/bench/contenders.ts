/**
 * For benchmarks: who is measured side by side. Each holds a guest of the same image, on the same kind of machine
 * and socket, stopped at the start of main: this adapter, npm's cdt-gdb-adapter, and bare GDB/MI, which does as much
 * and no more.
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BareGdb, BareMachine } from './bare';
import { Wire } from './wire';

const ROOT = process.cwd();
const THREAD = { threadId: 1 };
/** Frames that an editor shows without scrolling. */
const FRAMES = 20;

export interface Contender {
  /** Steps over a line. */
  step(): Promise<void>;
  /** What an editor fetches at a stop: the threads, the stack, and the innermost frame's arguments and locals. */
  look(): Promise<void>;
  /** Elements `start` to `start + count` of an array. */
  page(array: string, start: number, count: number): Promise<void>;
  dispose(): Promise<void>;
}

/** A DAP client with an adapter of its own. */
export class DapContender implements Contender {
  readonly wire: Wire;
  readonly #ended: Promise<unknown>;
  #frame = 0;
  /** Whether the adapter can give a part of a stack without the whole of it (`supportsDelayedStackTraceLoading`). */
  #delayedStacks = false;

  private constructor(
    private readonly adapter: ChildProcessWithoutNullStreams,
    private readonly machine?: BareMachine,
  ) {
    this.wire = new Wire(adapter);
    this.#ended = new Promise((done) => adapter.once('exit', done));
  }

  /** This adapter, with its project built and stopped at main. */
  static async ours(folder: string): Promise<DapContender> {
    const contender = new DapContender(spawn('node', [join(ROOT, 'dist/debug-adapter.js')]));
    await contender.#hello();
    contender.wire.send('launch', { manifest: join(folder, 'Kraftfile') });
    contender.wire.send('configurationDone', {});
    await contender.stopped();
    return contender;
  }

  static async peer(image: string): Promise<DapContender> {
    const machine = new BareMachine(image);
    await machine.ready();
    const program = join(ROOT, 'node_modules/cdt-gdb-adapter/dist/debugTargetAdapter.js');
    const contender = new DapContender(spawn('node', [program]), machine);
    const { wire } = contender;
    await contender.#hello();
    const target = { type: 'remote', parameters: [machine.socket] };
    wire.send('attach', { program: `${image}.dbg`, gdb: 'gdb', target });
    await wire.message(({ event }) => event === 'initialized');
    await wire.ask('setFunctionBreakpoints', { breakpoints: [{ name: 'main' }] });
    wire.send('configurationDone', {});
    await contender.stopped();
    return contender;
  }

  async stopped(): Promise<void> {
    await this.wire.message(({ event }) => event === 'stopped');
  }

  async step(): Promise<void> {
    this.wire.send('next', THREAD);
    await this.stopped();
  }

  async look(): Promise<void> {
    const { wire } = this;
    await wire.ask('threads', {});
    // Editors show the innermost frame first where an adapter can give it alone, and then the others.
    const levels = this.#delayedStacks ? 1 : FRAMES;
    const stack = await wire.ask<{ stackFrames: { id: number }[] }>('stackTrace', {
      ...{ ...THREAD, startFrame: 0, levels },
    });
    this.#frame = stack.stackFrames[0]?.id ?? 0;
    const { scopes } = await wire.ask<{ scopes: { variablesReference: number; expensive?: boolean }[] }>(
      'scopes',
      { frameId: this.#frame },
    );
    // Scopes that cost are shown closed; the peer has its registers among the others.
    const open = scopes.filter(({ expensive }) => !expensive).slice(0, 2);
    const asked = open.map(({ variablesReference }) => wire.send('variables', { variablesReference }));
    if (levels < FRAMES) {
      asked.push(wire.send('stackTrace', { ...THREAD, startFrame: levels, levels: FRAMES - levels }));
    }
    const waiting = new Set<number | undefined>(asked);
    await wire.message(({ request_seq }) => waiting.delete(request_seq) && waiting.size === 0);
  }

  async page(array: string, start: number, count: number): Promise<void> {
    const { variablesReference } = await this.wire.ask<{ variablesReference: number }>('evaluate', {
      ...{ expression: array, frameId: this.#frame, context: 'watch' },
    });
    await this.wire.ask('variables', { variablesReference, filter: 'indexed', start, count });
  }

  async dispose(): Promise<void> {
    this.wire.send('disconnect', {});
    const kill = setTimeout(() => this.adapter.kill('SIGKILL'), 5_000);
    await this.#ended;
    clearTimeout(kill);
    await this.machine?.dispose();
  }

  async #hello(): Promise<void> {
    this.wire.send('initialize', { adapterID: 'bench', pathFormat: 'path', linesStartAt1: true });
    const { body } = await this.wire.message(({ command }) => command === 'initialize');
    const able = body as { supportsDelayedStackTraceLoading?: boolean };
    this.#delayedStacks = able.supportsDelayedStackTraceLoading === true;
  }
}

export class BareContender implements Contender {
  private constructor(
    readonly gdb: BareGdb,
    private readonly machine: BareMachine,
  ) {}

  static async start(image: string): Promise<BareContender> {
    const contender = new BareContender(new BareGdb(`${image}.dbg`), new BareMachine(image));
    const { gdb, machine } = contender;
    await machine.ready();
    await gdb.ask('-break-insert main');
    await gdb.ask(`-target-select remote ${machine.socket}`);
    await contender.goOn();
    return contender;
  }

  async goOn(): Promise<void> {
    await this.gdb.ask('-exec-continue');
    await this.gdb.stopped();
  }

  async step(): Promise<void> {
    await this.gdb.ask('-exec-next');
    await this.gdb.stopped();
  }

  async look(): Promise<void> {
    await this.gdb.ask('-thread-info');
    await this.gdb.ask(`-stack-list-frames 0 ${FRAMES - 1}`);
    await this.gdb.ask('-stack-list-variables --thread 1 --frame 0 --all-values');
  }

  async page(array: string, start: number, count: number): Promise<void> {
    const name = /name="(\w+)"/.exec(await this.gdb.ask(`-var-create - * ${array}`))?.[1];
    await this.gdb.ask(`-var-list-children --all-values ${name} ${start} ${start + count}`);
  }

  async dispose(): Promise<void> {
    await this.gdb.dispose();
    await this.machine.dispose();
  }
}

/** A project's folder and its built image, which go when `work` is done. `fill` makes the sources. */
export async function withProject<T>(
  fill: (folder: string) => void,
  work: (folder: string, image: string) => Promise<T>,
): Promise<T> {
  const parent = mkdtempSync(join(tmpdir(), 'debug-bench-'));
  try {
    const folder = join(parent, 'project');
    fill(folder);
    execFileSync('node', [join(ROOT, 'dist/unikernel.js'), 'build', folder], { stdio: 'pipe' });
    const name = /^name: (.*)$/m.exec(readFileSync(join(folder, 'Kraftfile'), 'utf8'))?.[1];
    return await work(folder, join(folder, `.unikernel/build/${name}_qemu-x86_64`));
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

/** Fills a folder with a project of test-fixtures. */
export function fixture(name: string): (folder: string) => void {
  return (folder) => cpSync(join(ROOT, 'test-fixtures', name), folder, { recursive: true });
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
