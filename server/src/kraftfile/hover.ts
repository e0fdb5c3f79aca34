/** What an attribute under the pointer is for. */
import { expectedAt, placeAt, specOf } from '@unikernel-tools/kernel-sdk/manifest';
import { type Hover, MarkupKind, type Position } from 'vscode-languageserver';
import { describeAttribute } from './documentation';

export function hoverKraftfile(text: string, position: Position): Hover | undefined {
  const line = text.split(/\r?\n/)[position.line] ?? '';
  const match = /^(\s*(?:-\s+)*)(["']?)([\w.-]+)\2\s*:(?=\s|$)/.exec(line);
  if (match === null) return undefined;
  const [, before = '', quote = '', key = ''] = match;
  const start = before.length + quote.length;
  const end = start + key.length;
  if (position.character < start || position.character > end) return undefined;
  const { path } = placeAt(text, { line: position.line, character: before.length });
  const { attribute } = expectedAt([...path, key], 'value', specOf(text));
  if (attribute === undefined) return undefined;
  return {
    contents: { kind: MarkupKind.Markdown, value: `**${key}**\n\n${describeAttribute(attribute)}` },
    range: { start: { line: position.line, character: start }, end: { line: position.line, character: end } },
  };
}
