/** exportsyms.uk: the symbols that a library gives to others. */
import { dirname, relative } from 'node:path';
import { describeExport, exportCandidates, exportDefinition } from '@unikernel-tools/kernel-sdk/analysis';
import { NONE, readExports } from '@unikernel-tools/kernel-sdk/library';
import {
  type CompletionItem,
  CompletionItemKind,
  type Hover,
  type Location,
  MarkupKind,
  TextEdit,
} from 'vscode-languageserver';
import type { Entity, Language, PositionRequest } from '../language';
import { wordBefore } from '../options/completion';
import { uriOf } from '../paths';
import { formatExports } from './format';
import { foldingOf, symbolAt, symbolsOf, tokensOf } from './lines';

/** What the library defines and the list does not have; first what headers promise. */
function completion({ document, position, path, workspace }: PositionRequest): CompletionItem[] {
  const text = document.getText();
  const { before, range } = wordBefore(text, position);
  if (before.trim() !== '') return [];
  const listed = readExports(text).filter((one) => one.range.start.line !== position.line);
  const known = new Set(listed.map(({ value }) => value));
  const items = exportCandidates(workspace, dirname(path))
    .filter(({ name }) => !known.has(name))
    .map(({ name, isDeclared, source }) => ({
      label: name,
      kind: CompletionItemKind.Function,
      detail: isDeclared ? `${source}, declared for everybody` : source,
      sortText: `${isDeclared ? 0 : 1}${name}`,
      textEdit: TextEdit.replace(range, name),
    }));
  if (listed.length > 0) return items;
  const nothing = {
    ...{ label: NONE, kind: CompletionItemKind.Keyword, detail: 'The library exports nothing.' },
    ...{ sortText: '2', textEdit: TextEdit.replace(range, NONE) },
  };
  return [...items, nothing];
}

function hover({ document, position, path, workspace }: PositionRequest): Hover | undefined {
  const found = symbolAt(document.getText(), position);
  if (found === undefined) return undefined;
  const { signature, comment, header, definition, others } = describeExport(workspace, path, found.value);
  const place =
    definition && `\`${relative(dirname(path), definition.path)}\`, line ${definition.range.start.line + 1}`;
  const lines = [
    ...(signature === undefined ? [] : [`\`\`\`c\n${signature};\n\`\`\``]),
    ...(comment === undefined ? [] : [comment]),
    ...(header === undefined ? [] : [`Declared in \`<${header}>\`.`]),
    ...(place === undefined ? [] : [`Defined in ${place}.`]),
    ...(others.length === 0
      ? []
      : [`Exported by ${others.map((name) => `**${name}**`).join(', ')} as well.`]),
  ];
  if (lines.length === 0) return undefined;
  return { contents: { kind: MarkupKind.Markdown, value: lines.join('\n\n') }, range: found.range };
}

function definition({ document, position, path, workspace }: PositionRequest): Location[] {
  const found = symbolAt(document.getText(), position);
  const place = found && exportDefinition(workspace, dirname(path), found.value);
  return place === undefined ? [] : [{ uri: uriOf(place.path), range: place.range }];
}

export const exportsUk: Language = {
  ids: ['exportsyms-uk'],
  completion,
  hover,
  definition,
  symbols: symbolsOf,
  folding: foldingOf,
  semanticTokens: tokensOf,
  formatting: formatExports,
  entityAt: ({ document, position }) => {
    const found = symbolAt(document.getText(), position);
    const entity = (name: string): Entity => ({ kind: 'function', name });
    return found && { entity: entity(found.value), range: found.range };
  },
  occurrences: ({ text }, { kind, name }) =>
    kind !== 'function'
      ? []
      : readExports(text).flatMap(({ value, range }) =>
          value === name ? [{ range, role: 'reference' as const }] : [],
        ),
};
