/** Kraftfiles. */
import { formatManifest, isInComment, placeAt } from '@unikernel-tools/kernel-sdk/manifest';
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
import { completeParameters, hoverParameter } from './parameters';
import { foldingOf, lensesOf, linksOf, selectionOf, symbolsOf } from './structure';
import { tokensOf } from './tokens';

function hover(request: PositionRequest): Hover | undefined | Promise<Hover | undefined> {
  const { document, position, path, workspace } = request;
  const text = document.getText();
  const found = nameAt(text, position);
  if (found === undefined) return hoverKraftfile(text, position);
  if (found.entity.kind === 'parameter') return hoverParameter(request, found);
  const understanding = understandingOf(workspace, path);
  return found.entity.kind === 'library'
    ? hoverLibrary(understanding, found.entity.name, found.range)
    : hoverOption(understanding, found.entity.name, found.range);
}

async function completion(request: PositionRequest): Promise<readonly CompletionItem[]> {
  const text = request.document.getText();
  if (isInComment(text, request.position)) return [];
  const parameters = await completeParameters(request, placeAt(text, request.position));
  if (parameters !== undefined) return parameters;
  const names = completeNames(request);
  return names.length > 0 ? names : completeKraftfile(text, request.position);
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
