/** Everything that a source sees: itself, and all that it includes, in one configuration. */
import type { Configuration } from '../../kconfig';
import { finish, type Steps } from '../../steps';
import type { MacroLookup, Truth } from './condition';
import type { CFacts, DeclaredFunction, Macro } from './facts';
import { factsOf, filesNaming, type Including, isCompilers, isGenerated, resolveInclude } from './headers';
import { constantsOf, statesOf } from './states';

export interface Scope {
  readonly path: string;
  readonly facts: CFacts;
  /** By block of the source. */
  readonly states: readonly Truth[];
  /** Every header was found: nothing else can be seen. */
  readonly isComplete: boolean;
  /** Declarations that may count, of the source and its headers, with the file that has each. */
  declarations(name: string): readonly Declaration[];
  macro(name: string): readonly Macro[];
  /** Macros may make anything of the name. */
  isOdd(name: string): boolean;
  /** Absolute paths of the headers. */
  readonly headers: readonly string[];
}

export interface Declaration extends DeclaredFunction {
  readonly path: string;
}

/** More headers of one source than these are a mistake. */
const HEADER_LIMIT = 3000;

/** States of a file's blocks: they follow from the two alone. */
const known = new WeakMap<CFacts, WeakMap<object, readonly Truth[]>>();
const NO_CONFIGURATION = {};

export function statesIn(
  facts: CFacts,
  configuration: Configuration | undefined,
  isCpp: boolean,
): readonly Truth[] {
  // What stands under no condition needs no look.
  if (facts.blocks.length === 1) return ['yes'];
  const of = known.get(facts) ?? new WeakMap<object, readonly Truth[]>();
  known.set(facts, of);
  const key = configuration ?? NO_CONFIGURATION;
  const found = of.get(key) ?? statesOf(facts, constants(configuration, isCpp));
  of.set(key, found);
  return found;
}

const lookups = new WeakMap<object, { readonly c: MacroLookup; readonly cpp: MacroLookup }>();

function constants(configuration: Configuration | undefined, isCpp: boolean): MacroLookup {
  const key = configuration ?? NO_CONFIGURATION;
  const found = lookups.get(key) ?? {
    c: constantsOf(configuration, false),
    cpp: constantsOf(configuration, true),
  };
  lookups.set(key, found);
  return isCpp ? found.cpp : found.c;
}

interface Seen {
  readonly files: Map<string, CFacts>;
  readonly isComplete: boolean;
}

/** A source and all that it includes, one file at a time. */
function* seeSteps(including: Including, path: string, isCpp: boolean): Steps<Seen | undefined> {
  const { workspace, configuration } = including;
  const facts = factsOf(workspace, path);
  if (facts === undefined) return undefined;
  const files = new Map<string, CFacts>([[path, facts]]);
  let isComplete = !facts.isBroken;
  // A map goes on with what is added to it meanwhile.
  for (const [file, read] of files) {
    const states = statesIn(read, configuration, isCpp);
    for (const include of read.includes) {
      const state = states[include.block];
      if (state === 'no') continue;
      const resolved = resolveInclude(including, include, file);
      if (resolved.kind !== 'found') {
        // What is missing under an unknown condition is other systems', most likely.
        const isExpected = state === 'maybe' && resolved.kind === 'missing' && include.header !== '';
        if (!isExpected && !isCompilers(include.header) && !isGenerated(include.header)) isComplete = false;
        continue;
      }
      for (const header of resolved.paths) {
        if (files.has(header)) continue;
        const next = files.size < HEADER_LIMIT ? factsOf(workspace, header) : undefined;
        if (next === undefined || next.isBroken) isComplete = false;
        if (next !== undefined) files.set(header, next);
        yield;
      }
    }
  }
  return { files, isComplete };
}

/** Reads everything that {@link scopeOf} needs. */
export function* prepareScope(including: Including, path: string, isCpp: boolean): Steps<void> {
  yield* seeSteps(including, path, isCpp);
}

/** Undefined for a source that cannot be read. */
export function scopeOf(including: Including, path: string, isCpp: boolean): Scope | undefined {
  const { workspace, configuration } = including;
  const found = finish(seeSteps(including, path, isCpp));
  const facts = found?.files.get(path);
  if (found === undefined || facts === undefined) return undefined;
  const { files: seen, isComplete } = found;
  function* having(name: string) {
    for (const file of filesNaming(workspace, name)) {
      const read = seen.get(file);
      if (read !== undefined) yield { file, read };
    }
  }
  return {
    ...{ path, facts, isComplete, states: statesIn(facts, configuration, isCpp) },
    headers: [...seen.keys()].slice(1),
    declarations: (name) => {
      const found: Declaration[] = [];
      for (const { file, read } of having(name)) {
        const declared = read.functions.get(name);
        if (declared === undefined) continue;
        const states = statesIn(read, configuration, isCpp);
        for (const one of declared) if (states[one.block] !== 'no') found.push({ ...one, path: file });
      }
      return found;
    },
    macro: (name) => [...having(name)].flatMap(({ read }) => read.macros.get(name) ?? []),
    isOdd: (name) => [...having(name)].some(({ read }) => read.odd.has(name)),
  };
}
