/** A Kraftfile's features that need its project, over a real connection. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  CodeLens,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  InlayHint,
  Location,
  SelectionRange,
  SemanticTokens,
  TextEdit,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { bundleServer, LanguageClient, uriOf, withClient } from '../testing';

const TEXT = `spec: v0.7
name: x
x-kernel: sdk
rootfs: ./files
libraries:
  uksched:
    kconfig:
      CONFIG_LIBUKSCHED_PREEMPT: 'y'
targets:
  - name: here
    platform: qemu
    architecture: x86_64
`;

let folder: string;
let file: string;
let client: LanguageClient;
beforeAll(async () => {
  bundleServer();
  folder = mkdtempSync(join(tmpdir(), 'kraftfile-'));
  file = join(folder, 'Kraftfile');
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'disk.img'), '');
  writeFileSync(join(folder, 'Makefile.uk'), '$(eval $(call addlib,appx))\n');
  writeFileSync(file, TEXT);
  client = await LanguageClient.start({ folders: [folder], initializationOptions: { runsTargets: true } });
  client.open(file, 'kraftfile');
});
afterAll(async () => {
  await client?.dispose();
  rmSync(folder, { recursive: true });
});

/** What completion offers at the end of a text behind the manifest. */
async function offered(added: string): Promise<string[]> {
  const text = `${TEXT}${added}`;
  client.change(file, text);
  const lines = text.split('\n');
  const labels = await client.labels(file, { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 });
  client.change(file, TEXT);
  return labels;
}

