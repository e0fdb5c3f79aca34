/** Calls in a source: with as many arguments as the function takes, of functions that something in the image has. */
import { basename, join } from 'node:path';
import type { Library } from '../../library';
import type { Fix, Problem } from '../../problem';
import { isEnabled, type LibraryTree, type Workspace } from '../../project';
import type { Call } from './facts';
import type { Lines } from './lines';
import { isMacroLike } from './names';
import { type OffSubject, offProblem } from './off';
import {
  declarers,
  definitionsIn,
  exporters,
  isKernelName,
  libraryOfFile,
  mayHave,
  shortName,
} from './providers';
import type { Declaration, Scope } from './scope';
import type { Shadows } from './shadow';

export interface CallSubject {
  readonly workspace: Workspace;
  readonly tree: LibraryTree;
  readonly own: Library | undefined;
  /** Undefined where no configuration says what is enabled. */
  readonly off: OffSubject | undefined;
  readonly scope: Scope;
  readonly lines: Lines;
  readonly shadows: Shadows;
  /** Names that the command line makes macros of. */
  readonly defined: ReadonlySet<string>;
}

export function checkCalls(subject: CallSubject): readonly Problem[] {
  const { scope } = subject;
  // What was not seen may explain everything.
  if (!scope.isComplete) return [];
  return scope.facts.calls.flatMap((call) => {
    if (scope.states[call.block] !== 'yes' || isHidden(subject, call)) return [];
    const declared = scope.declarations(call.name);
    const found = argumentProblem(subject, call, declared) ?? providerProblem(subject, call, declared);
    if (found === undefined || subject.shadows.isShadowed(call.name, call.start)) return [];
    return [found];
  });
}

/** A macro stands for the function, around it, or may have made it. */
function isHidden({ scope, defined }: CallSubject, { name, inside }: Call): boolean {
  const isMacro = (one: string) => defined.has(one) || scope.macro(one).length > 0;
  if (isMacro(name) || scope.isOdd(name) || isMacroLike(name) || /^uk_syscall_/.test(name)) return true;
  return inside.some((one) => isMacro(one) || (isMacroLike(one) && scope.declarations(one).length === 0));
}

function argumentProblem(
  { scope, lines }: CallSubject,
  { name, args, soft, start }: Call,
  declared: readonly Declaration[],
): Problem | undefined {
  const [first] = declared;
  if (first === undefined || args === undefined) return undefined;
  const counts: { readonly least: number; readonly most: number }[] = [];
  for (const { parameters } of declared) {
    if (parameters === undefined || (parameters.least <= args && args <= parameters.most)) return undefined;
    counts.push(parameters);
  }
  const maySplit = soft.some((one) => {
    const macros = scope.macro(one);
    return macros.length === 0 ? isMacroLike(one) : macros.some(({ hasComma }) => hasComma);
  });
  const [{ least, most } = { least: 0, most: 0 }] = counts;
  if (maySplit) return undefined;
  const takes = `${most === Number.POSITIVE_INFINITY ? 'at least ' : ''}${least} argument${least === 1 ? '' : 's'}`;
  const where = first.path === scope.path ? 'above' : `in ${basename(first.path)}`;
  const message = `'${name}' is declared with ${takes} ${where}; here it has ${args}.`;
  return { code: 'argument-count', severity: 'error', message, range: lines.range(start, name.length) };
}

function providerProblem(
  subject: CallSubject,
  { name, start }: Call,
  declared: readonly Declaration[],
): Problem | undefined {
  const { workspace, tree, own, off, lines } = subject;
  // It has its body here, or may be missing.
  if (own === undefined || declared.some(({ hasBody, isWeak, isLocal }) => hasBody || isWeak || isLocal)) {
    return undefined;
  }
  const inOwn = definitionsIn(workspace, own);
  if (inOwn === undefined || inOwn.has(name) || own.exports?.includes(name) === true) return undefined;
  const range = lines.range(start, name.length);
  const exporting = exporters(workspace, tree, name);
  // A function that stands in a header alone is exported by nobody.
  const isInline = exporting.length === 0 && isUndeclared(declared, name);
  const providers = isInline ? declarers(workspace, tree, name) : exporting;
  if (providers.length === 0) {
    const owner = hiddenOwner(subject, name, declared);
    return owner && notExported(subject, name, range, owner);
  }
  if (off === undefined || providers.some((library) => isEnabled(library, off.configuration)))
    return undefined;
  if (othersMayHave(subject, name, [])) return undefined;
  const options = providers.flatMap(({ option }) => option ?? []);
  return offProblem(off, `'${name}'`, range, providers, [...new Set(options)]);
}

/** Whether the headers of all libraries have to be looked through for a name that a compiler does not know. */
export function isUndeclared(declared: readonly Declaration[], name: string): boolean {
  return declared.length === 0 && isKernelName(name);
}

/** A library, not this one, that defines a function for itself alone, and shows it in a header. */
function hiddenOwner(
  subject: CallSubject,
  name: string,
  declared: readonly Declaration[],
): Library | undefined {
  const { workspace, tree, own, off } = subject;
  for (const { path } of declared) {
    const library = libraryOfFile(tree, path);
    if (library === undefined || library.folder === own?.folder || library.exports === undefined) continue;
    if (off !== undefined && !isEnabled(library, off.configuration)) continue;
    const definition = definitionsIn(workspace, library)?.get(name);
    // What macros may have made is not sure.
    if (definition === undefined || definition.isLocal || definition.start === 0) continue;
    return othersMayHave(subject, name, [library]) ? undefined : library;
  }
  return undefined;
}

/** Whether another library that is, or may be, in the image may have a function. */
function othersMayHave(
  { workspace, tree, off }: CallSubject,
  name: string,
  but: readonly Library[],
): boolean {
  return tree.catalog.libraries.some((library) => {
    if (but.includes(library) || (off !== undefined && !isEnabled(library, off.configuration))) return false;
    return mayHave(workspace, tree, library, name) !== false;
  });
}

function notExported(
  { workspace, tree }: CallSubject,
  name: string,
  range: Problem['range'],
  library: Library,
): Problem {
  const file = join(library.folder, 'exportsyms.uk');
  const list = workspace.files.readText(file);
  const fixes: Fix[] = [];
  if (list !== undefined && workspace.has(file)) {
    const lines = list.split('\n');
    const end = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    const newText = `${lines.at(-1) === '' ? '' : '\n'}${name}\n`;
    fixes.push({
      title: `Add '${name}' to the exportsyms.uk of '${shortName(library)}'`,
      changes: [{ file, range: { start: end, end }, newText }],
    });
  }
  return {
    code: 'not-exported',
    // The built-in kernel is linked as a whole; Unikraft makes what is not exported local.
    severity: tree.sources.kernel?.kind === 'sdk' ? 'warning' : 'error',
    message: `'${shortName(library)}' defines '${name}' and does not export it: its exportsyms.uk has no such line.`,
    range,
    fixes,
  };
}
