/** What a Makefile.uk names, by what it is; the rest is the grammar's. */
import { MAKEFILE_LIMIT, readProvidedSystemCalls } from '@unikernel-tools/kernel-sdk/library';
import type { Range } from 'vscode-languageserver';
import type { Request, SemanticToken, SemanticTokenType } from '../language';
import { libraryNames } from './libraries';
import { parameterPrefixes } from './parameters';

/** By how a line is read from left to right; what a comment has is nothing more. */
const WORDS: readonly (readonly [SemanticTokenType, RegExp])[] = [
  ['comment', /(?<=^|\s)#.*$/g],
  ['keyword', /^\s*(?:ifn?(?:eq|def)|else|endif|define|endef|-?include|export|undefine)\b/g],
  ['macro', /(?<=\$\(call )\w+/g],
  ['variable', /^[A-Z]\w*(?=(?:-(?:y|n|m|\$\(\w+\)))?\s*(?:[+?]|:{0,3})=)/g],
  ['property', /\bCONFIG_\w+/g],
];

export function tokensOf({ document }: Request): SemanticToken[] {
  const text = document.getText();
  if (text.length > MAKEFILE_LIMIT) return [];
  const token = ({ start: { line, character }, end }: Range, type: SemanticTokenType): SemanticToken => ({
    ...{ line, character, length: end.character - character, type },
  });
  const calls = readProvidedSystemCalls(text);
  const names = [
    ...libraryNames(text).map(({ range }) => token(range, 'namespace')),
    ...parameterPrefixes(text).map(({ range }) => token(range, 'string')),
    ...calls.map(({ name }) => token(name.range, 'function')),
    ...calls.map(({ argumentCount }) => token(argumentCount.range, 'number')),
  ];
  const words = text.split('\n').flatMap((content, line) =>
    WORDS.flatMap(([type, pattern]) =>
      [...content.matchAll(pattern)].map(({ 0: word, index }) => {
        const blank = word.length - word.trimStart().length;
        return { line, character: index + blank, length: word.trim().length, type };
      }),
    ),
  );
  let last: SemanticToken | undefined;
  return [...names, ...words]
    .sort((a, b) => a.line - b.line || a.character - b.character)
    .filter((one) => {
      if (last?.line === one.line && one.character < last.character + last.length) return false;
      last = one;
      return true;
    });
}
