/** Which GDB a session needs is known when its project is read: one is taken, or started, before that, by names. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { debuggerFor, findTool, type ToolName } from '@unikernel-tools/kernel-sdk/program';
import { toolMissing } from '../errors';
import { Target } from '../target/target';
import type { SessionArguments } from './launch-arguments';
import type { ReadyDebugger } from './ready-debugger';

type Trace = (direction: 'to' | 'from', line: string) => void;

type Opened = { readonly target: Target } | { readonly missing: string };

export class DebuggerStart {
  #tool: ToolName;
  #opened: Opened;
  #ending: Promise<void> = Promise.resolve();

  constructor(
    private readonly launch: SessionArguments,
    private readonly ready: ReadyDebugger,
    private readonly trace: Trace,
  ) {
    this.#tool = debuggerFor(likelyArchitecture(launch));
    this.#opened = this.#open();
  }

  /** Starts the debugger of `architecture` where another one was started. */
  expect(architecture: string): void {
    const tool = debuggerFor(architecture);
    // A program that the user chose serves any.
    if (tool === this.#tool || this.launch.gdbPath !== undefined) return;
    this.#end();
    this.#tool = tool;
    this.#opened = this.#open();
  }

  /** Undefined where there is no debugger. */
  get found(): Target | undefined {
    return 'missing' in this.#opened ? undefined : this.#opened.target;
  }

  /** Throws a DebugError where there is no debugger. */
  get target(): Target {
    if ('missing' in this.#opened) throw toolMissing(this.#opened.missing);
    return this.#opened.target;
  }

  dispose(): Promise<void> {
    this.#end();
    return this.#ending;
  }

  #open(): Opened {
    const gdb = findTool(this.#tool, this.launch.gdbPath);
    return gdb.ok ? { target: new Target(this.ready.take(gdb.path, this.trace)) } : { missing: gdb.message };
  }

  #end(): void {
    if ('missing' in this.#opened) return;
    const ended = this.#opened.target.dispose();
    this.#ending = this.#ending.then(() => ended);
  }
}

/** By names, a manifest's chosen target's or first one's; a wrong guess costs a GDB that nobody asks. */
function likelyArchitecture({ subject }: SessionArguments): string {
  try {
    const names =
      subject.kind === 'manifest'
        ? `${subject.target ?? ''} ${readFileSync(subject.manifest, 'utf8')}`
        : basename(subject.program);
    return /arm64|x86_64/.exec(names)?.[0] ?? 'x86_64';
  } catch {
    return 'x86_64';
  }
}
