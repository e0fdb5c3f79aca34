/** Config.uk and other Kconfig files. */
import type { Position } from 'vscode-languageserver';
import type { Entity, Language } from '../language';
import { hoverOption } from '../options/hover';
import { understandingOf } from '../options/values';
import { completeKconfig } from './completion';
import { formatKconfig } from './format';
import { type Name, namesIn } from './names';
import { foldingOf, linksOf, selectionOf, symbolsOf, tokensOf } from './structure';

function nameAt(text: string, { line, character }: Position): Name | undefined {
  return namesIn(text).find(
    ({ range: { start, end } }) =>
      start.line === line && start.character <= character && character <= end.character,
  );
}

export const kconfig: Language = {
  ids: ['kconfig'],
  completion: completeKconfig,
  hover: ({ document, position, path, workspace }) => {
    const found = nameAt(document.getText(), position);
    return found && hoverOption(understandingOf(workspace, path), found.name, found.range);
  },
  symbols: symbolsOf,
  folding: foldingOf,
  selection: selectionOf,
  semanticTokens: tokensOf,
  links: linksOf,
  formatting: formatKconfig,
  entityAt: ({ document, position }) => {
    const found = nameAt(document.getText(), position);
    const entity = (name: string): Entity => ({ kind: 'option', name });
    return found && { entity: entity(found.name), range: found.range };
  },
  occurrences: ({ text }, { kind, name }) =>
    kind === 'option' ? namesIn(text).filter((found) => found.name === name) : [],
};
