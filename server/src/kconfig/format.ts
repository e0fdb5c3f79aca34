/**
 * The layout of Kconfig files that Linux and Unikraft have: lines of an entry behind one tab, help behind one tab and
 * two spaces, nothing at the ends of lines, one empty line at most. Words and comments stay as they are.
 */
import { parseSyntax, type StatementSyntax } from '@unikernel-tools/kernel-sdk/kconfig';
import type { TextEdit } from 'vscode-languageserver';
import type { Request } from '../language';
import { replaceAll } from '../whole-text';

/** Statements that begin a line; all others belong to an entry. */
const AT_MARGIN: ReadonlySet<StatementSyntax['kind']> = new Set([
  ...(['config', 'menuconfig', 'menu', 'choice', 'if', 'end', 'comment', 'mainmenu'] as const),
  ...(['source', 'assign', 'macros'] as const),
]);

export function formatKconfig({ document }: Request): TextEdit[] {
  const text = document.getText();
  const syntax = parseSyntax(text);
  if (syntax.problems.some(({ severity }) => severity === 'error')) return [];
  const formatted = layOut(text, syntax.statements);
  // Lines that a backslash continues, and texts in which blanks count, are where a layout could change a meaning.
  if (formatted === text || !isSame(syntax.statements, parseSyntax(formatted).statements)) return [];
  return [replaceAll(document, formatted)];
}

function layOut(text: string, statements: readonly StatementSyntax[]): string {
  const byLine = new Map(statements.map((statement) => [statement.range.start.line, statement]));
  const out: string[] = [];
  let helpIndent: number | undefined;
  let isContinued = false;
  for (const [number, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trimEnd();
    const statement = byLine.get(number);
    if (isContinued) out.push(line);
    else if (statement !== undefined) {
      helpIndent = statement.kind === 'help' ? -1 : undefined;
      out.push(`${AT_MARGIN.has(statement.kind) ? '' : '\t'}${line.trim()}`);
    } else if (helpIndent !== undefined && line.trim() !== '') {
      const indent = widthOf(line);
      if (helpIndent === -1) helpIndent = indent;
      // Less indented than its first line, a line is no help any more.
      if (indent < helpIndent || indent === 0) {
        helpIndent = undefined;
        out.push(line);
      } else out.push(`\t  ${' '.repeat(indent - helpIndent)}${line.trim()}`);
    } else out.push(line);
    isContinued = line.endsWith('\\');
  }
  return `${out
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

/** Columns of white space before a line's first word; tabs go to every eighth. */
function widthOf(line: string): number {
  let width = 0;
  for (const character of line) {
    if (character === '\t') width += 8 - (width % 8);
    else if (character === ' ') width++;
    else break;
  }
  return width;
}

function isSame(before: readonly StatementSyntax[], after: readonly StatementSyntax[]): boolean {
  const bare = (statements: readonly StatementSyntax[]) =>
    JSON.stringify(statements, (key, value) =>
      ['range', 'line', 'start', 'end'].includes(key)
        ? undefined
        : key === 'text' && typeof value === 'string'
          ? value.trim().replace(/\n{3,}/g, '\n\n')
          : value,
    );
  return bare(before) === bare(after);
}
