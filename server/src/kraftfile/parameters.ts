/** Parameters of libraries in a Kraftfile's `cmd`, which Unikraft reads up to `--`: `["netdev.ip=10.0.2.15/24", "--"]`. */
import { dirname, relative } from 'node:path';
import { type Place, parseManifest } from '@unikernel-tools/kernel-sdk/manifest';
import {
  type CompletionItem,
  CompletionItemKind,
  type Hover,
  MarkupKind,
  TextEdit,
} from 'vscode-languageserver';
import type { PositionRequest } from '../language';
import { parametersFor } from '../parameters';
import type { Name } from './names';

export async function hoverParameter(
  { path, workspace }: PositionRequest,
  { entity, range }: Name,
): Promise<Hover | undefined> {
  const all = await parametersFor(workspace, path);
  const found = all.find(({ name }) => name === entity.name);
  if (found === undefined) return undefined;
  const { type, description, declaration, path: source, range: place } = found.definition;
  const value = [
    `\`${found.name}\`${type === undefined ? '' : ` (${type})`}${description === undefined ? '' : ` ${description}`}`,
    `A parameter of **${found.library}**, kept in \`${declaration ?? found.definition.target}\`.`,
    `Made in \`${relative(dirname(path), source)}\`, line ${place.start.line + 1}.`,
  ].join('\n\n');
  return { contents: { kind: MarkupKind.Markdown, value }, range };
}

/** @returns Undefined where no argument is being written. */
export async function completeParameters(
  { document, path, workspace }: PositionRequest,
  { path: keys, kind, startsItem, range }: Place,
): Promise<readonly CompletionItem[] | undefined> {
  if (keys[0] !== 'cmd' || (kind !== 'value' && !startsItem)) return undefined;
  if (parseManifest(document.getText()).kernel?.kind === 'sdk') return undefined;
  return (await parametersFor(workspace, path)).map(({ name, library, definition }) => ({
    label: name,
    kind: CompletionItemKind.Variable,
    detail: [definition.type, `of ${library}`].filter(Boolean).join(', '),
    ...(definition.description === undefined ? {} : { documentation: definition.description }),
    textEdit: TextEdit.replace(range, `${name}=`),
  }));
}
