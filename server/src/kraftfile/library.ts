/** What a library of a Kraftfile is. */
import { relative } from 'node:path';
import { libraryOption } from '@unikernel-tools/kernel-sdk/project';
import { type Hover, MarkupKind, type Range } from 'vscode-languageserver';
import { describeOption } from '../options/hover';
import { optionOf, type Understanding } from '../options/values';

/** @param name As registered: `libukalloc`. */
export function hoverLibrary(
  understanding: Understanding | undefined,
  name: string,
  range: Range,
): Hover | undefined {
  if (understanding === undefined) return undefined;
  const { tree } = understanding;
  const library = tree.catalog.libraries.find((one) => one.name === name);
  const option = optionOf(understanding, libraryOption(name));
  if (library === undefined && option === undefined) return undefined;
  const folder = library && relative(tree.sources.kernel?.folder ?? '/', library.folder);
  const counts =
    library &&
    `${library.sources.length} sources${library.exports ? `, ${library.exports.length} exported symbols` : ''}`;
  const lines = [
    `**${name}**${folder === undefined ? '' : ` in \`${folder}\`: ${counts}`}`,
    option === undefined ? '' : describeOption(option, understanding),
  ];
  return { contents: { kind: MarkupKind.Markdown, value: lines.filter(Boolean).join('\n\n') }, range };
}
