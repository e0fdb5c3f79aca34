/** Makefile.uk over a real connection, as an editor meets it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMALL_KERNEL, writeSmallKernel } from '@unikernel-tools/kernel-sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hover, Location, Position, SemanticTokens, TextEdit } from 'vscode-languageserver-protocol';
import { SEMANTIC_TOKEN_TYPES } from '../language';
import { bundleServer, LanguageClient, uriOf } from '../testing';

const ONE = 'kernel/lib/ukone';
const MAKEFILE = `${ONE}/Makefile.uk`;
const TEXT = `$(eval $(call addlib_s,libukone,$(CONFIG_LIBUKONE)))
CINCLUDES-$(CONFIG_LIBUKONE) += -I$(LIBUKONE_BASE)/include
LIBUKONE_SRCS-y += $(LIBUKONE_BASE)/one.c \\
	more.c
LIBUKONE_SRCS-$(CONFIG_LIBUKONE_MORE) += $(LIBUKTWO_BASE)/two.c|variant
LIBUKONE_SRCS-y += $(CONFIG_UK_BASE)/lib/archx/archx.c $(LIBUKONE_BASE)/made.awk>.c
UK_PROVIDED_SYSCALLS-$(CONFIG_LIBUKONE) += one_write-3 one_clone-2e \
	one_stop-1 one_gone-0
# $(call addlib_paramprefix,libukone,not)
$(eval $(call addlib_paramprefix,libukone,first))
`;
const SOURCE = `${SMALL_KERNEL[`${ONE}/one.c`]}
UK_SYSCALL_R_DEFINE(ssize_t, one_write, int, fd,
		    const void *, buf, size_t, count)
{
	return uk_syscall_r_one_stop(0);
}
UK_LLSYSCALL_R_E_DEFINE(int, one_clone, unsigned long, flags, void (*)(int, int), start)
{
	return 0;
}
UK_SYSCALL_DEFINE(void *, one_stop)
{
	return 0;
}
UK_SYSCALL_R_DEFINE(int, one_more, int, fd)
{
	return 0;
}
static char *one_names[ONE_COUNT];
UK_LIBPARAM_PARAM_ARR_ALIAS(names, &(one_names[f(1, 2)]), charp,
			    ONE_COUNT, "Names (a, b), or none");
static __u16 one_size = 1;
UK_LIBPARAM_PARAM(one_size, __u16, __NULL);
UK_PARAMETER("old.way", one_set);
`;

let folder: string;
let client: LanguageClient;
beforeAll(async () => {
  bundleServer();
  folder = mkdtempSync(join(tmpdir(), 'makefile-server-'));
  writeSmallKernel(folder, {
    [MAKEFILE]: TEXT,
    [`${ONE}/one.c`]: SOURCE,
    [`${ONE}/more.c`]: 'int more;\n',
    [`${ONE}/made.awk`]: '{ print }\n',
    'kernel/lib/uktwo/Makefile.uk': `${SMALL_KERNEL['kernel/lib/uktwo/Makefile.uk']}UK_PROVIDED_SYSCALLS-y += one_clone-2e\n`,
    'app/main.c': 'int main(void) { return one_write(1, 0, 0); }\n',
  });
  client = await LanguageClient.start({ folders: [folder] });
  client.open(path(MAKEFILE), 'makefile-uk');
});
afterAll(async () => {
  await client.dispose();
  rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
/** The place some characters behind the beginning of a word in a text. */
function placeOf(text: string, word: string, more = 1): Position {
  const lines = text.slice(0, text.indexOf(word)).split('\n');
  return { line: lines.length - 1, character: (lines.at(-1)?.length ?? 0) + more };
}
const definitions = (text: string, word: string, more?: number) =>
  client.at<Location[]>('definition', path(MAKEFILE), placeOf(text, word, more));
