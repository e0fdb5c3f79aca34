/** Options as texts of any language name them: `CONFIG_X`. */
import type { Position } from 'vscode-languageserver';
import type { Entity, Occurrence } from '../language';

const WORD = /\bCONFIG_([A-Za-z0-9_]+)/g;

/** Every `CONFIG_X` in a text; the range is that of `X`. */
export function* optionWords(text: string): Generator<Occurrence & { readonly name: string }> {
  for (const [line, content] of text.split('\n').entries()) {
    if (!content.includes('CONFIG_')) continue;
    for (const match of content.matchAll(WORD)) {
      const [word = '', name = ''] = match;
      const end = match.index + word.length;
      yield {
        name,
        role: 'reference',
        range: { start: { line, character: end - name.length }, end: { line, character: end } },
      };
    }
  }
}

/** The option that a position stands on, its prefix included. */
export function optionWordAt(text: string, { line, character }: Position) {
  const content = text.split('\n')[line] ?? '';
  for (const { name, range } of optionWords(content)) {
    const from = range.start.character - 'CONFIG_'.length;
    if (character < from || character > range.end.character) continue;
    const entity: Entity = { kind: 'option', name };
    return {
      entity,
      range: {
        start: { line, character: range.start.character },
        end: { line, character: range.end.character },
      },
    };
  }
  return undefined;
}

/** Where a text names an option. */
export function optionOccurrences(text: string, { kind, name }: Entity): readonly Occurrence[] {
  if (kind !== 'option') return [];
  return [...optionWords(text)].filter((word) => word.name === name);
}
