/** What stands in a list of exported symbols: names, and sections that comments head. */
import { NONE, readExports } from '@unikernel-tools/kernel-sdk/library';
import {
  type DocumentSymbol,
  type FoldingRange,
  FoldingRangeKind,
  type Position,
  type Range,
  SymbolKind,
} from 'vscode-languageserver';
import type { Request, SemanticToken } from '../language';

/** People write these lists: a longer one, in UTF-16 code units, has neither colours nor an outline. */
const LIMIT = 500_000;

/** The symbol at a position. */
export function symbolAt(text: string, { line, character }: Position) {
  return readExports(text).find(
    ({ value, range: { start, end } }) =>
      value !== NONE && start.line === line && start.character <= character && character <= end.character,
  );
}

export function tokensOf({ document }: Request): SemanticToken[] {
  const text = document.getText();
  if (text.length > LIMIT) return [];
  return readExports(text).map(({ value, range: { start } }) => ({
    line: start.line,
    character: start.character,
    length: value.length,
    type: value === NONE ? 'keyword' : 'function',
  }));
}

interface Section {
  /** Of the comment that heads it. */
  readonly title: string;
  readonly firstLine: number;
  lastLine: number;
}

/** A comment right before symbols heads those that follow, up to the next one. */
function sectionsOf(lines: readonly string[]): readonly Section[] {
  const sections: Section[] = [];
  for (const [line, content] of lines.entries()) {
    const title = /^\s*#+\s*(.*?)[\s#]*$/.exec(content)?.[1];
    const isSymbol = /^\s*[^\s#]/.test(content);
    const last = sections.at(-1);
    const isHead = title !== undefined && title !== '' && /^\s*[^\s#]/.test(lines[line + 1] ?? '');
    if (isHead) sections.push({ title, firstLine: line, lastLine: line });
    else if (isSymbol && last !== undefined) last.lastLine = line;
  }
  return sections;
}

export function symbolsOf({ document }: Request): DocumentSymbol[] {
  const text = document.getText();
  if (text.length > LIMIT) return [];
  const lines = text.split('\n');
  const names = readExports(text).flatMap(({ value, range }): DocumentSymbol[] =>
    value === NONE ? [] : [{ name: value, kind: SymbolKind.Function, range, selectionRange: range }],
  );
  const sections = sectionsOf(lines);
  const [first] = sections;
  const isBefore = ({ range }: DocumentSymbol) => first === undefined || range.start.line < first.firstLine;
  const inside = (range: Range, { firstLine, lastLine }: Section) =>
    firstLine <= range.start.line && range.start.line <= lastLine;
  return [
    ...names.filter(isBefore),
    ...sections.map((section): DocumentSymbol => {
      const { title, firstLine, lastLine } = section;
      const start = { line: firstLine, character: 0 };
      return {
        name: title,
        kind: SymbolKind.Namespace,
        range: { start, end: { line: lastLine, character: lines[lastLine]?.length ?? 0 } },
        selectionRange: { start, end: { line: firstLine, character: lines[firstLine]?.length ?? 0 } },
        children: names.filter(({ range }) => inside(range, section)),
      };
    }),
  ];
}

export function foldingOf({ document }: Request): FoldingRange[] {
  const lines = document.getText().split('\n');
  const sections = sectionsOf(lines).flatMap(({ firstLine, lastLine }): FoldingRange[] =>
    lastLine > firstLine ? [{ startLine: firstLine, endLine: lastLine }] : [],
  );
  const comments: FoldingRange[] = [];
  for (let line = 0; line < lines.length; line++) {
    if (!/^\s*#/.test(lines[line] ?? '')) continue;
    const startLine = line;
    while (/^\s*#/.test(lines[line + 1] ?? '')) line++;
    if (line > startLine) comments.push({ startLine, endLine: line, kind: FoldingRangeKind.Comment });
  }
  return [...comments, ...sections].sort((a, b) => a.startLine - b.startLine);
}