async function hoverOf(text: string, word: string, more?: number): Promise<string> {
  const hover = await client.at<Hover | null>('hover', path(MAKEFILE), placeOf(text, word, more));
  return (hover?.contents as { value: string } | undefined)?.value ?? '';
}

describe('a source', () => {
  it.each([
    ['below its own folder', '/one.c', `${ONE}/one.c`],
    ['by its name alone, on a continued line', 'more.c', `${ONE}/more.c`],
    ["of another library's folder, with a variant", '/two.c', 'kernel/lib/uktwo/two.c'],
    ['that another one is made of', '/made.awk', `${ONE}/made.awk`],
    ["of the kernel's folder", '/archx.c', 'kernel/lib/archx/archx.c'],
  ])('opens: %s', async (_, word, file) => {
    expect(await definitions(TEXT, word)).toMatchObject([{ uri: uriOf(path(file)) }]);
  });

  it('is offered from the folder that its variable stands for', async () => {
    client.change(path(MAKEFILE), `${TEXT}LIBUKONE_SRCS-y += $(LIBUKTWO_BASE)/t`);
    const line = TEXT.split('\n').length - 1;
    expect(await client.labels(path(MAKEFILE), { line, character: 37 })).toEqual(
      expect.arrayContaining(['two.c', 'include/']),
    );
    client.change(path(MAKEFILE), TEXT);
  });
});

describe('a library', () => {
  it('tells what its option is', async () => {
    const words = await hoverOf(TEXT, 'libukone');
    expect(words).toContain('**libukone** in `lib/ukone`: 5 sources, 2 exported symbols');
    expect(words).toContain('**CONFIG_LIBUKONE** (bool) one');
    expect(words).toMatch(/`y`: set by .*Kraftfile/);
  });

  it('leads to its option', async () => {
    const line = (SMALL_KERNEL['kernel/Config.uk'] ?? '').split('\n').indexOf('config LIBUKONE');
    expect(await definitions(TEXT, 'libukone')).toEqual([
      {
        uri: uriOf(path('kernel/Config.uk')),
        range: { start: { line, character: 7 }, end: { line, character: 15 } },
      },
    ]);
  });
});

describe('a prefix of parameters', () => {
  const expected = [
    '- `first.names` (charp, up to `ONE_COUNT` values) Names (a, b), or none: `&(one_names[f(1, 2)])`, `static char *one_names[ONE_COUNT]` in `one.c`, line 24',
    '- `first.one_size` (__u16): `one_size`, `static __u16 one_size` in `one.c`, line 27',
    '- `old.way`: `one_set` in `one.c`, line 28',
  ].join('\n');

  it("tells the parameters, the variables behind them and their types, as the library's name does", async () => {
    const words = await hoverOf(TEXT, 'first');
    expect(words).toBe(
      `Parameters of **libukone** begin with \`first.\` on the command line.\n\n${expected}`,
    );
    expect(await hoverOf(TEXT, 'libukone,first')).toContain(`Parameters on the command line:\n\n${expected}`);
  });

  it('leads to where each is defined', async () => {
    const places = await definitions(TEXT, 'first');
    expect(places.map(({ uri, range: { start } }) => [uri, start.line + 1, start.character])).toEqual(
      [
        [24, 28],
        [27, 18],
        [28, 13],
      ].map(([line, character]) => [uriOf(path(`${ONE}/one.c`)), line, character]),
    );
  });
});

it('is laid out, with what make reads as it is', async () => {
  const untidy = 'A := $(null) \nall: b\n\tcp b a  \n\n\n\n\n# words  \nAPPX_SRCS-y += a.c \t\n\n\n';
  client.change(path(MAKEFILE), untidy);
  const edits = await client.about<TextEdit[]>('formatting', path(MAKEFILE), { options: {} });
  expect(edits.map(({ newText }) => newText)).toEqual([
    'A := $(null) \nall: b\n\tcp b a  \n\n\n# words\nAPPX_SRCS-y += a.c\n',
  ]);
  client.change(path(MAKEFILE), edits[0]?.newText ?? '');
  expect(await client.about('formatting', path(MAKEFILE), { options: {} })).toEqual([]);
  client.change(path(MAKEFILE), TEXT);
});

