/** What the directives of a text say, one after another: conditions, includes and macros. */
import type { Block, Event, Include, Macro } from './facts';

/** What a directive does to what stands around it. */
export type Change = 'open' | 'next' | 'close' | 'none';

type Building = { -readonly [K in keyof Block]: Block[K] };

/** Conditions in one another deeper than this are a mistake. */
const DEPTH_LIMIT = 500;

export class Directives {
  readonly #blocks: Building[] = [
    { parent: -1, kind: 'file', condition: '', previous: -1, firstLine: 0, lastLine: 0 },
  ];
  readonly #events: Event[] = [];
  readonly #includes: Include[] = [];
  readonly #macros = new Map<string, Macro[]>();
  readonly #open: { block: number }[] = [];
  #line = 0;
  #counted = 0;
  #isFirst = true;
  /** Of the first directive, when it may be a header's guard. */
  #guard: string | undefined;

  constructor(private readonly text: string) {}

  /** The innermost one at this place. */
  get block(): number {
    return this.#open.at(-1)?.block ?? 0;
  }

  finish() {
    const [file] = this.#blocks;
    if (file !== undefined) file.lastLine = this.#lineOf(this.text.length) + 1;
    return {
      blocks: this.#blocks as readonly Block[],
      events: this.#events as readonly Event[],
      includes: this.#includes as readonly Include[],
      macros: this.#macros as ReadonlyMap<string, readonly Macro[]>,
    };
  }

  /** @param from Where the directive begins in the text. */
  read(directive: string, from: number): Change {
    const match = /^#\s*(\w+)\s*/.exec(directive);
    if (match === null) return 'none';
    const [head, word = ''] = match;
    const rest = directive.slice(head.length);
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    const guard = this.#guard;
    this.#guard = undefined;
    if (/^(?:if|ifdef|ifndef)$/.test(word)) {
      if (this.#open.length > DEPTH_LIMIT) return 'none';
      const kind = word as 'if' | 'ifdef' | 'ifndef';
      const condition = plain(rest);
      this.#open.push({ block: this.#begin(kind, condition, -1, this.block, from + directive.length) });
      if (isFirst && word === 'ifndef') this.#guard = condition;
      else if (isFirst && word === 'if')
        this.#guard = /^!\s*defined\s*\(?\s*(\w+)\s*\)?$/.exec(condition)?.[1];
      return 'open';
    }
    if (/^(?:else|elif|elifdef|elifndef|endif)$/.test(word)) return this.#follow(word, rest, from, directive);
    if (word === 'include' || word === 'include_next' || word === 'import')
      this.#include(rest, from + head.length);
    else if (word === 'define') this.#define(rest, from + head.length, guard);
    else if (word === 'undef') {
      const name = /^\w+/.exec(rest)?.[0];
      if (name !== undefined) this.#events.push({ kind: 'undef', name, block: this.block });
    }
    return 'none';
  }

  #follow(word: string, rest: string, from: number, directive: string): Change {
    const group = this.#open.at(-1);
    if (group === undefined) return 'none';
    const block = this.#blocks[group.block];
    if (block !== undefined) block.lastLine = this.#lineOf(from);
    if (word === 'endif') {
      this.#open.pop();
      return 'close';
    }
    const parent = block?.parent ?? 0;
    const kind = word === 'else' ? 'else' : word === 'elif' ? 'if' : word === 'elifdef' ? 'ifdef' : 'ifndef';
    group.block = this.#begin(kind, plain(rest), group.block, parent, from + directive.length);
    return 'next';
  }

  #begin(kind: Block['kind'], condition: string, previous: number, parent: number, after: number): number {
    const firstLine = this.#lineOf(after) + 1;
    const block = this.#blocks.length;
    this.#blocks.push({ parent, kind, condition, previous, firstLine, lastLine: firstLine });
    this.#events.push({ kind: 'block', block });
    return block;
  }

  #include(rest: string, from: number): void {
    const match = /^(?:<([^>\n]+)>|"([^"\n]+)")/.exec(rest);
    const header = match?.[1] ?? match?.[2];
    // A macro names the header: nobody can tell which.
    this.#includes.push({
      header: header ?? '',
      isQuoted: match?.[2] !== undefined,
      block: this.block,
      start: from + (header === undefined ? 0 : 1),
    });
  }

  #define(rest: string, start: number, guard: string | undefined): void {
    const match = /^([A-Za-z_$][\w$]*)(\([^)]*\))?/.exec(rest);
    if (match === null) return;
    const [whole, name = '', parameters] = match;
    const opening = this.#blocks[this.block];
    if (guard !== undefined && name === guard && opening !== undefined) opening.kind = 'guard';
    const value = plain(rest.slice(whole.length));
    const macro = {
      hasParameters: parameters !== undefined,
      hasComma: value.includes(',') || value === '',
      start,
    };
    const known = this.#macros.get(name);
    if (known === undefined) this.#macros.set(name, [macro]);
    else known.push(macro);
    this.#events.push({
      ...{ kind: 'define', name, block: this.block },
      // What takes arguments has no value by itself.
      value: parameters === undefined ? value.slice(0, 200) : '',
    });
  }

  /** Counts on from the last place that was asked for. */
  #lineOf(offset: number): number {
    for (let at = this.text.indexOf('\n', this.#counted); at >= 0 && at < offset; ) {
      this.#line++;
      this.#counted = at + 1;
      at = this.text.indexOf('\n', this.#counted);
    }
    return this.#line;
  }
}

/** In one line, without comments. */
function plain(text: string): string {
  return text
    .replace(/\\\r?\n/g, ' ')
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ' ')
    .trim();
}
