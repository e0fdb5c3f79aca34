/** Parameters that libraries take from the command line: where a Kraftfile gives them, and where they are made. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kraftfile, SMALL_KERNEL, writeSmallKernel } from '@unikernel-tools/kernel-sdk/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CompletionItem, Location } from 'vscode-languageserver';
import { bundleServer, LanguageClient } from '../testing';

const ONE = 'kernel/lib/ukone';
const SOURCE = `${SMALL_KERNEL[`${ONE}/one.c`]}static int level = 3;
UK_LIBPARAM_PARAM_ALIAS(level, &level, int, "How much it says");
static char *name;
UK_LIBPARAM_PARAM_ALIAS(name, &name, charp, "Who it is");
`;
const MANIFEST = `${kraftfile()}cmd: ["one.level=5", "--", "one.name=x"]\n`;

let folder: string;
let client: LanguageClient;
beforeAll(async () => {
  bundleServer();
  folder = mkdtempSync(join(tmpdir(), 'parameters-'));
  writeSmallKernel(folder, {
    [`${ONE}/Makefile.uk`]: `${SMALL_KERNEL[`${ONE}/Makefile.uk`]}$(eval $(call addlib_paramprefix,libukone,one))\n`,
    [`${ONE}/one.c`]: SOURCE,
    'app/Kraftfile': MANIFEST,
    'app/main.c': 'int main(void) { return 0; }\n',
  });
  client = await LanguageClient.start({ folders: [folder] });
  client.open(path('app/Kraftfile'), 'kraftfile');
  client.open(path(`${ONE}/one.c`), 'c');
});
afterAll(async () => {
  await client.dispose();
  rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);

function placeOf(text: string, words: string) {
  const lines = text.slice(0, text.indexOf(words)).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

const short = (places: readonly Location[]) =>
  places.map(({ uri, range: { start } }) => {
    return `${relative(folder, fileURLToPath(uri))}:${start.line}:${start.character}`;
  });

it('are explained where a Kraftfile gives them', async () => {
  const at = placeOf(MANIFEST, 'one.level');
  const hover = await client.at('hover', path('app/Kraftfile'), at);
  expect(hover).toMatchObject({
    contents: {
      value: expect.stringMatching(/`one\.level` \(int\) How much it says[\s\S]*\*\*libukone\*\*/),
    },
    range: { start: at },
  });
  // Behind the dashes it is the application's.
  expect(await client.at('hover', path('app/Kraftfile'), placeOf(MANIFEST, 'one.name'))).toBeNull();
});

it('lead to the macro that makes them, and back', async () => {
  const made = placeOf(SOURCE, 'level, &level');
  const inManifest = placeOf(MANIFEST, 'one.level');
  const macro = `${ONE}/one.c:${made.line}:${made.character}`;
  expect(short(await client.at('definition', path('app/Kraftfile'), inManifest))).toEqual([macro]);
  const context = { context: { includeDeclaration: true } };
  const wanted = [`app/Kraftfile:${inManifest.line}:${inManifest.character}`, macro];
  expect(short(await client.at('references', path(`${ONE}/one.c`), made, context)).sort()).toEqual(wanted);
  expect(short(await client.at('references', path('app/Kraftfile'), inManifest, context)).sort()).toEqual(
    wanted,
  );
});

it.each([['cmd: ["one.l'], ['cmd:\n  - one.l'], ['cmd:\n  - "one.l']])(
  'are completed in %j',
  async (typed) => {
    const text = `${kraftfile()}${typed}`;
    client.change(path('app/Kraftfile'), text);
    const lines = text.split('\n');
    const end = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    const items = await client.at<CompletionItem[]>('completion', path('app/Kraftfile'), end);
    expect(items.map(({ label }) => label)).toEqual(['one.level', 'one.name']);
    const start = { line: end.line, character: end.character - 'one.l'.length };
    expect(items[0]).toMatchObject({
      detail: 'int, of libukone',
      textEdit: { range: { start, end }, newText: 'one.level=' },
    });
  },
);