describe('a system call', () => {
  it('tells what it is, and who defines it', async () => {
    expect(await hoverOf(TEXT, 'one_write')).toBe(
      [
        '```c\nssize_t one_write(int fd, const void *buf, size_t count);\n```',
        'System call **one_write** with 3 arguments.',
        'Defined in `one.c`, line 6, by `UK_SYSCALL_R_DEFINE`.',
      ].join('\n\n'),
    );
  });

  it('tells who answers it as well', async () => {
    const words = await hoverOf(TEXT, 'one_clone-2e', 10);
    expect(words).toContain('with 2 arguments.');
    expect(words).toContain('by `UK_LLSYSCALL_R_E_DEFINE`');
    expect(words).toContain('Answered by **uktwo** as well.');
  });

  it('tells where the definition has another number of arguments, and that there is none', async () => {
    const words = await hoverOf(TEXT, 'one_stop');
    expect(words).toContain('void *one_stop(void);');
    expect(words).toContain('with 1 argument.\n\n');
    expect(words).toContain('The definition has no arguments.');
    expect(await hoverOf(TEXT, 'one_gone')).toContain('No source that the library lists defines it.');
  });

  it('leads to its definition', async () => {
    const line = SOURCE.split('\n').findIndex((one) => one.includes('one_write'));
    expect(await definitions(TEXT, 'one_write')).toEqual([
      {
        uri: uriOf(path(`${ONE}/one.c`)),
        range: { start: { line, character: 29 }, end: { line, character: 38 } },
      },
    ]);
  });

  it('finds its calls, and is found from them', async () => {
    const filesOf = async (file: string, place: Position) => {
      const more = { context: { includeDeclaration: true } };
      const found = await client.at<Location[]>('references', path(file), place, more);
      return [...new Set(found.map(({ uri }) => uri.slice(uriOf(folder).length + 1)))].sort();
    };
    const expected = ['app/main.c', MAKEFILE];
    const fromList = await filesOf(MAKEFILE, placeOf(TEXT, 'one_write'));
    expect(fromList).toEqual(expect.arrayContaining(expected));
    client.open(path('app/main.c'), 'c');
    expect(await filesOf('app/main.c', { line: 0, character: 26 })).toEqual(fromList);
  });

  it('is offered where the library defines it and does not list it', async () => {
    client.change(path(MAKEFILE), `${TEXT}UK_PROVIDED_SYSCALLS-y += o`);
    const line = TEXT.split('\n').length - 1;
    expect(await client.labels(path(MAKEFILE), { line, character: 27 })).toEqual(['one_more-1']);
    client.change(path(MAKEFILE), TEXT);
  });
});

it('has colours for what it names', async () => {
  const { data } = await client.about<SemanticTokens>('semanticTokens/full', path(MAKEFILE));
  const lines = TEXT.split('\n');
  const found: string[] = [];
  let line = 0;
  let character = 0;
  for (let at = 0; at < data.length; at += 5) {
    const [down = 0, right = 0, length = 0, type = 0] = data.slice(at);
    line += down;
    character = down === 0 ? character + right : right;
    found.push(`${SEMANTIC_TOKEN_TYPES[type]} ${lines[line]?.slice(character, character + length)}`);
  }
  expect(found.slice(0, 3)).toEqual(['macro addlib_s', 'namespace libukone', 'property CONFIG_LIBUKONE']);
  expect(found).toEqual(
    expect.arrayContaining([
      'variable LIBUKONE_SRCS',
      'variable UK_PROVIDED_SYSCALLS',
      'function one_write',
      'number 3',
      'comment # $(call addlib_paramprefix,libukone,not)',
      'string first',
    ]),
  );
  expect(found).not.toContain('string not');
});
