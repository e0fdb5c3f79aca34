/** Where a file names a function: what declares or defines it, calls it, points to it or has it in a macro. */
import type { Range } from '../../problem';
import { fileKind, type Workspace } from '../../project';
import type { CFacts, DeclaredFunction } from './facts';
import { factsOf } from './headers';
import { Lines } from './lines';
import { macroArguments } from './macro-arguments';
import { KEYWORDS } from './names';
import { DIRECTIVE, MARK, NAME, type Tokens, tokensOf } from './tokens';

export interface FunctionPlace {
  readonly range: Range;
  readonly role: 'definition' | 'declaration' | 'reference';
  /** The file has the function for itself. */
  readonly isLocal: boolean;
  /** A macro makes a system call of this name. */
  readonly isSystemCall: boolean;
}

type Place = Omit<FunctionPlace, 'range' | 'isLocal'> & { readonly start: number };

/** Whatever the configuration, in the order of the text. */
export function functionPlaces(workspace: Workspace, path: string, name: string): readonly FunctionPlace[] {
  const text = workspace.files.readText(path);
  if (text === undefined || !text.includes(name)) return [];
  const kind = fileKind(path);
  const facts = kind === 'assembly' ? undefined : factsOf(workspace, path);
  const declared = facts?.functions.get(name) ?? [];
  // A header's own functions are everybody's.
  const isLocal = kind !== 'header' && declared.some((one) => one.isLocal);
  const places = kind === 'assembly' ? inAssembly(text, name) : facts ? inC(text, name, facts, declared) : [];
  const lines = new Lines(text);
  return [...places]
    .sort((one, other) => one.start - other.start)
    .map(({ start, role, isSystemCall }) => ({
      range: lines.range(start, name.length),
      ...{ role, isLocal, isSystemCall },
    }));
}

function inC(
  text: string,
  name: string,
  facts: CFacts,
  declared: readonly DeclaredFunction[],
): Iterable<Place> {
  const places = new Map<number, Place>();
  const add = (start: number, role: Place['role'], isSystemCall = false) => {
    if (!places.has(start)) places.set(start, { start, role, isSystemCall });
  };
  const { values, isVariable } = mentions(text, name, facts);
  for (const { start, hasBody } of declared) add(start, hasBody ? 'definition' : 'declaration');
  for (const { start } of facts.macros.get(name) ?? []) add(start, 'definition');
  for (const start of systemCalls(text, name)) add(start, 'definition', true);
  for (const call of facts.calls) {
    if (call.name === name && !isVariable(call.start)) add(call.start, 'reference');
  }
  for (const start of values) add(start, 'reference');
  return places.values();
}

/** Where `UK_SYSCALL_R_DEFINE(ssize_t, write, …)` and its kin have a name. */
function* systemCalls(text: string, name: string): Generator<number> {
  for (const { 0: head, index } of text.matchAll(/\bUK_(?:LL)?SYSCALL_(?:[A-Z]_)*DEFINE\s*\(/g)) {
    const word = macroArguments(text, index + head.length)?.[1];
    if (word?.text === name) yield word.start;
  }
}

/**
 * Where the name is a value, as a pointer to a function is, or a word of a macro; not where it is a variable's or a
 * member's of a structure.
 */
function mentions(text: string, name: string, { functions }: CFacts) {
  const tokens = tokensOf(text);
  const bodies = [...functions.values()].flat().filter(({ hasBody }) => hasBody);
  const around = (at: number) => bodies.find(({ start, end }) => start <= at && at < end);
  const shadowed = new Set<DeclaredFunction>();
  const found: number[] = [];
  const inMacros: number[] = [];
  for (let place = 0; place < tokens.count; place++) {
    const start = tokens.starts[place] ?? 0;
    const end = tokens.ends[place] ?? 0;
    if (tokens.kinds[place] === DIRECTIVE) inMacros.push(...inDirective(text.slice(start, end), name, start));
    if (tokens.kinds[place] !== NAME || end !== start + name.length || !text.startsWith(name, start))
      continue;
    if (/^(?:\.|->|::|struct|union|enum|goto)$/.test(word(tokens, place - 1))) continue;
    if (isDeclared(tokens, place)) {
      const body = around(start);
      if (body !== undefined) shadowed.add(body);
      // Calls are known already, or are of pointers.
    } else if (word(tokens, place + 1) !== '(') found.push(start);
  }
  const isVariable = (at: number) => {
    const body = around(at);
    return body !== undefined && shadowed.has(body);
  };
  return { values: [...found.filter((start) => !isVariable(start)), ...inMacros], isVariable };
}

/** `int name`, `struct x *name`, `(*name)(…)`: a variable, a parameter, a member. */
function isDeclared(tokens: Tokens, place: number): boolean {
  let at = place - 1;
  while (word(tokens, at) === '*') at--;
  const before = word(tokens, at);
  const isPointer = at < place - 1;
  if (isPointer && before === '(' && word(tokens, place + 1) === ')') return word(tokens, place + 2) === '(';
  if (tokens.kinds[at] !== NAME || !/^[=;,)[:]$/.test(word(tokens, place + 1))) return false;
  // `a * name` is a product, unless a statement begins with it.
  if (isPointer && !KEYWORDS.has(before))
    return /^[;{}(,]?$|^const$/.test(word(tokens, at - 1)) || isTag(tokens, at);
  return !/^(?:return|case|else|do|sizeof|throw|goto|not|and|or)$/.test(before);
}

function isTag(tokens: Tokens, at: number): boolean {
  return /^(?:struct|union|enum)$/.test(word(tokens, at - 1));
}

function word(tokens: Tokens, place: number): string {
  if (place < 0 || place >= tokens.count) return '';
  const kind = tokens.kinds[place];
  return kind === NAME || kind === MARK ? tokens.text.slice(tokens.starts[place], tokens.ends[place]) : '""';
}

/** What comments and texts are not. */
const PIECE =
  /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?|[A-Za-z_$][\w$]*|[\s\S]/g;

/** @param offset Of the directive in the text. */
function* inDirective(directive: string, name: string, offset: number): Generator<number> {
  if (!directive.includes(name) || /^#\s*(?:include|error|warning|pragma|line)\b/.test(directive)) return;
  let before = '';
  for (const { 0: piece, index } of directive.matchAll(PIECE)) {
    if (piece === name && !/(?:\.|->)$/.test(before)) yield offset + index;
    if (!/^\s$/.test(piece)) before = `${before.slice(-1)}${piece}`;
  }
}

/** The same marks of comments and texts, and `#` where a line begins with it and is no directive. */
function* inAssembly(text: string, name: string): Generator<Place> {
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    if (piece !== name) continue;
    const before = text.slice(text.lastIndexOf('\n', index) + 1, index);
    const after = text.slice(index + name.length);
    const isLabel = /^\s*$/.test(before) && after.startsWith(':');
    const isEntry = /^\s*\w*(?:ENTRY|FUNC)\w*\s*\(\s*$/.test(before);
    yield { start: index, role: isLabel || isEntry ? 'definition' : 'reference', isSystemCall: false };
  }
}

/** Whether a function can be called so. */
export function isFunctionName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !KEYWORDS.has(name);
}
