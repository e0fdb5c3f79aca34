/** The languages that the server reads. */
import { type FileKind, fileKind } from '@unikernel-tools/kernel-sdk/project';
import { c } from './c';
import { exportsUk } from './exports-uk';
import { kconfig } from './kconfig';
import { kraftfile } from './kraftfile';
import type { Language } from './language';
import { makefileUk } from './makefile-uk';
import { typescript } from './typescript';

/** By the kinds of files that hold them. */
const LANGUAGES: Partial<Readonly<Record<FileKind, Language>>> = {
  manifest: kraftfile,
  kconfig,
  makefile: makefileUk,
  exports: exportsUk,
  c,
  'c++': c,
  header: c,
  assembly: c,
  typescript,
};

export function languageOfFile(path: string): Language | undefined {
  const kind = fileKind(path);
  return kind === undefined ? undefined : LANGUAGES[kind];
}

/** Of an open document: the editor's word counts before the file's name. */
export function languageOfDocument(languageId: string, path: string): Language | undefined {
  const named = Object.values(LANGUAGES).find(({ ids }) => ids.includes(languageId));
  return named ?? languageOfFile(path);
}
