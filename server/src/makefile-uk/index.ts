/** Makefile.uk: the libraries that it registers, their sources, and the options that these hang on. */
import { resolve } from 'node:path';
import { MAKEFILE_LIMIT, readProvidedSystemCalls } from '@unikernel-tools/kernel-sdk/library';
import {
  type CompletionItem,
  CompletionItemKind,
  type DocumentSymbol,
  type FoldingRange,
  FoldingRangeKind,
  type Hover,
  SymbolKind,
  TextEdit,
} from 'vscode-languageserver';
import type { Entity, Language, Occurrence, PositionRequest, Request } from '../language';
import { completeOptionWord, wordBefore } from '../options/completion';
import { hoverOptionWord } from '../options/hover';
import { hoverLibrary } from '../options/library';
import { understandingOf } from '../options/values';
import { optionOccurrences, optionWordAt } from '../options/words';
import { formatMakefile } from './format';
import { libraryAt, libraryNames, optionOfLibraryAt, registrations } from './libraries';
import { hoverPrefix, prefixPlaces, withParameters } from './parameters';
import { foldersOf, linksOf } from './paths';
import { completeSystemCall, hoverSystemCall, systemCallAt, systemCallPlaces } from './system-calls';
import { tokensOf } from './tokens';

const VARIABLE = /^([A-Z][A-Z0-9_]*)-(y|n|\$\(\w+\))\s*[+:?]?=/;
function entityAt({ document, position }: PositionRequest) {
  const text = document.getText();
  const option = optionWordAt(text, position);
  if (option !== undefined) return option;
  const call = systemCallAt(text, position);
  if (call !== undefined) {
    const entity: Entity = { kind: 'function', name: call.name.value };
    return { entity, range: call.name.range };
  }
  const library = libraryAt(text, position);
  if (library === undefined) return undefined;
  const entity: Entity = { kind: 'library', name: library.name };
  return { entity, range: library.range };
}

function hover(request: PositionRequest): Hover | undefined {
  const { document, position, path, workspace } = request;
  const library = libraryAt(document.getText(), position);
  if (library === undefined) {
    return hoverSystemCall(request) ?? hoverPrefix(request) ?? hoverOptionWord(request);
  }
  const known = hoverLibrary(understandingOf(workspace, path), library.name, library.range);
  return known && withParameters(known, request, library.name);
}

function symbols({ document }: Request): DocumentSymbol[] {
  const text = document.getText();
  if (text.length > MAKEFILE_LIMIT) return [];
  const libraries = registrations(text).map(
    ({ name, range }): DocumentSymbol => ({
      ...{ name, kind: SymbolKind.Module, range, selectionRange: range },
    }),
  );
  const variables = text.split('\n').flatMap((content, line): DocumentSymbol[] => {
    const name = VARIABLE.exec(content)?.[1];
    if (name === undefined) return [];
    const start = { line, character: 0 };
    const range = { start, end: { line, character: content.length } };
    const selectionRange = { start, end: { line, character: name.length } };
    const value = content.slice(content.indexOf('=') + 1).trim();
    return [{ name, detail: value, kind: SymbolKind.Variable, range, selectionRange }];
  });
  return [...libraries, ...variables].sort((a, b) => a.range.start.line - b.range.start.line);
}

function folding({ document }: Request): FoldingRange[] {
  const lines = document.getText().split('\n');
  const ranges: FoldingRange[] = [];
  const open: number[] = [];
  const run = (from: number, belongs: (line: string) => boolean) => {
    let last = from;
    while (last + 1 < lines.length && belongs(lines[last + 1] ?? '')) last++;
    return last;
  };
  for (let line = 0; line < lines.length; line++) {
    const content = lines[line] ?? '';
    if (/^(if(n?eq|n?def)|define)\b/.test(content)) open.push(line);
    const start = /^(endif|endef)\b/.test(content) ? open.pop() : undefined;
    if (start !== undefined && line > start) ranges.push({ startLine: start, endLine: line });
    if (!/^#/.test(content) || /^#/.test(lines[line - 1] ?? '')) continue;
    const last = run(line, (next) => /^#/.test(next));
    if (last > line) ranges.push({ startLine: line, endLine: last, kind: FoldingRangeKind.Comment });
  }
  return ranges;
}

/** What a library's own variables end in. Source: Unikraft's support/build/Makefile.rules. */
const LISTS = ['SRCS', 'CINCLUDES', 'CXXINCLUDES', 'ASINCLUDES', 'CFLAGS', 'CXXFLAGS', 'ASFLAGS', 'OBJS'];
const SHARED = ['CINCLUDES', 'CXXINCLUDES', 'ASINCLUDES', 'CFLAGS', 'CXXFLAGS', 'ASFLAGS', 'LDFLAGS'];

function completion(request: PositionRequest): CompletionItem[] {
  const { document, position, workspace } = request;
  const text = document.getText();
  const { typed, before, range } = wordBefore(text, position);
  const calls = completeSystemCall(request);
  if (calls.length > 0) return calls;
  const option = completeOptionWord(request);
  if (option.length > 0 && /\$\($/.test(before)) return option;
  const item = (label: string, kind: CompletionItemKind) => ({
    ...{ label, kind, textEdit: TextEdit.replace(range, label) },
  });
  if (before === '') {
    const prefixes = registrations(text).map(({ name }) => name.toUpperCase().replace(/[^A-Z0-9]/g, '_'));
    const own = prefixes.flatMap((prefix) => LISTS.map((list) => `${prefix}_${list}-y`));
    const calls = prefixes.map((prefix) => `UK_PROVIDED_SYSCALLS-$(CONFIG_${prefix})`);
    return [...own, ...calls, ...SHARED.map((list) => `${list}-y`)].map((name) =>
      item(name, CompletionItemKind.Variable),
    );
  }
  const [all, name = '', below = ''] = /\$\((\w+)_BASE\)\/([\w./-]*\/)?$/.exec(before) ?? [];
  if (all === undefined) return /\$\($/.test(before) || typed.startsWith('CONFIG_') ? option : [];
  const entries = workspace.files.entries(resolve(foldersOf(request)(name), below));
  return entries.flatMap(({ name, kind }) =>
    kind === 'folder'
      ? [item(`${name}/`, CompletionItemKind.Folder)]
      : /\.(c|S|cc|cpp|cxx|h)$/.test(name)
        ? [item(name, CompletionItemKind.File)]
        : [],
  );
}

function occurrences({ text }: { readonly text: string }, entity: Entity): readonly Occurrence[] {
  switch (entity.kind) {
    case 'library':
      return libraryNames(text).filter(({ name }) => name === entity.name);
    case 'function':
      return readProvidedSystemCalls(text).flatMap(({ name: { value, range } }) =>
        value === entity.name ? [{ range, role: 'reference' as const }] : [],
      );
    default:
      return optionOccurrences(text, entity);
  }
}

export const makefileUk: Language = {
  ids: ['makefile-uk'],
  completion,
  hover,
  definition: (request) => [
    ...optionOfLibraryAt(request),
    ...systemCallPlaces(request),
    ...prefixPlaces(request),
  ],
  symbols,
  formatting: formatMakefile,
  semanticTokens: tokensOf,
  folding,
  links: linksOf,
  entityAt,
  occurrences,
};
