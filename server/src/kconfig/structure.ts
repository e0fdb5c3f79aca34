/** What a Kconfig file is made of, for outlines, folding and colours. */
import { dirname, resolve } from 'node:path';
import { parseSyntax, type StatementSyntax, type Token } from '@unikernel-tools/kernel-sdk/kconfig';
import {
  type DocumentLink,
  type DocumentSymbol,
  type FoldingRange,
  FoldingRangeKind,
  type Range,
  type SelectionRange,
  SymbolKind,
} from 'vscode-languageserver';
import type { PositionRequest, Request, SemanticToken, SemanticTokenType } from '../language';
import { uriOf } from '../paths';
import { namesOf } from './names';

/** A menu, a choice, an if or an option with what is in it. */
interface Part {
  readonly statement: StatementSyntax;
  readonly parts: Part[];
  /** The last line, from zero. */
  last: number;
}

const ENTRIES: ReadonlySet<string> = new Set(['config', 'menuconfig', 'comment']);
const BLOCKS: ReadonlySet<string> = new Set(['menu', 'if', 'choice']);
/** Blocks that are deeper in one another than anybody writes them stand beside each other. */
const DEPTH_LIMIT = 100;

function partsOf(text: string): readonly Part[] {
  const top: Part[] = [];
  const open: Part[] = [];
  const lines = text.split('\n');
  for (const statement of parseSyntax(text).statements) {
    const inner = open.at(-1);
    if (statement.kind === 'end') {
      const at = open.findLastIndex((part) => part.statement.kind === statement.block);
      if (at >= 0) for (const part of open.splice(at)) part.last = statement.range.end.line;
    } else if (ENTRIES.has(statement.kind) || BLOCKS.has(statement.kind)) {
      const part: Part = { statement, parts: [], last: statement.range.end.line };
      const beside = open.length < DEPTH_LIMIT ? inner : open[DEPTH_LIMIT - 1];
      (beside?.parts ?? top).push(part);
      if (BLOCKS.has(statement.kind)) open.push(part);
    } else {
      const last = inner?.parts.at(-1) ?? (inner === undefined ? top.at(-1) : inner);
      if (last !== undefined && statement.kind !== 'source') last.last = endOf(statement, lines);
    }
  }
  for (const part of open) part.last = Math.max(0, lines.length - 1);
  return top;
}

/** The line on which a statement's text ends. */
function endOf(statement: StatementSyntax, lines: readonly string[]): number {
  const { line } = statement.range.end;
  if (statement.kind !== 'help') return line;
  let last = line;
  for (let at = line + 1; at < lines.length && !/^\S/.test(lines[at] ?? ''); at++) {
    if ((lines[at] ?? '').trim() !== '') last = at;
  }
  return last;
}

function titleOf(statement: StatementSyntax): { name: string; kind: SymbolKind; range: Range } {
  const { range } = statement;
  const at = (token: Token | undefined) =>
    token === undefined
      ? range
      : {
          start: { line: token.line, character: token.start },
          end: { line: token.line, character: token.end },
        };
  switch (statement.kind) {
    case 'config':
    case 'menuconfig':
      return { name: statement.name.text || '?', kind: SymbolKind.Constant, range: at(statement.name) };
    case 'menu':
      return { name: statement.title?.text || 'menu', kind: SymbolKind.Module, range: at(statement.title) };
    case 'comment':
      return { name: statement.title.text || 'comment', kind: SymbolKind.String, range: at(statement.title) };
    case 'choice':
      return { name: statement.name?.text || 'choice', kind: SymbolKind.Enum, range: at(statement.name) };
    default:
      return { name: statement.kind, kind: SymbolKind.Namespace, range };
  }
}

export function symbolsOf({ document }: Request): DocumentSymbol[] {
  const text = document.getText();
  const lines = text.split('\n');
  const symbol = ({ statement, parts, last }: Part): DocumentSymbol => {
    const { name, kind, range: selectionRange } = titleOf(statement);
    const condition =
      statement.kind === 'if' ? lines[statement.range.start.line]?.trim().replace(/^if\s+/, '') : undefined;
    return {
      name: condition === undefined ? name : `if ${condition}`,
      kind,
      selectionRange,
      range: {
        start: statement.range.start,
        end: { line: last, character: lines[last]?.length ?? statement.range.end.character },
      },
      children: parts.map(symbol),
    };
  };
  return partsOf(text).map(symbol);
}

