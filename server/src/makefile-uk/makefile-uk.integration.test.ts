/** Makefile.uk over a real connection, as an editor meets it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMALL_KERNEL, writeSmallKernel } from '@unikernel-tools/kernel-sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hover, Location, Position } from 'vscode-languageserver-protocol';
import { bundleServer, LanguageClient, uriOf } from '../testing';

const ONE = 'kernel/lib/ukone';
const MAKEFILE = `${ONE}/Makefile.uk`;
const TEXT = `$(eval $(call addlib_s,libukone,$(CONFIG_LIBUKONE)))
CINCLUDES-$(CONFIG_LIBUKONE) += -I$(LIBUKONE_BASE)/include
LIBUKONE_SRCS-y += $(LIBUKONE_BASE)/one.c \\
	more.c
LIBUKONE_SRCS-$(CONFIG_LIBUKONE_MORE) += $(LIBUKTWO_BASE)/two.c|variant
LIBUKONE_SRCS-y += $(CONFIG_UK_BASE)/lib/archx/archx.c
`;

let folder: string;
let client: LanguageClient;
beforeAll(async () => {
  bundleServer();
  folder = mkdtempSync(join(tmpdir(), 'makefile-server-'));
  writeSmallKernel(folder, { [MAKEFILE]: TEXT, [`${ONE}/more.c`]: 'int more;\n' });
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
    expect(words).toContain('**libukone** in `lib/ukone`: 4 sources, 2 exported symbols');
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
