/** What a kernel's memory means to a debugger. One implementation for each kernel, chosen by symbols. */

import type { KernelMessage } from './messages';

/** Reads a stopped guest; expressions are GDB's. Rejects when one cannot be evaluated. */
export interface Inspector {
  /** As GDB prints it. */
  evaluate(expression: string): Promise<string>;
  /** As a number of 64 bits. */
  number(expression: string): Promise<bigint>;
  /** The text that a `char *` expression points to. */
  evaluateText(expression: string): Promise<string>;
  /** The innermost frames of the stopped vCPU. */
  frames(count: number): Promise<readonly KernelFrame[]>;
  /** In one of them, by its level. */
  evaluateIn(level: number, expression: string): Promise<string>;
  numberIn(level: number, expression: string): Promise<bigint>;
  /** Fewer bytes where memory ends or is not mapped. */
  read(address: bigint, count: number): Promise<Buffer>;
  /** The same of physical memory. */
  readPhysical(address: bigint, count: number): Promise<Buffer>;
  /** A register of the stopped vCPU, by GDB's name; undefined where the stub does not know it. */
  register(name: string): Promise<bigint | undefined>;
  /** The source line of an instruction. */
  lineAt(address: bigint): Promise<{ readonly file: string; readonly line: number } | undefined>;
  /** The section of the image that holds an address. */
  sectionAt(address: bigint): Promise<string | undefined>;
  /** What stands in a source line, where the source is here. */
  sourceLine(file: string, line: number): Promise<string | undefined>;
  /** What a section of the image holds that is not loaded; undefined where there is none of this name. */
  imageSection(name: string): Promise<Buffer | undefined>;
  /** What of the image an address lies in. */
  symbolAt(address: bigint): Promise<ImageSymbol | undefined>;
}

export interface KernelFrame {
  readonly level: number;
  readonly address: string;
  readonly function?: string;
  readonly file?: string;
  readonly line?: number;
}

export interface ImageSymbol {
  readonly name: string;
  /** Bytes from its start. */
  readonly offset: number;
  readonly section: string;
}

export interface Panic {
  /** Of exceptions.ts. */
  readonly kind: string;
  /** One sentence, without a full stop: `Page fault: write to 0x0 (page not present)`. */
  readonly sentence: string;
  /** Lines with the exception's name, error code and registers, as far as they are known. */
  readonly details: readonly string[];
  /** The access that the processor refused. */
  readonly fault?: FaultingAccess;
  /** What it is about was printed alone: the last message on the console completes the sentence. */
  readonly isToldOnConsole?: boolean;
  /** What is behind it, as far as that can be seen; a sentence without a full stop. */
  readonly explanation?: string;
}

export type Access = 'read' | 'write' | 'execute';

export interface FaultingAccess {
  readonly address: bigint;
  readonly access: Access;
}

/** `new`: ready, and has not run yet. */
export type ThreadState = 'running' | 'new' | 'ready' | 'waiting' | 'exited';

/** A thread of the guest's kernel. */
export interface KernelThread {
  /** Where its structure is: the same as long as it lives. */
  readonly address: bigint;
  readonly name: string;
  readonly state: ThreadState;
  /** In words: `mutex forks[1], held by Hypatia`. */
  readonly waitsFor?: string;
  /** The registers that it goes on with, by GDB's names; absent while a vCPU runs it. */
  readonly saved?: readonly (readonly [name: string, value: bigint])[];
  /** The zero-based vCPU that runs it. */
  readonly cpu?: number;
  /** Its stack, without the guard page below; absent where the kernel does not know it. */
  readonly stack?: { readonly start: bigint; readonly end: bigint };
}

export interface ThreadList {
  readonly threads: readonly KernelThread[];
  /** Where what the kernel keeps of its threads leads nowhere: something has written over it. A clause. */
  readonly damage?: string;
}

/** Reads the threads of one image, again at each stop. */
export interface ThreadReader {
  read(): Promise<ThreadList>;
  /** The guest is not what it became by running: it was written to, or put into another state. */
  forget(): void;
}

/** A piece of the heap: what its user got, without the heap's own words around it. */
export interface HeapBlock {
  readonly start: bigint;
  readonly size: number;
  readonly used: boolean;
}

export interface HeapPlace {
  readonly block: HeapBlock;
  /** Bytes from the block's start; negative in front of it. */
  readonly offset: number;
  /** Its neighbours in memory. */
  readonly before?: HeapBlock;
  readonly behind?: HeapBlock;
}

export interface HeapSummary {
  readonly total: number;
  readonly used: number;
  /** The most that was used, and how many pieces are; where the kernel counts them. */
  readonly peak?: number;
  readonly blocks?: number;
}

export interface HeapReader {
  /** All of the heap's memory; undefined before there is a heap. */
  bounds(): Promise<{ readonly start: bigint; readonly end: bigint } | undefined>;
  /** Undefined for an address outside of it, and where the heap is damaged. */
  find(address: bigint): Promise<HeapPlace | undefined>;
  summary(): Promise<HeapSummary | undefined>;
}

/** Messages that a kernel keeps in its memory. */
export interface LogReader {
  /** Oldest first; `lost` bytes before them have given way. */
  read(): Promise<{ readonly messages: readonly KernelMessage[]; readonly lost: number }>;
}

export interface TraceEvent {
  /** Nanoseconds since boot. */
  readonly time: number;
  readonly name: string;
  /** The thread that ran; empty before there were threads. */
  readonly thread: string;
  readonly arguments: readonly bigint[];
  /** What the arguments mean, where the kernel's own events are known: `→ Hypatia`. */
  readonly meaning?: string;
}

export interface TraceReader {
  /** Oldest first; `lost` events before them have given way. */
  read(
    threads: Iterable<KernelThread>,
  ): Promise<{ readonly events: readonly TraceEvent[]; readonly lost: number }>;
}

export interface Kernel {
  readonly name: string;
  /** The function that every panic passes through, once, before anything is torn down. */
  readonly panicFunction: string;
  /** Called when stopped at the start of {@link panicFunction}. */
  readPanic(inspector: Inspector): Promise<Panic>;
  /**
   * What holds at the start of {@link panicFunction} for panics of the wanted kinds (exceptions.ts);
   * undefined when that is every one. Needs symbols alone. It may hold for others, which are passed over once they are read.
   */
  panicCondition(inspector: Inspector, wanted: ReadonlySet<string>): Promise<string | undefined>;
  /** Source files whose functions only put a thread to sleep or wake it. */
  readonly schedulerSources: RegExp;
  /** The condition that a thread runs. */
  isRunning(thread: KernelThread): string;
  /** Undefined for an image without a scheduler. Needs symbols alone. */
  threads(inspector: Inspector): Promise<ThreadReader | undefined>;
  /** Undefined for an image without a heap that is understood. Needs symbols alone. */
  heap(inspector: Inspector): Promise<HeapReader | undefined>;
  /** Undefined for an image that keeps none. Needs symbols alone. */
  log(inspector: Inspector): Promise<LogReader | undefined>;
  trace(inspector: Inspector): Promise<TraceReader | undefined>;
  /** How a project gets them. */
  readonly hints: {
    readonly threads: string;
    readonly heap: string;
    readonly log: string;
    readonly trace: string;
  };
}