export function foldingOf({ document }: Request): FoldingRange[] {
  const text = document.getText();
  const ranges: FoldingRange[] = [];
  const add = ({ statement, parts, last }: Part) => {
    const startLine = statement.range.start.line;
    if (last > startLine) ranges.push({ startLine, endLine: last });
    for (const part of parts) add(part);
  };
  for (const part of partsOf(text)) add(part);
  const lines = text.split('\n');
  for (let line = 0; line < lines.length; line++) {
    if (!/^\s*#/.test(lines[line] ?? '')) continue;
    const startLine = line;
    while (/^\s*#/.test(lines[line + 1] ?? '')) line++;
    if (line > startLine) ranges.push({ startLine, endLine: line, kind: FoldingRangeKind.Comment });
  }
  return ranges;
}

/** The name or text, its line, the entry or block that it stands in, and what these stand in, up to the whole text. */
export function selectionOf({ document, position }: PositionRequest): SelectionRange | undefined {
  const text = document.getText();
  const lines = text.split('\n');
  const lengthOf = (line: number) => (lines[line] ?? '').trimEnd().length;
  const around: Range[] = [{ start: { line: 0, character: 0 }, end: document.positionAt(text.length) }];
  const enter = (parts: readonly Part[]): void => {
    for (const { statement, parts: inner, last } of parts) {
      const { start } = statement.range;
      if (position.line < start.line || position.line > last) continue;
      around.push({ start, end: { line: last, character: lengthOf(last) } });
      enter(inner);
    }
  };
  enter(partsOf(text));
  const { line, character } = position;
  const content = lines[line] ?? '';
  const indent = content.length - content.trimStart().length;
  if (character >= indent && character <= lengthOf(line)) {
    around.push({ start: { line, character: indent }, end: { line, character: lengthOf(line) } });
    for (const { index, 0: word } of content.matchAll(/"(?:[^"\\]|\\.)*"|[\w$-]+/g)) {
      if (character < index || character > index + word.length) continue;
      around.push({ start: { line, character: index }, end: { line, character: index + word.length } });
      break;
    }
  }
  return around.reduce<SelectionRange | undefined>(
    (parent, range) =>
      parent === undefined ? { range } : isSame(parent.range, range) ? parent : { range, parent },
    undefined,
  );
}

function isSame(a: Range, b: Range): boolean {
  return (
    a.start.line === b.start.line &&
    a.start.character === b.start.character &&
    a.end.line === b.end.line &&
    a.end.character === b.end.character
  );
}

/** Names by what they are; keywords, texts and comments are the grammar's. */
export function tokensOf({ document }: Request): SemanticToken[] {
  return [...namesOf(parseSyntax(document.getText()))]
    .map(({ range: { start, end }, role }) => {
      const type: SemanticTokenType = role === 'definition' ? 'property' : 'variable';
      return { line: start.line, character: start.character, length: end.character - start.character, type };
    })
    .sort((a, b) => a.line - b.line || a.character - b.character);
}

/** Sourced files that exist. */
export function linksOf({ document, path, workspace }: Request): DocumentLink[] {
  const base = workspace.treeOf(path)?.sources.kernel?.folder ?? dirname(path);
  return parseSyntax(document.getText()).statements.flatMap((statement) => {
    if (statement.kind !== 'source') return [];
    const { path: token, relative } = statement;
    const file = resolve(
      relative ? dirname(path) : base,
      token.text.replace(/^\$\((?:UK_BASE|srctree)\)\/?/, ''),
    );
    if (token.text.includes('$(shell') || workspace.files.kind(file) !== 'file') return [];
    const start = { line: token.line, character: token.start };
    return [{ range: { start, end: { line: token.line, character: token.end } }, target: uriOf(file) }];
  });
}
