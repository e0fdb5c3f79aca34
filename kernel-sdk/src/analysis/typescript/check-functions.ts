/** Holds what TypeScript declares of a library's functions against the library's headers and export list. */
import { join } from 'node:path';
import type { Library } from '../../library';
import { type Fix, type Problem, type Range, replacement, suggest } from '../../problem';
import type { Tree, Workspace } from '../../project';
import { definitionsIn, shortName } from '../c/providers';
import { agreement, type CValue, valueOfType, writtenFor } from './c-values';
import type { TypeScriptCode } from './codes';
import { type HeaderFunction, type LibraryHeaders, libraryHeaders } from './headers';
import type { ForeignFunction, Written } from './model';
import { documentationFrom, parametersOf, signatureOf } from './write-declaration';

export interface Declared {
  readonly workspace: Workspace;
  readonly tree: Tree;
  readonly library: Library;
  /** A type with the file's own names for types looked through. */
  readonly plain: (type: string) => string;
}

const problem = (
  code: TypeScriptCode,
  severity: Problem['severity'],
  range: Range,
  message: string,
  fixes: readonly Fix[] = [],
): Problem => ({ code, severity, message, range, ...(fixes.length === 0 ? {} : { fixes }) });

/** The name that the linker knows. */
export function symbolOf({ element, name }: ForeignFunction): string {
  return element?.text ?? name.text;
}

export function checkFunction(declared: Declared, found: ForeignFunction): readonly Problem[] {
  const headers = libraryHeaders(declared.workspace, declared.library);
  const candidates = headers.functions.get(symbolOf(found)) ?? [];
  if (candidates.length === 0) return checkUnknown(declared, headers, found);
  const hidden = checkExport(declared, candidates, found);
  if (hidden.length > 0) return hidden;
  // Of several declarations a condition picks one: the best that can be said counts.
  const all = candidates.map((candidate) => checkSignature(declared, headers, candidate, found));
  return all.reduce((best, one) => (weight(one) < weight(best) ? one : best));
}

function weight(problems: readonly Problem[]): number {
  return problems.reduce((sum, { severity }) => sum + (severity === 'error' ? 100 : 1), 0);
}

/** Words of the library's files may be names that macros make. */
function checkUnknown(
  { workspace, tree, library }: Declared,
  headers: LibraryHeaders,
  found: ForeignFunction,
): readonly Problem[] {
  const symbol = symbolOf(found);
  if (isExported(tree, library, symbol)) return [];
  const sources = textsOf(workspace, library);
  if (sources.hasPasting || sources.words.has(symbol)) return [];
  const at = found.element ?? found.name;
  const near = suggest(symbol, headers.functions.keys());
  const words = near === undefined ? '' : ` Did you mean '${near}'?`;
  const message = `No header of '${shortName(library)}' declares '${symbol}'.${words}`;
  const fixes = near === undefined ? [] : replacement(at.range, near);
  return [problem('api-unknown-function', 'error', at.range, message, fixes)];
}

/** A function of the library's own sources that its list keeps from others. */
function checkExport(
  { workspace, tree, library }: Declared,
  candidates: readonly HeaderFunction[],
  found: ForeignFunction,
): readonly Problem[] {
  const symbol = symbolOf(found);
  if (library.exports === undefined || candidates.some(({ isInline }) => isInline)) return [];
  if (isExported(tree, library, symbol)) return [];
  if (definitionsIn(workspace, library)?.get(symbol)?.isLocal !== false) return [];
  const list = join(library.folder, 'exportsyms.uk');
  const text = workspace.files.readText(list) ?? '';
  const lines = text.split('\n');
  const end = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  const newText = `${text === '' || text.endsWith('\n') ? '' : '\n'}${symbol}\n`;
  const fix: Fix = {
    title: `Export '${symbol}' in exportsyms.uk`,
    changes: [{ file: list, range: { start: end, end }, newText }],
  };
  const message = `'${symbol}' is not in the exportsyms.uk of '${shortName(library)}': others cannot be linked to it.`;
  return [problem('api-hidden-function', 'error', (found.element ?? found.name).range, message, [fix])];
}

function isExported({ catalog }: Tree, library: Library, symbol: string): boolean {
  return [library, ...catalog.libraries].some(({ exports }) => exports?.includes(symbol));
}

