/** Kraftfiles. */
import { formatManifest, isInComment } from '@unikernel-tools/kernel-sdk/manifest';
import type { CompletionItem, Hover, TextEdit } from 'vscode-languageserver';
import type { Language, PositionRequest, Request } from '../language';
import { hoverOption } from '../options/hover';
import { hoverLibrary } from '../options/library';
import { understandingOf } from '../options/values';
import { replaceAll } from '../whole-text';
import { completeKraftfile } from './completion';
import { hintsOf } from './hints';
import { hoverKraftfile } from './hover';
import { migrationOf } from './migration';
import { completeNames } from './name-completion';
import { nameAt, namesIn } from './names';
import { foldingOf, lensesOf, linksOf, selectionOf, symbolsOf } from './structure';
import { tokensOf } from './tokens';

function hover({ document, position, path, workspace }: PositionRequest): Hover | undefined {
  const text = document.getText();
  const found = nameAt(text, position);
  if (found === undefined) return hoverKraftfile(text, position);
  const understanding = understandingOf(workspace, path);
  return found.entity.kind === 'library'
    ? hoverLibrary(understanding, found.entity.name, found.range)
    : hoverOption(understanding, found.entity.name, found.range);
}

function completion(request: PositionRequest): readonly CompletionItem[] {
  if (isInComment(request.document.getText(), request.position)) return [];
  const names = completeNames(request);
  return names.length > 0 ? names : completeKraftfile(request.document.getText(), request.position);
}

function formatting({ document }: Request): TextEdit[] {
  const text = document.getText();
  const formatted = formatManifest(text);
  return formatted === undefined || formatted === text ? [] : [replaceAll(document, formatted)];
}

export const kraftfile: Language = {
  ids: ['kraftfile'],
  completion,
  hover,
  symbols: symbolsOf,
  folding: foldingOf,
  selection: selectionOf,
  formatting,
  semanticTokens: tokensOf,
  hints: hintsOf,
  links: linksOf,
  refactorings: migrationOf,
  lenses: lensesOf,
  entityAt: ({ document, position }) => nameAt(document.getText(), position),
  occurrences: ({ text }, { kind, name }) =>
    namesIn(text).filter(({ entity }) => entity.kind === kind && entity.name === name),
};
