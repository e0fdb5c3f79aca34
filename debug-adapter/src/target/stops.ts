/** Why a guest stopped, read from GDB's record of it. */
import { sectionContent } from '@unikernel-tools/kernel-sdk/machine';
import { messageOf } from '@unikernel-tools/kernel-sdk/problem';
import {
  type AsyncRecord,
  breakpointHits,
  evaluate,
  evaluateNumber,
  frameOfStop,
  type GdbConnection,
  type GdbFrame,
  hex,
  hiddenWatches,
  type ImageSection,
  lineAt,
  listFrames,
  listSections,
  readMemory,
  readPhysicalMemory,
  readText,
  sourceLine,
  symbolAt,
  text,
  type WatchHit,
  watchHits,
} from '../gdb';
import { PANIC } from '../kernel/exceptions';
import type { Inspector, Kernel, Panic } from '../kernel/kernel';

export type Stop = {
  /** GDB's thread id of the vCPU that stopped first; the others stopped with it. */
  readonly thread: number;
  readonly frame?: GdbFrame;
} & (
  | { readonly reason: 'entry' | 'step' | 'pause' | 'goto' }
  /** `failure`: its condition has no value, and why. */
  | { readonly reason: 'breakpoint'; readonly breakpoints: readonly number[]; readonly failure?: string }
  /** Watched places were accessed, by one instruction; `breakpoints` stand behind that. */
  | { readonly reason: 'data'; readonly hits: readonly WatchHit[]; readonly breakpoints: readonly number[] }
  | { readonly reason: 'panic'; readonly panic: Panic }
  /** The processor gave up: it stands where it was, and cannot go on. */
  | { readonly reason: 'triple-fault' }
  /** The machine was put back to a state that was kept. */
  | { readonly reason: 'snapshot'; readonly name: string }
  /** The first and the last place of a recording. */
  | { readonly reason: 'start' | 'end' }
  /** It was to go somewhere, and is where it was: why. */
  | { readonly reason: 'stay'; readonly words: string }
  /** What `name` stands for got its value here. */
  | { readonly reason: 'written'; readonly name: string; readonly written: WatchHit }
  /** The CPU stopped for a signal that nobody asked for; GDB's name and meaning of it. */
  | { readonly reason: 'exception'; readonly signal: string }
);

/** The breakpoints that are ours, by GDB's numbers, and what the guest was doing. */
export interface StopContext {
  readonly entryBreakpoint: number | undefined;
  readonly panicBreakpoint: number | undefined;
  /** Where a step into a chosen function ends. */
  readonly stepBreakpoint: number | undefined;
  readonly kernel: Kernel | undefined;
  readonly stepping: boolean;
}

export async function understandStop(
  gdb: GdbConnection,
  record: AsyncRecord,
  context: StopContext,
): Promise<Stop> {
  const { data } = record;
  const valueNow = async ({ number, watched }: { readonly number: number; readonly watched: string }) => {
    const now = await evaluate(gdb, watched).catch(() => undefined);
    return { number, ...(now === undefined ? {} : { new: now }) };
  };
  const frame = frameOfStop(data);
  const at = { thread: Number(text(data, 'thread-id') ?? 1), ...(frame === undefined ? {} : { frame }) };
  const reason = text(data, 'reason');
  const breakpoints = breakpointHits(record);
  if (reason === 'breakpoint-hit') {
    const [breakpoint] = breakpoints;
    if (breakpoint === context.entryBreakpoint) return { ...at, reason: 'entry' };
    if (breakpoint === context.stepBreakpoint) return { ...at, reason: 'step' };
    if (breakpoint === context.panicBreakpoint && context.kernel !== undefined) {
      return { ...at, reason: 'panic', panic: await readPanic(inspectorOf(gdb, at.thread), context.kernel) };
    }
  }
  const hits = [...watchHits(record), ...(await Promise.all(hiddenWatches(record).map(valueNow)))];
  if (hits.length > 0) return { ...at, reason: 'data', hits, breakpoints };
  if (breakpoints.length > 0) return { ...at, reason: 'breakpoint', breakpoints };
  if (reason === 'signal-received') {
    const signal = text(data, 'signal-name') ?? '';
    if (signal === 'SIGINT' || signal === '0') return { ...at, reason: 'pause' };
    // QEMU reports the end of an instruction step as SIGTRAP.
    if (signal === 'SIGTRAP') return { ...at, reason: context.stepping ? 'step' : 'pause' };
    // What QEMU's stub says of a machine that was shut down and kept (gdbstub.c, RUN_STATE_SHUTDOWN).
    if (signal === 'SIGQUIT') return { ...at, reason: 'triple-fault' };
    return { ...at, reason: 'exception', signal: `${signal} (${text(data, 'signal-meaning') ?? 'unknown'})` };
  }
  return { ...at, reason: 'step' };
}

export function isInterrupt({ data }: AsyncRecord): boolean {
  return text(data, 'reason') === 'signal-received' && text(data, 'signal-name') === 'SIGINT';
}

async function readPanic(inspector: Inspector, kernel: Kernel): Promise<Panic> {
  try {
    return await kernel.readPanic(inspector);
  } catch (error) {
    const words = messageOf(error);
    return {
      kind: PANIC,
      sentence: 'Kernel panic',
      details: [`its description could not be read: ${words}`],
    };
  }
}

/** Of `thread`, a vCPU by GDB's id. @param symbols The ELF file with the image's symbols. */
export function inspectorOf(gdb: GdbConnection, thread = 1, symbols?: string): Inspector {
  let sections: Promise<readonly ImageSection[]> | undefined;
  return {
    evaluate: (expression) => evaluate(gdb, expression),
    number: (expression) => evaluateNumber(gdb, expression),
    async evaluateText(expression) {
      // GDB would cut a long text that it prints, and one in which a character comes again and again.
      const address = await evaluateNumber(gdb, expression);
      return (await readText(gdb, address)) ?? `(its text at ${hex(address)} cannot be read)`;
    },
    frames: (count) => listFrames(gdb, { thread }, 0, count - 1),
    evaluateIn: (level, expression) => evaluate(gdb, expression, { thread, level }),
    numberIn: (level, expression) => evaluateNumber(gdb, expression, { thread, level }),
    read: (address, count) => readMemory(gdb, address, count),
    readPhysical: (address, count) => readPhysicalMemory(gdb, address, count),
    register: (name) => evaluateNumber(gdb, `$${name}`).catch(() => undefined),
    async sectionAt(address) {
      sections ??= listSections(gdb);
      return (await sections).find(({ start, end }) => address >= start && address < end)?.name;
    },
    lineAt: (address) => lineAt(gdb, address),
    sourceLine: (file, line) => sourceLine(gdb, file, line),
    imageSection: (name) =>
      symbols === undefined ? Promise.resolve(undefined) : sectionContent(symbols, name),
    symbolAt: (address) => symbolAt(gdb, address),
  };
}
