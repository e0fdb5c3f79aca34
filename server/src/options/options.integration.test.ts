/** Options across Config.uk, Makefile.uk, Kraftfile and C, over a real connection. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Location,
  SelectionRange,
  SemanticTokens,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver';
import { bundleServer, LanguageClient, uriOf } from '../testing';

const CONFIG = `menu "Application"

config APPX_GREET
	bool "Greet"
	depends on LIBUKSCHED
	select APPX_WORDS
	help
	  Says hello.

config APPX_WORDS
	bool

endmenu
`;
const FILES: Readonly<Record<string, string>> = {
  Kraftfile:
    "spec: v0.7\nname: x\nx-kernel: sdk\nx-kconfig:\n  CONFIG_LIBUKSCHED: 'y'\n  CONFIG_APPX_GREET: 'y'\ntargets: [qemu/x86_64]\n",
  'Config.uk': CONFIG,
  'Makefile.uk':
    '$(eval $(call addlib,appx))\n\nAPPX_SRCS-y += $(APPX_BASE)/main.c\nAPPX_SRCS-$(CONFIG_APPX_GREET) += $(APPX_BASE)/greet.c\n',
  'main.c': '#ifdef CONFIG_APPX_GREET\nint greet(void);\n#endif\nint main(void) { return 0; }\n',
};
const LANGUAGE: Readonly<Record<string, string>> = {
  ...{ Kraftfile: 'kraftfile', 'Config.uk': 'kconfig', 'Makefile.uk': 'makefile-uk', 'main.c': 'c' },
};

let folder: string;
let client: LanguageClient;
const at = (name: string) => join(folder, name);
/** The place of a text in a file, some characters in. */
function placeOf(name: string, text: string, more = 0) {
  const before = readFileSync(at(name), 'utf8').split(text)[0] ?? '';
  const lines = before.split('\n');
  return { line: lines.length - 1, character: (lines.at(-1)?.length ?? 0) + more };
}

beforeAll(async () => {
  bundleServer();
  folder = mkdtempSync(join(tmpdir(), 'options-'));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  }
  client = await LanguageClient.start({ folders: [folder] });
  for (const [name, language] of Object.entries(LANGUAGE)) client.open(at(name), language);
  await client.settled();
});
afterAll(async () => {
  await client?.dispose();
  rmSync(folder, { recursive: true });
});

describe('an option', () => {
  it.each([
    ['Config.uk', 'APPX_GREET', 2],
    ['Makefile.uk', 'CONFIG_APPX_GREET', 3],
    ['main.c', 'CONFIG_APPX_GREET', 9],
    ['Kraftfile', 'CONFIG_APPX_GREET', 9],
  ])('is explained in %s', async (file, text, more) => {
    const hover = await client.at<Hover | null>('hover', at(file), placeOf(file, text, more));
    const words = JSON.stringify(hover?.contents);
    expect(words).toContain('**CONFIG_APPX_GREET** (bool) Greet');
    expect(words).toMatch(/`y`: set by .*Kraftfile/);
    expect(words).toContain('Selects `CONFIG_APPX_WORDS`');
    expect(words).toContain('Says hello.');
  });

  it.each(Object.keys(FILES))('is found from %s', async (file) => {
    const place = placeOf(file, 'APPX_GREET', 2);
    const definition = await client.at<Location[]>('definition', at(file), place);
    expect(definition).toMatchObject([
      { uri: uriOf(at('Config.uk')), range: { start: { line: 2, character: 7 } } },
    ]);
    const references = await client.at<Location[]>('references', at(file), place, {
      context: { includeDeclaration: true },
    });
    const files = references.map(({ uri }) => uri.split('/').at(-1)).sort();
    expect(files).toEqual(['Config.uk', 'Kraftfile', 'Makefile.uk', 'main.c']);
  });

  it('is renamed everywhere', async () => {
    const edit = await client.at<WorkspaceEdit>(
      'rename',
      at('Config.uk'),
      placeOf('Config.uk', 'APPX_GREET'),
      {
        newName: 'APPX_WELCOME',
      },
    );
    const changes = Object.values(edit.changes ?? {}).flat();
    expect(changes).toHaveLength(4);
    expect(new Set(changes.map(({ newText }) => newText))).toEqual(new Set(['APPX_WELCOME']));
  });

  it('tells why it is off', async () => {
    const text = FILES.Kraftfile ?? '';
    client.change(at('Kraftfile'), text.replace("  CONFIG_LIBUKSCHED: 'y'\n", ''));
    const [problem] = await client.diagnostics(at('Kraftfile'), ({ length }) => length > 0);
    expect(problem).toMatchObject({ code: 'option-off' });
    const hover = await client.at<Hover>('hover', at('Config.uk'), placeOf('Config.uk', 'APPX_GREET'));
    expect(JSON.stringify(hover.contents)).toContain('it depends on what is off: `CONFIG_LIBUKSCHED`');
    const [fix] = problem === undefined ? [] : await client.actions(at('Kraftfile'), problem.range);
    expect(fix?.title).toBe("Set 'CONFIG_LIBUKSCHED' too");
    client.change(at('Kraftfile'), text);
    await client.diagnostics(at('Kraftfile'), ({ length }) => length === 0);
  });
});

