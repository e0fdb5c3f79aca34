/** The libraries that a Makefile.uk registers or says something about. */
import type { Location, Position, Range } from 'vscode-languageserver';
import { optionNames } from '../kconfig/names';
import type { Occurrence, PositionRequest } from '../language';
import { optionOfLibrary } from '../options/library';
import { understandingOf } from '../options/values';
import { uriOf } from '../paths';

const CALL =
  /\$\(call (addlib|addlib_s|addlib_tree|addlib_tree_s|addplatlib|addplatlib_s|addlib_paramprefix|uk_libparam_libprefix_set)\s*,([^)]*)/g;

export interface LibraryName extends Occurrence {
  readonly name: string;
}

/** The lines of a text, without their comments. */
export function bareLines(text: string): string[] {
  return text.split('\n').map((line) => (line.includes('#') ? line.replace(/(^|\s)#.*$/, '') : line));
}

export function libraryNames(text: string): LibraryName[] {
  return bareLines(text).flatMap((content, line) =>
    [...(content.includes('$(call ') ? content.matchAll(CALL) : [])].flatMap((match): LibraryName[] => {
      const [call, macro = '', list = ''] = match;
      const words = [...list.matchAll(/[\w-]+/g)];
      const word = words.find(([name]) => /^(lib|app)/.test(name));
      if (word === undefined) return [];
      const character = match.index + call.length - list.length + word.index;
      const [name] = word;
      const range: Range = { start: { line, character }, end: { line, character: character + name.length } };
      const role = macro.startsWith('add') && macro !== 'addlib_paramprefix' ? 'definition' : 'reference';
      return [{ name, role, range }];
    }),
  );
}

export function registrations(text: string): LibraryName[] {
  return libraryNames(text).filter(({ role }) => role === 'definition');
}

export function libraryAt(text: string, { line, character }: Position): LibraryName | undefined {
  return libraryNames(text).find(
    ({ range: { start, end } }) =>
      start.line === line && start.character <= character && character <= end.character,
  );
}

/** Where the option is declared that enables the library at a position, whose registration stands here already. */
export function optionOfLibraryAt({ document, position, path, workspace }: PositionRequest): Location[] {
  const found = libraryAt(document.getText(), position);
  const understanding = found && understandingOf(workspace, path);
  const option = understanding && optionOfLibrary(understanding, found.name);
  const files = new Set(option?.entries.map(({ place }) => place.file));
  return [...files].flatMap((file) =>
    optionNames(workspace.files.readText(file) ?? '').flatMap(({ name, range }) =>
      name === option?.name ? [{ uri: uriOf(file), range }] : [],
    ),
  );
}
