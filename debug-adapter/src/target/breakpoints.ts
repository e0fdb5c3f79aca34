/** The breakpoints a user wants, kept through restarts, and where GDB placed them. */
import { type GdbBreakpoint, GdbRefusal, insertAtLine, removeBreakpoints } from '../gdb';
import type { Target } from './target';

export interface WantedBreakpoint {
  /** One-based. */
  readonly line: number;
  /** An expression in the program's language; stops where it is not zero. */
  readonly condition?: string;
}

/** A wanted breakpoint with its identity for the client and what became of it. */
export interface PlacedBreakpoint extends WantedBreakpoint {
  readonly id: number;
  /** Absent while no image has been loaded or GDB refused it. */
  readonly placed?: GdbBreakpoint;
  /** Why it is not placed. */
  readonly message?: string;
}

export class Breakpoints {
  readonly #byFile = new Map<string, PlacedBreakpoint[]>();
  #target: Target | undefined;
  #nextId = 1;

  /** Wants exactly `wanted` in `file` (an absolute path); gives them back in the same order. */
  async set(file: string, wanted: readonly WantedBreakpoint[]): Promise<readonly PlacedBreakpoint[]> {
    const target = this.#target;
    if (target === undefined) {
      this.#replace(file, wanted);
      return this.#byFile.get(file) ?? [];
    }
    return target.whileStopped(async () => {
      await removeBreakpoints(target.gdb, this.#replace(file, wanted));
      return this.#place(target, file);
    });
  }

  /** Places everything in a target that has its symbols. Gives every breakpoint, placed or not. */
  restore(target: Target): Promise<readonly PlacedBreakpoint[]> {
    this.#target = target;
    return target.whileStopped(async () => {
      const all: PlacedBreakpoint[] = [];
      for (const [file, breakpoints] of this.#byFile) {
        this.#byFile.set(
          file,
          breakpoints.map(({ placed, message, ...wanted }) => wanted),
        );
        all.push(...(await this.#place(target, file)));
      }
      return all;
    });
  }

  /** The target is gone; wishes stay for the next one. */
  release(): void {
    this.#target = undefined;
  }

  /** The client's identity of the breakpoint that GDB calls `number`. */
  idOf(number: number): number | undefined {
    for (const breakpoints of this.#byFile.values()) {
      const hit = breakpoints.find((breakpoint) => breakpoint.placed?.number === number);
      if (hit !== undefined) return hit.id;
    }
    return undefined;
  }

  /** Keeps what is wanted still, with its identity; gives the GDB numbers of what is not. */
  #replace(file: string, wanted: readonly WantedBreakpoint[]): number[] {
    const before = this.#byFile.get(file) ?? [];
    const kept = new Set<PlacedBreakpoint>();
    const after = wanted.map((breakpoint) => {
      const same = before.find((old) => !kept.has(old) && isSame(old, breakpoint));
      if (same === undefined) return { ...breakpoint, id: this.#nextId++ };
      kept.add(same);
      return same;
    });
    this.#byFile.set(file, after);
    return before.flatMap((old) => (kept.has(old) || !old.placed ? [] : [old.placed.number]));
  }

  async #place(target: Target, file: string): Promise<readonly PlacedBreakpoint[]> {
    const placed: PlacedBreakpoint[] = [];
    for (const breakpoint of this.#byFile.get(file) ?? []) {
      placed.push(breakpoint.placed ? breakpoint : await place(target, file, breakpoint));
    }
    this.#byFile.set(file, placed);
    return placed;
  }
}

async function place(target: Target, file: string, wanted: PlacedBreakpoint): Promise<PlacedBreakpoint> {
  const { message: _, ...breakpoint } = wanted;
  try {
    const placed = await insertAtLine(target.gdb, file, wanted.line, wanted.condition);
    return { ...breakpoint, placed };
  } catch (error) {
    if (!(error instanceof GdbRefusal)) throw error;
    return { ...breakpoint, message: reason(error.message) };
  }
}

function reason(words: string): string {
  if (words.startsWith('No source file named')) {
    return 'No code in the image comes from this file. Does the manifest enable the library that it belongs to?';
  }
  if (words.startsWith('No line ')) return 'No code in the image comes from this line or the ones after it.';
  return `GDB says: ${words}`;
}

function isSame(a: WantedBreakpoint, b: WantedBreakpoint): boolean {
  return a.line === b.line && a.condition === b.condition;
}
