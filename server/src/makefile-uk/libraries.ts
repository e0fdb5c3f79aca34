/** The libraries that a Makefile.uk registers. */
import type { Range } from 'vscode-languageserver';
import type { Occurrence } from '../language';

const REGISTRATION =
  /\$\(call (?:addlib|addlib_s|addlib_tree|addlib_tree_s|addplatlib|addplatlib_s)\s*,([^)]*)/g;

export function registrations(text: string): (Occurrence & { readonly name: string })[] {
  return text.split('\n').flatMap((content, line) =>
    [...content.matchAll(REGISTRATION)].flatMap((match) => {
      const words = [...(match[1] ?? '').matchAll(/[\w-]+/g)];
      const word = words.find(([name]) => /^(lib|app)/.test(name));
      if (word === undefined) return [];
      const character = match.index + match[0].length - (match[1] ?? '').length + word.index;
      const [name] = word;
      const range: Range = { start: { line, character }, end: { line, character: character + name.length } };
      return [{ name, role: 'definition' as const, range }];
    }),
  );
}
