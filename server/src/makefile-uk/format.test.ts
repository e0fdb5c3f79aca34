import { Workspace } from '@unikernel-tools/kernel-sdk/project';
import { expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { formatMakefile } from './format';

function formatted(text: string): string {
  const document = TextDocument.create('file:///Makefile.uk', 'makefile-uk', 1, text);
  const edits = formatMakefile({ document, path: '/Makefile.uk', workspace: new Workspace([]) });
  return TextDocument.applyEdits(document, [...edits]);
}

it('takes blanks from the ends of lines, and empty lines that are too many', () => {
  expect(formatted('\n$(eval $(call addlib,appx))  \n\n\n\n\nAPPX_SRCS-y += a.c \t\n# end  \n\n\n')).toBe(
    '\n$(eval $(call addlib,appx))\n\n\nAPPX_SRCS-y += a.c\n# end\n',
  );
});

it.each([
  ['a recipe', 'a: b\n\tcp b a  \n\t\n\techo\n'],
  ['a value with a blank at its end', 'null :=\nspace := $(null) \nX = a \nY ?= b \n'],
  ['a continued line', 'X += a \\\n  b   \nY += c \\ \n'],
  ['a definition', 'define rule\na   \n\n\n\n\nb\nendef\n'],
  ['other line ends', 'X += a  \r\n\r\n\r\n\r\n\r\n'],
])('leaves %s as it is', (_, text) => {
  expect(formatted(text)).toBe(text);
});
