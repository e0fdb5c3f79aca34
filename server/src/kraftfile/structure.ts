/** What a Kraftfile is made of: outlines, folding, selections, links and what can be done with its targets. */
import { namedPaths } from '@unikernel-tools/kernel-sdk/analysis';
import {
  parseManifest,
  readEntries,
  type YamlEntry,
  type YamlValue,
} from '@unikernel-tools/kernel-sdk/manifest';
import { platArch } from '@unikernel-tools/kernel-sdk/project';
import {
  type CodeLens,
  type DocumentLink,
  type DocumentSymbol,
  type FoldingRange,
  type Position,
  type Range,
  type SelectionRange,
  SymbolKind,
} from 'vscode-languageserver';
import type { PositionRequest, Request } from '../language';
import { uriOf } from '../paths';

const KINDS: Readonly<Record<YamlValue['form'], SymbolKind>> = {
  map: SymbolKind.Module,
  list: SymbolKind.Array,
  string: SymbolKind.String,
  number: SymbolKind.Number,
  boolean: SymbolKind.Boolean,
  null: SymbolKind.Null,
};

/** From a key to the end of its value, without the line behind a block. */
function rangeOf({ keyRange, value }: YamlEntry): Range {
  return {
    start: keyRange.start,
    end: isBefore(keyRange.end, value.range.end) ? value.range.end : keyRange.end,
  };
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

export function symbolsOf({ document }: Request): DocumentSymbol[] {
  const symbol = (entry: YamlEntry): DocumentSymbol => ({
    name: entry.key || '?',
    ...('text' in entry.value ? { detail: entry.value.text } : {}),
    kind: KINDS[entry.value.form],
    range: rangeOf(entry),
    selectionRange: entry.keyRange,
    children: childrenOf(entry.value),
  });
  const item = (value: YamlValue, index: number): DocumentSymbol => ({
    name: 'text' in value ? value.text || '""' : `[${index}]`,
    kind: KINDS[value.form],
    range: value.range,
    selectionRange: value.range,
    children: childrenOf(value),
  });
  const childrenOf = (value: YamlValue): DocumentSymbol[] =>
    value.form === 'map' ? value.entries.map(symbol) : value.form === 'list' ? value.items.map(item) : [];
  return readEntries(document.getText()).map(symbol);
}

export function foldingOf({ document }: Request): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  const add = (range: Range) => {
    const endLine = range.end.line - (range.end.character === 0 ? 1 : 0);
    if (endLine > range.start.line) ranges.push({ startLine: range.start.line, endLine });
  };
  const lookInto = (value: YamlValue): void => {
    if (value.form === 'map') for (const entry of value.entries) visit(entry);
    if (value.form !== 'list') return;
    for (const item of value.items) {
      if (item.form === 'map') add(item.range);
      lookInto(item);
    }
  };
  const visit = (entry: YamlEntry) => {
    add(rangeOf(entry));
    lookInto(entry.value);
  };
  for (const entry of readEntries(document.getText())) visit(entry);
  return ranges;
}

/** The value, its attribute, and what these stand in, up to the whole text. */
export function selectionOf({ document, position }: PositionRequest): SelectionRange | undefined {
  const text = document.getText();
  const around: Range[] = [{ start: { line: 0, character: 0 }, end: document.positionAt(text.length) }];
  const holds = ({ start, end }: Range) => !isBefore(position, start) && !isBefore(end, position);
  const enter = (value: YamlValue): void => {
    if (!holds(value.range)) return;
    around.push(value.range);
    if (value.form === 'map') for (const entry of value.entries) visit(entry);
    if (value.form === 'list') for (const item of value.items) enter(item);
  };
  const visit = (entry: YamlEntry) => {
    if (!holds(rangeOf(entry))) return;
    around.push(rangeOf(entry));
    if (holds(entry.keyRange)) around.push(entry.keyRange);
    else enter(entry.value);
  };
  for (const entry of readEntries(text)) visit(entry);
  return around.reduce<SelectionRange | undefined>(
    (parent, range) => (parent === undefined ? { range } : { range, parent }),
    undefined,
  );
}

/** Files that the manifest names and that are there. */
export function linksOf({ document, path, workspace }: Request): DocumentLink[] {
  return namedPaths(parseManifest(document.getText()), path).flatMap(({ place, path: file }) => {
    if (workspace.files.kind(file) !== 'file') return [];
    return [{ range: place.range, target: uriOf(file) }];
  });
}

/** Build, run and debug above each target; the commands are a client's, which may have none. */
export function lensesOf({ document }: Request): CodeLens[] {
  const { targets, kernel } = parseManifest(document.getText());
  // A runtime was built elsewhere.
  if (kernel === undefined || kernel.kind === 'runtime') return [];
  return targets.flatMap((target) => {
    const name = target.name?.value ?? platArch(target);
    const { start } = target.range;
    return ['Build', 'Run', 'Debug'].map((title) => ({
      range: { start, end: start },
      command: {
        title,
        command: `unikernel.${title.toLowerCase()}`,
        arguments: [document.uri, name],
      },
    }));
  });
}
