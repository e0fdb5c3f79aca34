/** What a library is that a Kraftfile or a Makefile.uk names. */
import { relative } from 'node:path';
import type { Option } from '@unikernel-tools/kernel-sdk/kconfig';
import { libraryOption } from '@unikernel-tools/kernel-sdk/project';
import { type Hover, MarkupKind, type Range } from 'vscode-languageserver';
import { describeOption } from './hover';
import { optionOf, type Understanding } from './values';

/** @param name As registered: `libukalloc`. */
export function hoverLibrary(
  understanding: Understanding | undefined,
  name: string,
  range: Range,
): Hover | undefined {
  if (understanding === undefined) return undefined;
  const { tree } = understanding;
  const library = tree.catalog.libraries.find((one) => one.name === name);
  const option = optionOfLibrary(understanding, name);
  if (library === undefined && option === undefined) return undefined;
  const folder = library && relative(tree.sources.kernel?.folder ?? '/', library.folder);
  const counts =
    library &&
    [
      counted(library.sources.length, 'source'),
      ...(library.exports ? [counted(library.exports.length, 'exported symbol')] : []),
    ].join(', ');
  const lines = [
    `**${name}**${folder === undefined ? '' : ` in \`${folder}\`: ${counts}`}`,
    option === undefined ? '' : describeOption(option, understanding),
  ];
  return { contents: { kind: MarkupKind.Markdown, value: lines.filter(Boolean).join('\n\n') }, range };
}

/** The one that its registration names, else the one of its name. */
export function optionOfLibrary(understanding: Understanding, name: string): Option | undefined {
  const guard = understanding.tree.catalog.libraries.find((one) => one.name === name)?.option;
  return optionOf(understanding, guard?.replace(/^CONFIG_/, '') ?? libraryOption(name));
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
