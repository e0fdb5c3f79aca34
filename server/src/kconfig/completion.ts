/** What can stand at a position of a Kconfig file: keywords at a line's start, options in expressions, files. */
import { dirname, join, resolve } from 'node:path';
import { KEYWORDS, type Option } from '@unikernel-tools/kernel-sdk/kconfig';
import { type CompletionItem, CompletionItemKind, InsertTextFormat, TextEdit } from 'vscode-languageserver';
import type { PositionRequest } from '../language';
import { optionItems, wordBefore } from '../options/completion';
import { understandingOf } from '../options/values';

/** What usually follows a keyword. */
const SNIPPETS: Readonly<Record<string, string>> = {
  config: 'config ${1:NAME}\n\tbool "${2:What it does}"\n\thelp\n\t  ${3:In some words.}',
  menuconfig: 'menuconfig ${1:NAME}\n\tbool "${2:What it does}"\n\nif $1\n\n$0\n\nendif',
  menu: 'menu "${1:Title}"\n\n$0\n\nendmenu',
  if: 'if ${1:CONDITION}\n\n$0\n\nendif',
  choice: 'choice\n\tprompt "${1:Which one}"\n\n$0\n\nendchoice',
  depends: 'depends on ${1:NAME}',
  visible: 'visible if ${1:NAME}',
  help: 'help\n\t  ${1:In some words.}',
  source: 'source "$1"',
  range: 'range ${1:1} ${2:10}',
};

/** Lines on which options are named. */
const EXPRESSION = /^\s*(select|imply|depends\s+on|visible\s+if|if|default|def_\w+|range)\s|\sif\s/;
const SOURCE = /^\s*(r|o|or)?source\s+"([^"]*)$/;

export function completeKconfig(request: PositionRequest): CompletionItem[] {
  const { document, position, workspace, path } = request;
  const text = document.getText();
  const { typed, before, range } = wordBefore(text, position);
  if (/^\s*$/.test(before)) return keywords(range);
  const source = SOURCE.exec(before + typed);
  if (source !== null) return files(request, source[2] ?? '', source[1]?.includes('r') === true);
  if (/^\s*option\s+$/.test(before)) return words(OPTION_NAMES, range);
  if (/^\s*depends\s+$/.test(before)) return words(['on'], range);
  if (!EXPRESSION.test(before) || (before.split('"').length - 1) % 2 === 1) return [];
  const understanding = understandingOf(workspace, path);
  const isLogic = ({ type }: Option) => type === 'bool' || type === 'tristate';
  // Only what is on or off can be selected.
  const isWanted = /^\s*(select|imply)\s+$/.test(before) ? isLogic : undefined;
  return understanding === undefined
    ? []
    : optionItems(understanding, typed, range, (name) => name, isWanted);
}

/** What can stand behind `option`. */
const OPTION_NAMES: readonly string[] = ['modules', 'env', 'defconfig_list', 'allnoconfig_y'];

function words(all: readonly string[], range: TextEdit['range']): CompletionItem[] {
  return all.map((label) => ({
    label,
    kind: CompletionItemKind.Keyword,
    textEdit: TextEdit.replace(range, label),
  }));
}

function keywords(range: TextEdit['range']): CompletionItem[] {
  return KEYWORDS.filter((word) => word !== 'boolean').map((word) => ({
    label: word,
    kind: CompletionItemKind.Keyword,
    insertTextFormat: InsertTextFormat.Snippet,
    textEdit: TextEdit.replace(range, SNIPPETS[word] ?? word),
  }));
}

/** Folders and Config.uk files below what is written. */
function files(
  { workspace, path, position }: PositionRequest,
  written: string,
  isRelative: boolean,
): CompletionItem[] {
  const base = isRelative ? dirname(path) : (workspace.treeOf(path)?.sources.kernel?.folder ?? dirname(path));
  const head = written.slice(0, written.lastIndexOf('/') + 1);
  const folder = resolve(base, head.replace(/^\$\((?:UK_BASE|srctree)\)\/?/, ''));
  const start = { line: position.line, character: position.character - (written.length - head.length) };
  return workspace.files.entries(folder).flatMap(({ name, kind }) => {
    const isFile = kind === 'file' && /^(Config.*\.uk|Kconfig.*|.*\.kconfig)$/.test(name);
    const isFolder =
      kind === 'folder' && !name.startsWith('.') && workspace.files.entries(join(folder, name)).length > 0;
    if (!isFile && !isFolder) return [];
    return [
      {
        label: isFolder ? `${name}/` : name,
        kind: isFolder ? CompletionItemKind.Folder : CompletionItemKind.File,
        textEdit: TextEdit.replace({ start, end: position }, isFolder ? `${name}/` : name),
      },
    ];
  });
}
