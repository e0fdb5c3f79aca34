/** GDB takes as long to start as a project takes to be read: it starts before it is known which one is needed. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { debuggerFor, findTool, type ToolName } from '@unikernel-tools/kernel-sdk/program';
import { toolMissing } from '../errors';
import { Target } from '../target/target';
import { folderOf, type SessionArguments } from './launch-arguments';

type Trace = (direction: 'to' | 'from', line: string) => void;

export class DebuggerStart {
  readonly #tool: ToolName;
  #opening: Promise<Target>;

  constructor(
    private readonly launch: SessionArguments,
    private readonly trace: Trace,
  ) {
    this.#tool = debuggerFor(likelyArchitecture(launch));
    this.#opening = this.#open(this.#tool);
  }

  /** Resolves when GDB is on its way, or cannot be started. */
  async begun(): Promise<void> {
    await this.#opening.catch(() => undefined);
  }

  /** The debugger of `architecture`. Throws a DebugError where there is none. */
  async for(architecture: string): Promise<Target> {
    const tool = debuggerFor(architecture);
    // A program that the user chose serves any.
    if (tool !== this.#tool && this.launch.gdbPath === undefined) {
      await this.dispose();
      this.#opening = this.#open(tool);
    }
    return this.#opening;
  }

  async dispose(): Promise<void> {
    const target = await this.#opening.catch(() => undefined);
    await target?.dispose();
  }

  #open(tool: ToolName): Promise<Target> {
    const opening = open(tool, this.launch, this.trace);
    // Whoever needs it sees the rejection.
    opening.catch(() => undefined);
    return opening;
  }
}

async function open(tool: ToolName, launch: SessionArguments, trace: Trace): Promise<Target> {
  const gdb = await findTool(tool, launch.gdbPath);
  if (!gdb.ok) throw toolMissing(gdb.message);
  return Target.open(gdb.path, folderOf(launch), trace);
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
