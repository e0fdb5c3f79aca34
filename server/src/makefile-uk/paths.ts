/** The files that a Makefile.uk names: sources and whatever else stands below a folder that has a variable. */
import { dirname, resolve } from 'node:path';
import { MAKEFILE_LIMIT, variablePrefix } from '@unikernel-tools/kernel-sdk/library';
import type { DocumentLink } from 'vscode-languageserver';
import type { Request } from '../language';
import { uriOf } from '../paths';
import { registrations } from './libraries';

/** A path below a folder whose variable ends in `_BASE`; behind a `|` comes a variant, behind a `>` what is made of it. */
const BELOW = /\$\((\w+)_BASE\)\/([^\s|>$):]+)/g;
/** A source by its path alone is one of the file's own folder. */
const PLAIN = /(?<=^|[\s=])[\w.+-][\w./+-]*\.(?:c|S|s|asm|cc|cpp|cxx)(?=$|[\s|\\])/g;
const SOURCES = /^\s*\w+_SRCS(?:-\S+)?\s*[+:?]?=/;

/** Folders of a Unikraft tree that its own files name, without `_BASE`. Source: its plat and drivers Makefile.uk. */
const FOLDERS: Readonly<Record<string, string>> = {
  CONFIG_UK: '.',
  UK_PLAT: 'plat',
  UK_PLAT_COMMON: 'plat/common',
  UK_PLAT_DRIVERS: 'plat/drivers',
  UK_DRIV: 'drivers',
  UK_DRIV_BUS: 'drivers/ukbus',
  UK_DRIV_INTCTLR: 'drivers/ukintctlr',
  UK_DRIV_RTC: 'drivers/ukrtc',
};

export function linksOf(request: Request): DocumentLink[] {
  const { document, path, workspace } = request;
  if (document.getText().length > MAKEFILE_LIMIT) return [];
  const folderOf = foldersOf(request);
  let isList = false;
  return document
    .getText()
    .split('\n')
    .flatMap((content, line) => {
      const link = (at: number, length: number, file: string): DocumentLink[] => {
        if (workspace.files.kind(file) !== 'file') return [];
        const range = { start: { line, character: at }, end: { line, character: at + length } };
        return [{ range, target: uriOf(file) }];
      };
      const below = [...content.matchAll(BELOW)].flatMap(({ 0: all, 1: name = '', 2: rest = '', index }) =>
        link(index, all.length, resolve(folderOf(name), rest)),
      );
      const isSources = isList || SOURCES.test(content);
      isList = isSources && /\\\r?$/.test(content);
      if (!isSources) return below;
      const plain = [...content.replace(/(^|\s)#.*$/, '').matchAll(PLAIN)];
      return [
        ...below,
        ...plain.flatMap(({ 0: all, index }) => link(index, all.length, resolve(dirname(path), all))),
      ];
    });
}

/** The folders that variables stand for, by their names without `_BASE`; what nothing is known of is the file's own. */
export function foldersOf({ document, path, workspace }: Request): (name: string) => string {
  const tree = workspace.treeOf(path);
  const own = dirname(path);
  const libraries = new Map(
    (tree?.catalog.libraries ?? []).map(({ name, folder }) => [variablePrefix(name), folder]),
  );
  for (const { name } of registrations(document.getText())) libraries.set(variablePrefix(name), own);
  return (name) => {
    const known = FOLDERS[name];
    const kernel = tree?.sources.kernel?.folder;
    if (known !== undefined && kernel !== undefined) return resolve(kernel, known);
    return libraries.get(name) ?? own;
  };
}
