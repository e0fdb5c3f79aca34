/** What an attribute under the pointer is for. */
import { expectedAt, placeAt, specOf } from '@unikernel-tools/kernel-sdk/manifest';
import { type Hover, MarkupKind, type Position } from 'vscode-languageserver';
import { describeAttribute } from './documentation';

export function hoverKraftfile(text: string, position: Position): Hover | undefined {
  const line = text.split(/\r?\n/)[position.line] ?? '';
  const match = /^(\s*(?:-\s+)*)(["']?)([\w.-]+)\2\s*:(?=\s|$)/.exec(line);
  if (match === null || position.character > match[0].length) return hoverValue(text, position);
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

/** One of the values that an attribute is known to take. */
function hoverValue(text: string, position: Position): Hover | undefined {
  const { path, kind, range, startsItem } = placeAt(text, position);
  const { attribute } = expectedAt(path, 'value', specOf(text));
  if (attribute?.values === undefined || (kind === 'key' && !startsItem)) return undefined;
  const word = (text.split(/\r?\n/)[range.start.line] ?? '').slice(
    range.start.character,
    range.end.character,
  );
  if (!attribute.values.includes(word)) return undefined;
  const value = `**${word}**\n\n${describeAttribute(attribute)}`;
  return { contents: { kind: MarkupKind.Markdown, value }, range };
}