describe('a Kraftfile in its project', () => {
  it('completes options with values, in both forms, and libraries', async () => {
    expect(await offered('x-kconfig:\n  CONFIG_LIBUKT')).toContain('CONFIG_LIBUKTRACE');
    expect(await offered('x-kconfig:\n  - CONFIG_LIBUKT')).toContain('CONFIG_LIBUKTRACE');
    expect(await offered('x-kconfig:\n  CONFIG_LIBUKTRACE: ')).toEqual(["'y'", "'n'"]);
    expect(await offered('x-kconfig:\n  - CONFIG_LIBUKTRACE=')).toEqual(['y', 'n']);
    expect(await offered('x-kconfig: {CONFIG_LIBUKT')).toContain('CONFIG_LIBUKTRACE');
    expect(await offered('x-kconfig: {CONFIG_LIBUKTRACE: ')).toEqual(["'y'", "'n'"]);
    expect(await offered('# a comment, ')).toEqual([]);
    expect(await offered('cmd: a # and ')).toEqual([]);
    expect(await offered("x-kconfig: # 'all'\n  CONFIG_LIBUKT")).toContain('CONFIG_LIBUKTRACE');
    const text = TEXT.replace('  uksched:', '  uk\n  uksched:');
    client.change(file, text);
    const libraries = await client.labels(file, { line: 5, character: 4 });
    expect(libraries).toContain('uktrace');
    expect(libraries).not.toContain('uksched');
    client.change(file, TEXT);
  });

  it('completes files that are there', async () => {
    expect(await offered('x-disks:\n  - path: ./d')).toContain('disk.img');
    for (const before of ['volumes:\n  - ', 'x-disks:\n  - path: ', 'roms:\n  - source: ']) {
      expect(await offered(before)).toEqual(expect.arrayContaining(['./files/', './disk.img']));
    }
  });

  it('explains libraries and finds them', async () => {
    const place = { line: 5, character: 4 };
    const hover = await client.at<Hover>('hover', file, place);
    expect(JSON.stringify(hover.contents)).toMatch(
      /\*\*libuksched\*\* in `lib\/uksched`: \d+ sources, \d+ exported/,
    );
    const [definition] = await client.at<Location[]>('definition', file, place);
    expect(definition?.uri).toMatch(/kernel\/lib\/uksched\/Makefile\.uk$/);
  });

  it('finds where an option of the kernel is declared', async () => {
    const [definition] = await client.at<Location[]>('definition', file, { line: 7, character: 20 });
    expect(definition?.uri).toMatch(/kernel\/lib\/uksched\/Config\.uk$/);
  });

  it('has an outline, folds, links and wider selections', async () => {
    const symbols = await client.about<DocumentSymbol[]>('documentSymbol', file);
    expect(symbols.map(({ name, detail }) => detail ?? name)).toEqual([
      ...['v0.7', 'x', 'sdk', './files', 'libraries', 'targets'],
    ]);
    const folds = await client.about<FoldingRange[]>('foldingRange', file);
    expect(folds).toEqual(
      expect.arrayContaining([
        { startLine: 4, endLine: 7 },
        { startLine: 8, endLine: 11 },
      ]),
    );
    client.change(file, `${TEXT}x-disks: [./disk.img]\n`);
    const links = await client.about<DocumentLink[]>('documentLink', file);
    expect(links.map(({ target }) => target)).toEqual([uriOf(join(folder, 'disk.img'))]);
    // The same by the key that leads to definitions.
    const place = { line: 12, character: 14 };
    expect(await client.at<Location[]>('definition', file, place)).toMatchObject([{ uri: links[0]?.target }]);
    client.change(file, TEXT);
    const [selection] = await client.about<SelectionRange[]>('selectionRange', file, {
      positions: [{ line: 10, character: 15 }],
    });
    const lines: number[] = [];
    for (let at = selection; at !== undefined; at = at.parent) lines.push(at.range.start.line);
    expect(lines.at(0)).toBe(10);
    expect(lines.at(-1)).toBe(0);
    expect([...lines].sort((a, b) => b - a)).toEqual(lines);
  });

  it('is laid out, with its comments, and left alone where it cannot be read', async () => {
    const options = { tabSize: 2, insertSpaces: true };
    const format = async (text: string) => {
      client.change(file, text);
      return (await client.about<TextEdit[]>('formatting', file, { options })).map(({ newText }) => newText);
    };
    const untidy = TEXT.replace('name: x', 'name:   x # mine').replace('  - name', '     -   name');
    expect(await format(untidy.replace(/^ {4}(platform|arch)/gm, '         $1'))).toEqual([
      TEXT.replace('name: x', 'name: x # mine'),
    ]);
    expect(await format(TEXT)).toEqual([]);
    expect(await format(`${TEXT}x: [\n`)).toEqual([]);
    client.change(file, TEXT);
  });

  it('tells how many options a library brings along, and which', async () => {
    const range = { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } };
    client.change(file, TEXT.replace('  uksched:', '  musl: {}\n  uksched:'));
    const hints = await client.about<InlayHint[]>('inlayHint', file, { range });
    const hint = hints.find(({ position }) => position.line === 5);
    expect(hint?.label).toMatch(/^\+\d+ options$/);
    expect(JSON.stringify(hint?.tooltip)).toContain('`CONFIG_LIBPOSIX_MMAP`');
    client.change(file, TEXT);
  });

  it('is migrated to v0.7, or says why not to a client that shows it', async () => {
    const old = TEXT.replace('v0.7', 'v0.6 # old').replace('rootfs: ./files', 'cmd: a b\nvolumes: [./files]');
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } };
    const offered = async (text: string, of = client) => {
      of.change(file, text);
      const actions = await of.actions(file, range);
      return actions.filter(({ kind }) => kind === 'refactor.rewrite');
    };
    const [action] = await offered(old);
    expect(action?.title).toBe('Migrate to specification v0.7');
    const document = TextDocument.create(uriOf(file), 'kraftfile', 1, old);
    expect(TextDocument.applyEdits(document, action?.edit?.changes?.[uriOf(file)] ?? [])).toBe(
      TEXT.replace('v0.7', 'v0.7 # old').replace('rootfs: ./files', 'cmd: [a b]\nvolumes: [./files:/]'),
    );
    expect(await offered(TEXT)).toEqual([]);
    const stuck = old.replace('name: here', 'name: here\n    kernel: ./image');
    expect(await offered(stuck)).toEqual([]);
    const capabilities = { textDocument: { codeAction: { disabledSupport: true } } };
    await withClient({ folders: [folder], capabilities }, async (other) => {
      other.open(file, 'kraftfile');
      const [disabled] = await offered(stuck, other);
      expect(disabled?.disabled?.reason).toMatch(/^Line 12: 'kernel' belongs to v0\.5 and v0\.6/);
      expect(disabled?.edit).toBeUndefined();
    });
    client.change(file, TEXT);
  });

  it('colours the names of libraries, options and targets', async () => {
    const { data } = await client.about<SemanticTokens>('semanticTokens/full', file);
    const lines: number[] = [];
    for (let at = 0; at < data.length; at += 5) lines.push((lines.at(-1) ?? 0) + (data[at] ?? 0));
    expect(lines).toEqual([5, 7, 10, 11]);
  });

  it('offers to build, run and debug each target, to a client that can', async () => {
    const lenses = await client.about<CodeLens[]>('codeLens', file);
    expect(lenses.map(({ command }) => command?.title)).toEqual(['Build', 'Run', 'Debug']);
    expect(lenses[0]?.command?.arguments).toEqual([uriOf(file), 'here']);
    client.change(file, TEXT.replace('x-kernel: sdk', 'unikraft: stable'));
    expect(await client.about<CodeLens[]>('codeLens', file)).toHaveLength(3);
    client.change(file, TEXT.replace('x-kernel: sdk', 'runtime: base:latest'));
    expect(await client.about('codeLens', file)).toEqual([]);
    client.change(file, TEXT);
    await withClient({ folders: [folder] }, async (other) => {
      other.open(file, 'kraftfile');
      expect(await other.about('codeLens', file)).toEqual([]);
    });
  });
});