function checkSignature(
  declared: Declared,
  headers: LibraryHeaders,
  candidate: HeaderFunction,
  found: ForeignFunction,
): readonly Problem[] {
  const { parameters, isVariadic, header, name } = candidate;
  const count = found.parameters.length;
  if (count < parameters.length || (count > parameters.length && !isVariadic)) {
    const takes = `${isVariadic ? 'at least ' : ''}${numbered(parameters.length, 'parameter')}`;
    const message = `'${name}' takes ${takes} in <${header}>; here it has ${count === 0 ? 'none' : count}.`;
    const signature = signatureOf(candidate, headers);
    const fix = {
      title: `Write it as <${header}> does`,
      changes: [{ range: found.signature, newText: signature ?? '' }],
    };
    return [problem('api-arity', 'error', found.signature, message, signature === undefined ? [] : [fix])];
  }
  const shown = parametersOf(candidate);
  const wrong = parameters.flatMap((parameter, index) => {
    const given = found.parameters[index];
    if (given === undefined) return [];
    const value = valueOfType(parameter.type, headers.typedef);
    const type = given.type ?? { text: '', range: given.name.range };
    const subject = `'${shown[index] ?? given.name.text}'`;
    return checkType(declared, { value, written: parameter.type.text, header, subject }, type, given.name);
  });
  const value = valueOfType(candidate.returns, headers.typedef);
  const type = found.returns ?? { text: '', range: found.name.range };
  const expected = { value, written: candidate.returns.text, header, subject: `what '${name}' returns` };
  return [...wrong, ...checkType(declared, expected, type)];
}

interface Expected {
  readonly value: CValue;
  /** In C. */
  readonly written: string;
  readonly header: string;
  /** What has the type, for a sentence. */
  readonly subject: string;
}

/** @param name Behind which a type belongs that is missing. */
function checkType(
  { plain }: Declared,
  { value, written, header, subject }: Expected,
  type: Written,
  name?: Written,
): readonly Problem[] {
  const wanted = writtenFor(value);
  const start = subject[0]?.toUpperCase() + subject.slice(1);
  const isC = `${start} is '${written}' in <${header}>`;
  if (type.text === '') {
    if (wanted === undefined) return [];
    const fixes: readonly Fix[] =
      name === undefined
        ? []
        : [
            {
              title: `Add ': ${wanted}'`,
              changes: [{ range: { start: name.range.end, end: name.range.end }, newText: `: ${wanted}` }],
            },
          ];
    return [problem('api-type', 'error', type.range, `${isC}: write ${wanted}; here no type stands.`, fixes)];
  }
  const fixes = wanted === undefined ? [] : replacement(type.range, wanted);
  switch (agreement(value, plain(type.text))) {
    case 'same':
    case 'unknown':
      return [];
    case 'near': {
      const message = `${isC}, which ${wanted ?? 'another type'} stands for; ${type.text} has another range.`;
      return [problem('api-type', 'warning', type.range, message, fixes)];
    }
    case 'object': {
      const isText = value.kind === 'pointer' && value.isText;
      const how = isText
        ? "which is UTF-16 without an end; give it 'String.UTF8.encode(text, true)'"
        : 'an object of TypeScript; give it the address of the data';
      const message = `${isC}: write usize, not ${type.text}, ${how}.`;
      return [problem('api-pointer', 'error', type.range, message, fixes)];
    }
    case 'wrong': {
      const advice =
        wanted === undefined
          ? 'TypeScript has no type for such a value'
          : `write ${wanted}, not ${type.text}`;
      return [problem('api-type', 'error', type.range, `${isC}: ${advice}.`, fixes)];
    }
  }
}

export function checkDocumentation(
  { workspace, library }: Declared,
  found: ForeignFunction,
): readonly Problem[] {
  if (found.isDocumented) return [];
  const { name, start } = found;
  const [candidate] = libraryHeaders(workspace, library).functions.get(symbolOf(found)) ?? [];
  const documentation = candidate?.documentation;
  const message = `'${name.text}' has no comment that says what it does.`;
  if (documentation === undefined) return [problem('api-undocumented', 'hint', name.range, message)];
  const indent = ' '.repeat(start.character);
  const fix: Fix = {
    title: `Take the comment of <${candidate?.header}>`,
    changes: [
      {
        range: { start, end: start },
        newText: `${documentationFrom(documentation)}\n${indent}`,
      },
    ],
  };
  return [problem('api-undocumented', 'hint', name.range, message, [fix])];
}

export function numbered(count: number, what: string): string {
  return `${count === 0 ? 'no' : count} ${what}${count === 1 ? '' : 's'}`;
}

interface LibraryTexts {
  readonly words: ReadonlySet<string>;
  /** Names are made of pieces by macros. */
  readonly hasPasting: boolean;
}

/** Folders in one another deeper than this, and more files than these, are more than a library. */
const DEPTH_LIMIT = 6;
const FILE_LIMIT = 500;

function textsOf(workspace: Workspace, { folder }: Library): LibraryTexts {
  return workspace.derive('library-texts', folder, (files) => {
    const words = new Set<string>();
    let hasPasting = false;
    let count = 0;
    const look = (place: string, depth: number): void => {
      for (const { name, kind } of files.entries(place)) {
        if (kind === 'folder' && depth < DEPTH_LIMIT) look(join(place, name), depth + 1);
        if (kind !== 'file' || !/\.(c|h|S|s|cc|cpp|cxx|hpp|inc)$/.test(name) || ++count > FILE_LIMIT)
          continue;
        const text = files.readText(join(place, name)) ?? '';
        hasPasting ||= text.includes('##');
        for (const [word] of text.matchAll(/[A-Za-z_]\w+/g)) words.add(word);
      }
    };
    look(folder, 0);
    return { words, hasPasting: hasPasting || count > FILE_LIMIT };
  });
}
