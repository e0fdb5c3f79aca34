/** The system calls that a Makefile.uk says its library answers. */
import { basename, dirname, relative } from 'node:path';
import { describeSystemCall, systemCallsAt } from '@unikernel-tools/kernel-sdk/analysis';
import {
  listsSystemCalls,
  type ProvidedSystemCall,
  readProvidedSystemCalls,
} from '@unikernel-tools/kernel-sdk/library';
import {
  type CompletionItem,
  CompletionItemKind,
  type Hover,
  type Location,
  MarkupKind,
  type Position,
  TextEdit,
} from 'vscode-languageserver';
import type { PositionRequest } from '../language';
import { uriOf } from '../paths';

/** The system call at a position, its number included. */
export function systemCallAt(text: string, { line, character }: Position): ProvidedSystemCall | undefined {
  return readProvidedSystemCalls(text).find(
    ({ name: { range }, argumentCount }) =>
      range.start.line === line &&
      range.start.character <= character &&
      character <= argumentCount.range.end.character,
  );
}

export function hoverSystemCall({ document, position, path, workspace }: PositionRequest): Hover | undefined {
  const found = systemCallAt(document.getText(), position);
  if (found === undefined) return undefined;
  const { name, argumentCount } = found;
  const { definitions, others } = describeSystemCall(workspace, path, name.value);
  const [first] = definitions;
  const places = definitions.map(
    (one) => `\`${relative(dirname(path), one.path)}\`, line ${one.range.start.line + 1}`,
  );
  const counts = new Set(definitions.map((one) => one.argumentCount));
  const lines = [
    ...(first === undefined ? [] : [`\`\`\`c\n${first.signature};\n\`\`\``]),
    `System call **${name.value}** with ${argumentsOf(argumentCount.value)}.`,
    first === undefined
      ? 'No source that the library lists defines it.'
      : `Defined in ${places.join(' and ')}, by \`${first.macro}\`.`,
    ...(counts.size === 1 && first !== undefined && !counts.has(argumentCount.value)
      ? [`The definition has ${argumentsOf(first.argumentCount)}.`]
      : []),
    ...(others.length === 0 ? [] : [`Answered by ${others.map((one) => `**${one}**`).join(', ')} as well.`]),
  ];
  const range = { start: name.range.start, end: argumentCount.range.end };
  return { contents: { kind: MarkupKind.Markdown, value: lines.join('\n\n') }, range };
}

function argumentsOf(count: number): string {
  return count === 0 ? 'no arguments' : `${count} argument${count === 1 ? '' : 's'}`;
}

export function systemCallPlaces({ document, position, path, workspace }: PositionRequest): Location[] {
  const found = systemCallAt(document.getText(), position);
  const { definitions = [] } = found ? describeSystemCall(workspace, path, found.name.value) : {};
  return definitions.map((one) => ({ uri: uriOf(one.path), range: one.range }));
}

/** What the library's sources define and its lists do not have. */
export function completeSystemCall({
  document,
  position,
  path,
  workspace,
}: PositionRequest): CompletionItem[] {
  const text = document.getText();
  const { line, character } = position;
  const content = text.split('\n')[line] ?? '';
  const typed = /(?<=^|[\s=])[\w-]*$/.exec(content.slice(0, character))?.[0];
  const isBehind = /=|^\s/.test(content.slice(0, character));
  if (typed === undefined || !isBehind || !listsSystemCalls(text, line)) return [];
  const rest = /^[\w-]*/.exec(content.slice(character))?.[0] ?? '';
  const range = {
    start: { line, character: character - typed.length },
    end: { line, character: character + rest.length },
  };
  const here = systemCallAt(text, position);
  const listed = new Set(
    readProvidedSystemCalls(text).flatMap(({ name }) =>
      name.range.start.line === here?.name.range.start.line && name.value === here.name.value
        ? []
        : [name.value],
    ),
  );
  const calls = new Map(systemCallsAt(workspace, dirname(path)).map((one) => [one.name, one]));
  return [...calls.values()].flatMap(({ name, argumentCount, signature, path: source }) => {
    if (listed.has(name)) return [];
    const label = `${name}-${argumentCount}`;
    const detail = `${signature}; ${basename(source)}`;
    return [{ label, kind: CompletionItemKind.Function, detail, textEdit: TextEdit.replace(range, label) }];
  });
}
