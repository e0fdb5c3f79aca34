/** A line of GDB/MI as a record (GDB's manual, "GDB/MI Output Syntax"). */
import { decodeText } from './mi-text';
import type { MiTuple, MiValue } from './mi-value';

export interface Answer {
  readonly kind: 'answer';
  readonly state: string;
  readonly data: MiTuple;
}

export type MiRecord =
  | Answer
  | { readonly kind: 'exec' | 'status' | 'notify'; readonly state: string; readonly data: MiTuple }
  | { readonly kind: 'console' | 'target' | 'log'; readonly text: string };

const HEAD = /^\d*(?:\^(done|running|connected|error|exit)|([*+=])([a-z_-]+))(?=,|$)/;
const ASYNC = { '*': 'exec', '+': 'status', '=': 'notify' } as const;
const STREAMS = { '~': 'console', '@': 'target', '&': 'log' } as const;
const NAME = /[a-z_][\w-]*=/iy;
/** Nothing that GDB says is nested as deeply. */
const DEPTH_LIMIT = 100;

/** What breaks the grammar. */
class Broken extends Error {}

/** Undefined for a line that breaks the grammar, or that is none of GDB's: the prompt, the target's own text. */
export function readRecord(line: string): MiRecord | undefined {
  try {
    return recordOf(line);
  } catch (error) {
    if (error instanceof Broken) return undefined;
    throw error;
  }
}

function recordOf(line: string): MiRecord | undefined {
  const stream = STREAMS[line[0] as keyof typeof STREAMS];
  if (stream !== undefined) {
    const reader = new ValueReader(line, 1);
    const text = reader.text();
    reader.end();
    return { kind: stream, text };
  }
  const head = HEAD.exec(line);
  if (head === null) return undefined;
  const [matched, answer, mark, state = ''] = head;
  const data = new ValueReader(line, matched.length).results();
  if (answer !== undefined) return { kind: 'answer', state: answer, data };
  return { kind: ASYNC[mark as keyof typeof ASYNC], state, data };
}

/** Reads values from a place in a line on. Throws {@link Broken}. */
class ValueReader {
  #depth = 0;

  constructor(
    private readonly line: string,
    private at: number,
  ) {}

  /** `,name=value,name=value…` to the line's end. */
  results(): MiTuple {
    const tuple: MiTuple = {};
    while (this.line[this.at] === ',') {
      this.at++;
      this.#result(tuple);
    }
    this.end();
    return tuple;
  }

  end(): void {
    if (this.at !== this.line.length) throw new Broken();
  }

  text(): string {
    const start = this.at + 1;
    if (this.line[this.at] !== '"') throw new Broken();
    for (let quote = this.line.indexOf('"', start); quote >= 0; quote = this.line.indexOf('"', quote + 1)) {
      let backslash = quote;
      while (this.line[backslash - 1] === '\\' && backslash > start) backslash--;
      // An even number of them are escaped themselves.
      if ((quote - backslash) % 2 !== 0) continue;
      this.at = quote + 1;
      return decodeText(this.line.slice(start, quote));
    }
    throw new Broken();
  }

  #value(): MiValue {
    switch (this.line[this.at]) {
      case '{':
        return this.#tuple();
      case '[':
        return this.#list();
      default:
        return this.text();
    }
  }

  #tuple(): MiTuple {
    const tuple: MiTuple = {};
    this.#each('}', () => this.#result(tuple));
    return tuple;
  }

  /** A list's values may have names, which say nothing: `[frame={…},frame={…}]`. */
  #list(): MiValue[] {
    const list: MiValue[] = [];
    this.#each(']', () => {
      this.#name();
      list.push(this.#value());
    });
    return list;
  }

  #each(closing: string, read: () => void): void {
    if (++this.#depth > DEPTH_LIMIT) throw new Broken();
    this.at++;
    if (this.line[this.at] === closing) this.at++;
    else {
      do {
        read();
      } while (this.line[this.at++] === ',');
      if (this.line[this.at - 1] !== closing) throw new Broken();
    }
    this.#depth--;
  }

  /** What has no name in a tuple is not kept; the values of a name that comes again become a list. */
  #result(tuple: MiTuple): void {
    const name = this.#name();
    const value = this.#value();
    if (name === undefined) return;
    const before = Object.hasOwn(tuple, name) ? tuple[name] : undefined;
    if (before === undefined) tuple[name] = value;
    else tuple[name] = Array.isArray(before) ? [...before, value] : [before, value];
  }

  #name(): string | undefined {
    NAME.lastIndex = this.at;
    if (!NAME.test(this.line)) return undefined;
    const name = this.line.slice(this.at, NAME.lastIndex - 1);
    this.at = NAME.lastIndex;
    return name;
  }
}
