/**
 * The layout of lists of exported symbols: nothing before a symbol or at the end of a line, one blank before a comment
 * behind one, one empty line at most. Symbols stay in their order, and comments as they are.
 */
import type { TextEdit } from 'vscode-languageserver';
import type { Request } from '../language';
import { replaceAll } from '../whole-text';

export function formatExports({ document }: Request): TextEdit[] {
  const text = document.getText();
  const lines = text.split(/\r?\n/).map((line) => line.trim().replace(/^([^\s#][^#]*?)\s*(?=#)/, '$1 '));
  const whole = lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  const formatted = whole === '' ? '' : `${whole}\n`;
  return formatted === text ? [] : [replaceAll(document, formatted)];
}
