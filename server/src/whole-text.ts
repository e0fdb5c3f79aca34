/** A document laid out anew. */
import { TextEdit } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

export function replaceAll(document: TextDocument, text: string): TextEdit {
  const end = document.positionAt(document.getText().length);
  return TextEdit.replace({ start: { line: 0, character: 0 }, end }, text);
}