describe('a Config.uk', () => {
  it('completes keywords at the start of a line and options in conditions', async () => {
    client.change(at('Config.uk'), `${CONFIG}config NEW\n\tbool "new"\n\tdepends on LIBUK\n\tsel\n`);
    const end = CONFIG.split('\n').length - 1;
    expect(await client.labels(at('Config.uk'), { line: end + 2, character: 17 })).toContain('LIBUKSCHED');
    expect(await client.labels(at('Config.uk'), { line: end + 3, character: 4 })).toContain('select');
    client.change(at('Config.uk'), CONFIG);
  });

  it('completes what can be selected, and the words behind others', async () => {
    const added = 'config NEW\n\tbool "new"\n\tselect \n\tdepends \n\toption \n';
    client.change(at('Config.uk'), `${CONFIG}${added}source "./`);
    const end = CONFIG.split('\n').length - 1;
    const labels = (line: number, character: number) =>
      client.labels(at('Config.uk'), { line: end + line, character });
    const selectable = await labels(2, 8);
    expect(selectable).toContain('LIBUKSCHED');
    expect(selectable).not.toContain('LIBUKTRACE_EVENTS');
    expect(await labels(3, 9)).toEqual(['on']);
    expect(await labels(4, 8)).toContain('modules');
    client.change(at('Config.uk'), CONFIG);
  });

  it('says of an option that nothing declares that it is none', async () => {
    client.change(at('Config.uk'), CONFIG.replace('LIBUKSCHED', 'ELSEWHERE'));
    const place = { line: 4, character: 14 };
    const hover = await client.at<Hover>('hover', at('Config.uk'), place);
    expect(JSON.stringify(hover.contents)).toMatch(/CONFIG_ELSEWHERE\*\* is declared in no Config\.uk/);
    client.change(at('Config.uk'), CONFIG);
  });

  it('has wider selections: a name, its line, its entry, its menu', async () => {
    const [selection] = await client.about<SelectionRange[]>('selectionRange', at('Config.uk'), {
      positions: [{ line: 5, character: 12 }],
    });
    const found: number[][] = [];
    for (let one = selection; one !== undefined; one = one.parent) {
      const { start, end } = one.range;
      found.push([start.line, start.character, end.line, end.character]);
    }
    expect(found).toEqual([
      [5, 8, 5, 18],
      [5, 1, 5, 18],
      [2, 0, 7, 14],
      [0, 0, 12, 7],
      [0, 0, 13, 0],
    ]);
  });

  it('has an outline, folds and colours', async () => {
    const [menu] = await client.about<DocumentSymbol[]>('documentSymbol', at('Config.uk'));
    expect(menu).toMatchObject({ name: 'Application', range: { end: { line: 12 } } });
    expect(menu?.children?.map(({ name }) => name)).toEqual(['APPX_GREET', 'APPX_WORDS']);
    const folds = await client.about<FoldingRange[]>('foldingRange', at('Config.uk'));
    expect(folds).toEqual(
      expect.arrayContaining([
        { startLine: 0, endLine: 12 },
        { startLine: 2, endLine: 7 },
      ]),
    );
    const tokens = await client.about<SemanticTokens>('semanticTokens/full', at('Config.uk'));
    expect(tokens.data.length).toBe(4 * 5);
  });

  it('is laid out as Unikraft lays it out', async () => {
    const untidy =
      'config APPX_GREET\n    bool "Greet"   \n    help\n      Says\n        hello.\n\n\n\n# words\n';
    client.change(at('Config.uk'), untidy);
    const edits = await client.about<TextEdit[]>('formatting', at('Config.uk'), {
      options: { tabSize: 8, insertSpaces: false },
    });
    expect(edits.map(({ newText }) => newText)).toEqual([
      'config APPX_GREET\n\tbool "Greet"\n\thelp\n\t  Says\n\t    hello.\n\n# words\n',
    ]);
    client.change(at('Config.uk'), CONFIG);
  });
});

describe('a Makefile.uk', () => {
  it('marks a source that does not exist, until it does', async () => {
    const [problem] = await client.diagnostics(at('Makefile.uk'), ({ length }) => length > 0);
    expect(problem).toMatchObject({ code: 'missing-source', range: { start: { line: 3 } } });
    writeFileSync(at('greet.c'), 'int greet(void) { return 0; }\n');
    client.touched(1, at('greet.c'));
    await client.diagnostics(at('Makefile.uk'), ({ length }) => length === 0);
  });

  it('has an outline, links and completion', async () => {
    const symbols = await client.about<DocumentSymbol[]>('documentSymbol', at('Makefile.uk'));
    expect(symbols.map(({ name }) => name)).toEqual(['appx', 'APPX_SRCS', 'APPX_SRCS']);
    const links = await client.about<DocumentLink[]>('documentLink', at('Makefile.uk'));
    expect(links[0]?.target).toBe(uriOf(at('main.c')));
    expect(await client.labels(at('Makefile.uk'), placeOf('Makefile.uk', '/main.c', 1))).toContain('main.c');
    expect(await client.labels(at('Makefile.uk'), { line: 1, character: 0 })).toContain('APPX_SRCS-y');
    expect(await client.labels(at('Makefile.uk'), placeOf('Makefile.uk', 'CONFIG_APPX', 8))).toContain(
      'CONFIG_LIBUKSCHED',
    );
  });
});
