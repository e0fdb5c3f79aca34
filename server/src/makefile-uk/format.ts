/**
 * The layout of Makefile.uk files: nothing at the ends of lines where make would not notice, two empty lines at most, a
 * newline at the end. Recipes, definitions, lines that are continued and values that end in blanks stay as they are.
 */
import type { TextEdit } from 'vscode-languageserver';
import type { Request } from '../language';
import { replaceAll } from '../whole-text';

/** In a value that is set, make keeps the blanks at its end; those of lists separate nothing. */
const SETS = /^\s*[\w$(){}.-]+\s*(?::{0,3}|\?)=/;

export function formatMakefile({ document }: Request): TextEdit[] {
  const text = document.getText();
  // A mixture of line ends is somebody's mistake, which make reads in its own way.
  if (text.includes('\r')) return [];
  const out: string[] = [];
  let isContinued = false;
  let definitions = 0;
  let blank = 0;
  for (const line of text.split('\n')) {
    if (/^\s*define\b/.test(line)) definitions++;
    const isVerbatim = definitions > 0 || isContinued || line.startsWith('\t') || SETS.test(line);
    if (definitions > 0 && /^\s*endef\b/.test(line)) definitions--;
    isContinued = line.endsWith('\\');
    const kept = isVerbatim || /\\\s*$/.test(line) ? line : line.trimEnd();
    blank = !isVerbatim && kept === '' ? blank + 1 : 0;
    if (blank <= 2) out.push(kept);
  }
  while (out.at(-1) === '' || out.at(-1)?.trim() === '') out.pop();
  const formatted = out.length === 0 ? '' : `${out.join('\n')}\n`;
  return formatted === text ? [] : [replaceAll(document, formatted)];
}
